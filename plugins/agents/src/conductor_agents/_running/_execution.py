"""Handles of executions that a runtime has started."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from conductor_agents._running._result import AgentResult

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping

    from conductor_agents._answers import AgentStatus
    from conductor_agents._events import AgentEvent
    from conductor_agents._requests import AgentResponse
    from conductor_core import AsyncConductor, Conductor

STALL_AFTER: Final = 30.0
"""Seconds after which a task that no worker polls for ends a wait."""


class AgentExecution:
    """An execution of an agent, for code that blocks.

    Attributes:
        execution_id: the execution.
    """

    def __init__(self, conductor: Conductor, execution_id: str, output_type: object = None) -> None:
        self.execution_id: str = execution_id
        self._conductor = conductor
        self._output_type = output_type

    def status(self) -> AgentStatus:
        """Return how far it is, and what it waits for."""
        return self._conductor.agents.get_status(self.execution_id)

    def wait(self, timeout: float | None = None, *, stall_after: float | None = STALL_AFTER) -> AgentResult:
        """Wait until it has ended.

        Args:
            timeout: seconds to wait at most; None waits for as long as it takes.
            stall_after: seconds after which a task that no worker polls for ends the wait; None waits for workers too.

        Raises:
            AgentStallError: nobody works on a task of it.
            WaitTimeoutError: it has not ended in time; it goes on.
        """
        limit = math.inf if timeout is None else timeout
        status = self._conductor.agents.wait_for_agent(self.execution_id, timeout=limit, stall_after=stall_after)
        return AgentResult.of(status, self._output_type)

    def events(self, *, last_event_id: int | str | None = None) -> Generator[AgentEvent, None, None]:
        """Give what happens, from the beginning unless told otherwise, until it has ended; a lost connection is opened anew.

        Args:
            last_event_id: of the last event that is known already.
        """
        return self._conductor.agents.stream_events(self.execution_id, last_event_id=last_event_id)

    def respond(self, response: AgentResponse | Mapping[str, Any]) -> None:
        """Answer what it waits for."""
        self._conductor.agents.respond(self.execution_id, response)

    def approve(self) -> None:
        """Let the tools run that it asks about."""
        self.respond({"approved": True})

    def reject(self, reason: str = "") -> None:
        """Refuse the tools that it asks about, and tell the model why."""
        self.respond({"approved": False, "reason": reason})

    def signal(self, message: str) -> None:
        """Tell it something, which the model reads in its next turn."""
        self._conductor.agents.signal(self.execution_id, message)

    def stop(self) -> None:
        """Let it end after the running turn, with what it has."""
        self._conductor.agents.stop(self.execution_id)

    def pause(self) -> None:
        """Start nothing more for now."""
        self._conductor.agents.pause(self.execution_id)

    def resume(self) -> None:
        """Go on after a pause."""
        self._conductor.agents.resume(self.execution_id)

    def cancel(self, reason: str | None = None) -> None:
        """End it at once."""
        self._conductor.agents.cancel(self.execution_id, reason)

    def __repr__(self) -> str:
        return f"<execution {self.execution_id} of an agent>"


class AsyncAgentExecution:
    """An execution of an agent, for asyncio programs.

    Attributes:
        execution_id: the execution.
    """

    def __init__(self, conductor: AsyncConductor, execution_id: str, output_type: object = None) -> None:
        self.execution_id: str = execution_id
        self._conductor = conductor
        self._output_type = output_type

    async def status(self) -> AgentStatus:
        """Return how far it is, and what it waits for."""
        return await self._conductor.agents.get_status(self.execution_id)

    async def wait(self, timeout: float | None = None, *, stall_after: float | None = STALL_AFTER) -> AgentResult:  # noqa: ASYNC109 - the name of the other face
        """Wait until it has ended.

        Args:
            timeout: seconds to wait at most; None waits for as long as it takes.
            stall_after: seconds after which a task that no worker polls for ends the wait; None waits for workers too.

        Raises:
            AgentStallError: nobody works on a task of it.
            WaitTimeoutError: it has not ended in time; it goes on.
        """
        limit = math.inf if timeout is None else timeout
        status = await self._conductor.agents.wait_for_agent(self.execution_id, timeout=limit, stall_after=stall_after)
        return AgentResult.of(status, self._output_type)

    def events(self, *, last_event_id: int | str | None = None) -> AsyncGenerator[AgentEvent, None]:
        """Give what happens, from the beginning unless told otherwise, until it has ended; a lost connection is opened anew.

        Args:
            last_event_id: of the last event that is known already.
        """
        return self._conductor.agents.stream_events(self.execution_id, last_event_id=last_event_id)

    async def respond(self, response: AgentResponse | Mapping[str, Any]) -> None:
        """Answer what it waits for."""
        await self._conductor.agents.respond(self.execution_id, response)

    async def approve(self) -> None:
        """Let the tools run that it asks about."""
        await self.respond({"approved": True})

    async def reject(self, reason: str = "") -> None:
        """Refuse the tools that it asks about, and tell the model why."""
        await self.respond({"approved": False, "reason": reason})

    async def signal(self, message: str) -> None:
        """Tell it something, which the model reads in its next turn."""
        await self._conductor.agents.signal(self.execution_id, message)

    async def stop(self) -> None:
        """Let it end after the running turn, with what it has."""
        await self._conductor.agents.stop(self.execution_id)

    async def pause(self) -> None:
        """Start nothing more for now."""
        await self._conductor.agents.pause(self.execution_id)

    async def resume(self) -> None:
        """Go on after a pause."""
        await self._conductor.agents.resume(self.execution_id)

    async def cancel(self, reason: str | None = None) -> None:
        """End it at once."""
        await self._conductor.agents.cancel(self.execution_id, reason)

    def __repr__(self) -> str:
        return f"<execution {self.execution_id} of an agent>"
