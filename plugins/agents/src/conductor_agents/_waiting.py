"""How a caller waits for an agent: until it has ended, until it needs somebody, or until it is plain that nobody works for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from conductor_agents._answers import AgentStatus, PendingTool
from conductor_agents._control import Control
from conductor_agents._executions import Executions
from conductor_agents._liveness import MOST_INSIDE, Liveness, inside
from conductor_agents.errors import AgentStallError
from conductor_core import Api, ConductorError, Face, Flow, Sleep, Task, Workflow, endpoint, get
from conductor_core.errors import NotFoundError, WaitTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conductor_agents._requests import AgentResponse, AgentStartRequest

_FIRST_WAIT: Final = 0.05  # seconds; doubled after each look until it is the poll interval
_TIMEOUT: Final = 600.0
_STALL_AFTER: Final = 30.0
_LOOKS_BEFORE_STALL: Final = 4


class Waiting(Api[Face]):
    """Polls until something is so; every wait has an end."""

    @staticmethod
    def _now() -> float:
        return time.monotonic()

    @endpoint
    def run_agent(
        self,
        request: AgentStartRequest,
        *,
        timeout: float = _TIMEOUT,
        poll_interval: float = 1.0,
        stall_after: float | None = _STALL_AFTER,
    ) -> Flow[AgentStatus]:
        """Start an agent, wait until it has ended, and return its state with what it gave.

        Args:
            request: which agent, and what it is asked.
            timeout: seconds after which to give up.
            poll_interval: longest time in seconds between two looks; the first ones come faster.
            stall_after: seconds after which a task that no worker polls for ends the wait; None waits for workers too.

        Raises:
            AgentStallError: nobody works on a task of it.
            WaitTimeoutError: it had not ended in time; it goes on.
        """
        started = yield from Executions.start_agent.call(self, request)
        if not started.execution_id:
            raise ConductorError(f"the server started agent {started.agent_name!r} without naming its execution")
        wait = _Wait(self._now, started.execution_id, timeout, poll_interval, stall_after)
        return (yield from wait.until(_is_complete))

    @endpoint
    def wait_for_agent(
        self,
        execution_id: str,
        *,
        timeout: float = _TIMEOUT,
        poll_interval: float = 1.0,
        stall_after: float | None = _STALL_AFTER,
    ) -> Flow[AgentStatus]:
        """Wait until an execution has ended, and return its state with what it gave.

        Args:
            execution_id: the execution.
            timeout: seconds after which to give up.
            poll_interval: longest time in seconds between two looks; the first ones come faster.
            stall_after: seconds after which a task that no worker polls for ends the wait; None waits for workers too.

        Raises:
            AgentStallError: nobody works on a task of it, or of an agent inside.
            WaitTimeoutError: it had not ended in time.
        """
        wait = _Wait(self._now, execution_id, timeout, poll_interval, stall_after)
        return (yield from wait.until(_is_complete))

    @endpoint
    def wait_for_question(
        self,
        execution_id: str,
        *,
        timeout: float = _TIMEOUT,
        poll_interval: float = 1.0,
        stall_after: float | None = _STALL_AFTER,
    ) -> Flow[AgentStatus]:
        """Wait until an execution waits for somebody's answer, or has ended; ``is_waiting`` of the state tells which.

        The arguments and errors are those of ``wait_for_agent``.
        """
        wait = _Wait(self._now, execution_id, timeout, poll_interval, stall_after)
        return (yield from wait.until(_needs_nobody_or_somebody))

    @endpoint
    def respond_until_done(
        self,
        execution_id: str,
        answer: Callable[[PendingTool], AgentResponse | Mapping[str, Any]],
        *,
        timeout: float = _TIMEOUT,
        poll_interval: float = 1.0,
        stall_after: float | None = _STALL_AFTER,
    ) -> Flow[AgentStatus]:
        """Answer whatever an execution asks for until it has ended, and return its state.

        Args:
            execution_id: the execution.
            answer: is told what is asked for and returns the answer; it is called between two requests, also on the async face.
            timeout: seconds after which to give up, the time of the answers included.
            poll_interval: longest time in seconds between two looks; the first ones come faster.
            stall_after: seconds after which a task that no worker polls for ends the wait; None waits for workers too.

        Raises:
            AgentStallError: nobody works on a task of it.
            WaitTimeoutError: it had not ended in time.
        """
        wait = _Wait(self._now, execution_id, timeout, poll_interval, stall_after)
        while True:
            status = yield from wait.until(_needs_nobody_or_somebody)
            if status.is_complete:
                return status
            yield from Control.respond.call(self, execution_id, answer(status.pending_tool or PendingTool()))
            wait.hurry()


def _is_complete(status: AgentStatus) -> bool:
    return status.is_complete


def _needs_nobody_or_somebody(status: AgentStatus) -> bool:
    return status.is_complete or status.is_waiting


class _Wait:
    """One wait: its looks, its sleeps and its end."""

    def __init__(
        self,
        now: Callable[[], float],
        execution_id: str,
        timeout: float,
        poll_interval: float,
        stall_after: float | None,
    ) -> None:
        self._now = now
        self._execution_id = execution_id
        self._timeout = timeout
        self._deadline = now() + timeout
        self._longest = poll_interval
        self._next = min(_FIRST_WAIT, poll_interval)
        self._liveness = None if stall_after is None else Liveness(stall_after)
        self._look_every = (stall_after or 0.0) / _LOOKS_BEFORE_STALL
        self._look_at = now()

    def hurry(self) -> None:
        """Look again soon: something was done."""
        self._next = min(_FIRST_WAIT, self._longest)

    def until(self, reached: Callable[[AgentStatus], bool]) -> Flow[AgentStatus]:
        """Look until the state is one that is waited for."""
        while True:
            status = yield from get("/agent/{}/status", self._execution_id, returns=AgentStatus)
            if reached(status):
                return status
            if not status.is_waiting:
                yield from self._check_liveness()
            left = self._deadline - self._now()
            if left <= 0:
                state = f"{status.status}, waiting for an answer" if status.is_waiting else status.status
                raise WaitTimeoutError(
                    f"agent execution {self._execution_id} is still {state} after {self._timeout:g} s"
                )
            yield Sleep(min(self._next, left))
            self._next = min(self._next * 2, self._longest)

    def _check_liveness(self) -> Flow[None]:
        if self._liveness is None or self._now() < self._look_at:
            return
        self._look_at = self._now() + self._look_every
        tasks = yield from self._all_tasks()
        stalled = self._liveness.stalled(tasks, self._now())
        if stalled:
            raise AgentStallError(self._execution_id, stalled)

    def _all_tasks(self) -> Flow[list[Task]]:
        """Return the tasks of the execution and of those inside it, within bounds."""
        found: list[Task] = []
        left, seen = [self._execution_id], 0
        while left and seen < MOST_INSIDE:
            seen += 1
            try:
                run = yield from get("/agent/executions/{}/full", left.pop(0), returns=Workflow)
            except NotFoundError:  # one inside may be gone by now
                continue
            found += run.tasks
            left += inside(run.tasks)
        return found
