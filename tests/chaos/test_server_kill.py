"""kill -9 of `conductor server` in the middle of orders: all of them end, none is lost, the first result stays."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import socket
import sys
import uuid
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import (
    AsyncConductor,
    ConductorError,
    Plugins,
    Settings,
    TaskHandler,
    Workflow,
    get_task_context,
    hookimpl,
)
from conductor_core.http import AsyncBaseTransport, TransportError
from conductor_workflows import StartWorkflowRequest
from orders_demo import outcomes
from orders_demo.orders_file import OrderRow
from orders_demo.run import WORKERS
from orders_demo.workflow import NAME, order_workflow, task_definitions

if TYPE_CHECKING:
    from conductor_core import ExecuteInput
    from conductor_core.http import Request, Response
    from conductor_core.interfaces import Execute

KILLS = 12
OPEN_AT_A_KILL = 20
OPEN_AT_MOST = 60
TEST_SECONDS = 300.0
RESPONSE_TIMEOUT_SECONDS = 5
"""After this time a task counts as lost whose hand-out was cut off by a kill; longer than any restart takes."""


class Server:
    """`conductor server` on one file and one port, as often as it takes."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.database = folder / "orders.db"
        self.settings = Settings(server_url=f"http://127.0.0.1:{self.port}/api")
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        program = Path(sys.executable).with_name("conductor")
        options = ["--port", str(self.port), "--db", str(self.database)]
        self._process = await asyncio.create_subprocess_exec(
            program, "server", *options, stdout=asyncio.subprocess.PIPE, cwd=self.database.parent
        )
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), 60)
        assert b"Conductor embedded server on" in line

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


class Recorder:
    """A plugin that gives each execution a mark of its own, and writes down which results the server took."""

    def __init__(self) -> None:
        self.executed: Counter[str] = Counter()
        self.accepted: dict[str, dict[str, Any]] = {}
        self.unsure: dict[str, list[dict[str, Any]]] = {}

    @hookimpl
    def conductor_wrap_execute(self, next: Execute) -> Execute:  # noqa: A002 - the contract's name
        async def marked(execution: ExecuteInput) -> object:
            self.executed[execution.task.task_id] += 1
            get_task_context().set_output({"execution": uuid.uuid4().hex})
            return await next(execution)

        return marked

    @hookimpl
    def conductor_wrap_transport(self, next: object) -> object:  # noqa: A002 - the contract's name
        return RecordingTransport(next, self) if isinstance(next, AsyncBaseTransport) else next


class RecordingTransport(AsyncBaseTransport):
    """Writes down the first result of each task that was answered with success, and those before it without any answer."""

    def __init__(self, inner: AsyncBaseTransport, recorder: Recorder) -> None:
        self._inner = inner
        self._recorder = recorder

    async def handle_async_request(self, request: Request) -> Response:
        """Pass it on, and look at the answer."""
        if request.method != "POST" or request.url.path not in ("/api/tasks", "/api/tasks/update-v2"):
            return await self._inner.handle_async_request(request)
        result = json.loads(await request.aread())
        try:
            response = await self._inner.handle_async_request(request)
        except TransportError:
            # The kill may have come between taking the result and saying so.
            if result["taskId"] not in self._recorder.accepted:
                self._recorder.unsure.setdefault(result["taskId"], []).append(result)
            raise
        if response.is_success and result["status"] != "IN_PROGRESS":
            self._recorder.accepted.setdefault(result["taskId"], result)
        return response

    async def aclose(self) -> None:
        """Close what is inside."""
        await self._inner.aclose()


class Shop:
    """Keeps enough orders open, and knows what became of each."""

    def __init__(self, conductor: AsyncConductor) -> None:
        self._workflows = conductor.workflows
        self.rows: dict[str, OrderRow] = {}
        self.ids: dict[str, str] = {}

    async def open_orders(self) -> int:
        """Ask the server how many orders have not ended."""
        found = await self._workflows.search(f"workflowType='{NAME}' AND status IN (RUNNING,PAUSED)", size=1)
        return found.total_hits

    async def fill(self) -> int:
        """Start orders until enough are open, and return how many are."""
        missing = OPEN_AT_MOST - await self.open_orders()
        await asyncio.gather(*(self._order() for _ in range(missing)))
        return await self.open_orders()

    async def _order(self) -> None:
        row = self._next_row()
        request = StartWorkflowRequest(name=NAME, correlation_id=row.order_id, input={"order": _document(row)})
        while row.order_id not in self.ids:
            try:
                self.ids[row.order_id] = await self._workflows.start_workflow(request)
            except ConductorError:
                await self._after_a_cut(row)

    async def _after_a_cut(self, row: OrderRow) -> None:
        """A start whose answer was lost may have happened: look before starting again."""
        while True:
            await asyncio.sleep(0.1)
            with contextlib.suppress(ConductorError):
                found = await self._workflows.search(f"correlationId='{row.order_id}'", size=1)
                if found.results:
                    self.ids[row.order_id] = found.results[0].workflow_id
                return

    def _next_row(self) -> OrderRow:
        number = len(self.rows)
        amount, card = {3: ("", "1000"), 7: ("69.00", "0002")}.get(number % 20, ("69.00", "1000"))
        row = OrderRow(f"{uuid.uuid4()}", "Ada", "bell", "2", amount, f"4000 0000 0000 {card}")
        self.rows[row.order_id] = row
        return row

    async def until_all_ended(self) -> dict[str, Workflow]:
        """Wait for the rest, and return all executions by order."""
        while await self.open_orders():  # noqa: ASYNC110 - another process decides when it is over
            await asyncio.sleep(0.2)
        return {order_id: await self._workflows.get_workflow(self.ids[order_id]) for order_id in self.rows}


def _document(row: OrderRow) -> dict[str, str]:
    return {name: getattr(row, name) for name in row.__slots__}


async def _kill_again_and_again(server: Server, shop: Shop, moments: random.Random) -> None:
    for _ in range(KILLS):
        filling = asyncio.create_task(shop.fill())
        await asyncio.sleep(moments.uniform(0.05, 1.0))
        while await shop.open_orders() < OPEN_AT_A_KILL:
            if filling.done():  # the workers were faster than the moment of the kill
                filling = asyncio.create_task(shop.fill())
            await asyncio.sleep(0.01)
        await server.kill()
        await server.start()
        with contextlib.suppress(ConductorError):
            await filling


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a signal")
async def test_orders_survive_a_server_that_is_killed_again_and_again(tmp_path: Path) -> None:
    server, recorder = Server(tmp_path), Recorder()
    plugins = Plugins.from_settings(server.settings, plugins=[recorder])
    await server.start()
    try:
        async with asyncio.timeout(TEST_SECONDS), AsyncConductor(server.settings) as conductor:
            await _prepare(conductor)
            shop = Shop(conductor)
            async with TaskHandler(server.settings, workers=WORKERS, plugins=plugins, entry_points=False):
                await _kill_again_and_again(server, shop, random.Random(20261121))  # noqa: S311 - a repeatable test
                ended = await shop.until_all_ended()
    finally:
        await server.kill()
    _check_orders(shop, ended)
    _check_results(recorder, ended)


async def _prepare(conductor: AsyncConductor) -> None:
    for definition in task_definitions():
        definition.retry_count, definition.retry_delay_seconds = 20, 0
        definition.response_timeout_seconds = RESPONSE_TIMEOUT_SECONDS
        await conductor.metadata.register_task(definition)
    await conductor.metadata.register_workflow_def(order_workflow())


def _check_orders(shop: Shop, ended: dict[str, Workflow]) -> None:
    assert len(ended) >= OPEN_AT_MOST
    for order_id, row in shop.rows.items():
        demanded, shown = outcomes.demanded(row), outcomes.shown(ended[order_id])
        if shown.kind is outcomes.Kind.SHIPPED_AFTER_RETRY:  # of a hand-out that a kill cut off
            shown = outcomes.Outcome(outcomes.Kind.SHIPPED)
        assert shown == demanded, ended[order_id].workflow_id


def _check_results(recorder: Recorder, ended: dict[str, Workflow]) -> None:
    """The first result that the server took is the one it kept; a task is done again only when a kill cut off its hand-out."""
    again = [task_id for task_id, times in recorder.executed.items() if times > 1]
    assert len(again) <= KILLS * 4
    tasks = {task.task_id: task for workflow in ended.values() for task in workflow.tasks}
    assert set(recorder.accepted) <= set(tasks)
    kept = 0
    for task_id, result in recorder.accepted.items():
        task = tasks[task_id]
        if task.status != "TIMED_OUT":  # its result came too late, which the server says with a success as well
            possible = [*recorder.unsure.get(task_id, ()), result]
            assert (str(task.status), task.output_data) in [(one["status"], one["outputData"]) for one in possible]
            kept += 1
    worked = [task for task in tasks.values() if task.workflow_task and task.workflow_task.type == "SIMPLE"]
    finished = [task for task in worked if task.status in ("COMPLETED", "FAILED_WITH_TERMINAL_ERROR")]
    assert kept == len(finished) > KILLS * OPEN_AT_A_KILL
