"""How a caller waits for executions to end, and watches them on the way."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from conductor_core import Api, Face, Flow, Item, Sleep, Stream, Workflow, endpoint, get, stream
from conductor_core.errors import ConductorError, WaitTimeoutError
from conductor_core.models import WorkflowStatus
from conductor_workflows.models import WorkflowStatusSummary

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

_FIRST_WAIT = 0.05  # seconds; doubled after each look until it is the poll interval
_ENDED = frozenset(status for status in WorkflowStatus if status.is_terminal)


class Waiting(Api[Face]):
    """Polls until something is so; every wait has an end."""

    @staticmethod
    def _now() -> float:
        return time.monotonic()

    @endpoint
    def wait_for_workflow(
        self, workflow_id: str, *, timeout: float = 60.0, poll_interval: float = 1.0
    ) -> Flow[Workflow]:
        """Wait until an execution has ended, and return it with its tasks.

        Args:
            workflow_id: the execution.
            timeout: seconds after which to give up.
            poll_interval: longest time in seconds between two looks; the first ones come faster.

        Raises:
            WaitTimeoutError: it had not ended in time; the message says in what state it was.
        """
        pauses = _Pauses(self._now, timeout, poll_interval)
        return (yield from _in_one_of(workflow_id, _ENDED, pauses))

    @endpoint
    def wait_for_workflow_status(
        self,
        workflow_id: str,
        statuses: Collection[WorkflowStatus],
        *,
        timeout: float = 60.0,
        poll_interval: float = 1.0,
    ) -> Flow[Workflow]:
        """Wait until an execution is in one of several states, and return it with its tasks.

        Args:
            workflow_id: the execution.
            statuses: the states; an execution that ends in another one ends the wait with an error.
            timeout: seconds after which to give up.
            poll_interval: longest time in seconds between two looks; the first ones come faster.

        Raises:
            WaitTimeoutError: it was in none of them in time.
            ConductorError: it has ended, and can be in none of them any more.
        """
        pauses = _Pauses(self._now, timeout, poll_interval)
        return (yield from _in_one_of(workflow_id, frozenset(statuses), pauses))

    @endpoint
    def wait_for_workflows(
        self, workflow_ids: Sequence[str], *, timeout: float = 60.0, poll_interval: float = 1.0
    ) -> Flow[list[Workflow]]:
        """Wait until all of several executions have ended, and return them in order.

        Args:
            workflow_ids: the executions.
            timeout: seconds after which to give up, for all of them together.
            poll_interval: longest time in seconds between two looks at one of them.

        Raises:
            WaitTimeoutError: one of them had not ended in time.
        """
        pauses = _Pauses(self._now, timeout, poll_interval)
        ended: list[Workflow] = []
        for workflow_id in workflow_ids:
            run = yield from _in_one_of(workflow_id, _ENDED, pauses)
            ended.append(run)
        return ended

    @stream
    def monitor_execution(
        self, workflow_id: str, *, timeout: float | None = None, poll_interval: float = 0.1
    ) -> Stream[Workflow]:
        """Give an execution as it is, then after each change of its state or its tasks, until it has ended.

        Args:
            workflow_id: the execution.
            timeout: seconds after which to give up; None watches for as long as it takes.
            poll_interval: seconds between two looks.

        Raises:
            WaitTimeoutError: it had not ended in time.
        """
        deadline = None if timeout is None else self._now() + timeout
        seen: object = None
        while True:
            run = yield from get("/workflow/{}", workflow_id, query={"includeTasks": True}, returns=Workflow)
            state = (run.status, run.variables, [(task.task_id, task.status, task.update_time) for task in run.tasks])
            if state != seen:
                seen = state
                yield Item(run)
            if run.is_terminal:
                return
            if deadline is not None and self._now() >= deadline:
                raise WaitTimeoutError(f"workflow {workflow_id} is still {run.status} after {timeout:g} seconds")
            yield Sleep(poll_interval)


class _Pauses:
    """The sleeps of one wait: short ones first, and none beyond its end."""

    def __init__(self, now: Callable[[], float], timeout: float, poll_interval: float) -> None:
        self.timeout = timeout
        self._now = now
        self._deadline = now() + timeout
        self._longest = poll_interval
        self._next = min(_FIRST_WAIT, poll_interval)

    def next(self) -> Sleep | None:
        """Return the next sleep, or None when the time is over."""
        left = self._deadline - self._now()
        wait, self._next = min(self._next, left), min(self._next * 2, self._longest)
        return Sleep(wait) if left > 0 else None


def _in_one_of(workflow_id: str, statuses: frozenset[WorkflowStatus], pauses: _Pauses) -> Flow[Workflow]:
    while True:
        summary = yield from get("/workflow/{}/status", workflow_id, returns=WorkflowStatusSummary)
        if summary.status in statuses:
            return (yield from get("/workflow/{}", workflow_id, query={"includeTasks": True}, returns=Workflow))
        if summary.is_terminal:
            wanted = ", ".join(sorted(statuses))
            raise ConductorError(f"workflow {workflow_id} ended as {summary.status} and cannot become {wanted}")
        pause = pauses.next()
        if pause is None:
            raise WaitTimeoutError(f"workflow {workflow_id} is still {summary.status} after {pauses.timeout:g} seconds")
        yield pause
