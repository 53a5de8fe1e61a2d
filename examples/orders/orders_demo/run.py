"""Run orders: register, start workers, start one execution for each order, and watch until all have ended."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, TypeVar

from conductor_core import AsyncConductor, TaskHandler
from conductor_workflows import StartWorkflowRequest
from orders_demo import outcomes, workers
from orders_demo.progress import Progress
from orders_demo.report import Result
from orders_demo.workflow import NAME, order_workflow, task_definitions

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Sequence

    from conductor_core import Async, Settings
    from conductor_workflows import WorkflowApi
    from orders_demo.orders_file import OrderRow
    from orders_demo.progress import Display

T = TypeVar("T")

AT_ONCE = 20
LOOK_SECONDS = 0.2
WORKERS = (workers.validate, workers.reserve, workers.charge, workers.ship, workers.notify)


@dataclass
class OrderRun:
    """One run of the orders of a file.

    Attributes:
        rows: the orders.
        display: where progress is shown.
        patience: seconds after which orders that have not ended are left alone.
        progress: how far it is; also readable after an interruption.
        results: what became of each order, in the file's order, once :meth:`run` has returned.
        seconds: how long it took from the first start to the last end.
    """

    rows: Sequence[OrderRow]
    display: Display
    patience: float
    progress: Progress = field(init=False)
    results: list[Result] = field(default_factory=list[Result])
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.progress = Progress(len(self.rows))
        self._correlation_id = f"orders-{uuid.uuid4()}"
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def run(self, settings: Settings) -> None:
        """Run all orders on a server; cancelling it stops the workers after the tasks that they have begun.

        Raises:
            ConductorError: the server cannot be reached, or refuses something.
        """
        async with AsyncConductor(settings) as conductor:
            await conductor.metadata.register_tasks(task_definitions())
            await conductor.metadata.register_workflow_def(order_workflow())
            async with TaskHandler(settings, workers=WORKERS):
                ids = await self._until_ended(conductor.workflows)
            self.results = await _all_of(map(self._result_in(conductor.workflows), self.rows, ids))

    async def _until_ended(self, workflows: WorkflowApi[Async]) -> list[str]:
        began = time.monotonic()
        with self.display:
            async with asyncio.TaskGroup() as group:
                starts = [group.create_task(self._start(workflows, row)) for row in self.rows]
                await self._watch(workflows, began)
        return [start.result() for start in starts]

    async def _start(self, workflows: WorkflowApi[Async], row: OrderRow) -> str:
        request = StartWorkflowRequest(name=NAME, input={"order": asdict(row)}, correlation_id=self._correlation_id)
        async with self._gate:
            return await workflows.start_workflow(request)

    async def _watch(self, workflows: WorkflowApi[Async], began: float) -> None:
        while True:
            self.progress = await self._look(workflows)
            self.seconds = time.monotonic() - began
            self.display.show(self.progress, self.seconds)
            if self.progress.ended >= self.progress.total or self.seconds > self.patience:
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, workflows: WorkflowApi[Async]) -> Progress:
        async def number(*states: str) -> int:
            query = f"correlationId='{self._correlation_id}' AND status IN ({','.join(states)})"
            return (await workflows.search(query, size=1)).total_hits

        shipped, rejected, failed = await _all_of(
            [number("COMPLETED"), number("TERMINATED"), number("FAILED", "TIMED_OUT")]
        )
        return Progress(len(self.rows), shipped, rejected, failed)

    def _result_in(self, workflows: WorkflowApi[Async]) -> Callable[[OrderRow, str], Coroutine[None, None, Result]]:
        async def result(row: OrderRow, workflow_id: str) -> Result:
            async with self._gate:
                workflow = await workflows.get_workflow(workflow_id)
            milliseconds = (workflow.end_time or 0) - (workflow.start_time or 0)
            seconds = max(milliseconds, 0) / 1000
            return Result(row.order_id, workflow_id, outcomes.demanded(row), outcomes.shown(workflow), seconds)

        return result


async def _all_of(calls: Iterable[Coroutine[None, None, T]]) -> list[T]:
    """Return all answers; the first error ends the other calls before it is raised, which `asyncio.gather` does not do."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(call) for call in calls]
    return [task.result() for task in tasks]
