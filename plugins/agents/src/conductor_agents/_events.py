"""What happens in an execution, as the server tells those who follow it."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from conductor_core.models import ConductorModel, JsonObject, Tolerant

if TYPE_CHECKING:
    from conductor_agents._answers import AgentStatus
    from conductor_agents._sse import ServerSentEvent

_OF_EXECUTION = "workflow"


class AgentEventType(StrEnum):
    """Kinds of events."""

    THINKING = "thinking"
    TOOL_CALL = "tool_call"
    TOOL_RESULT = "tool_result"
    HANDOFF = "handoff"
    WAITING = "waiting"
    MESSAGE = "message"
    GUARDRAIL_PASS = "guardrail_pass"  # noqa: S105 - no password
    GUARDRAIL_FAIL = "guardrail_fail"
    CONTEXT_CONDENSED = "context_condensed"
    SUBAGENT_START = "subagent_start"
    SUBAGENT_STOP = "subagent_stop"
    ERROR = "error"
    DONE = "done"


class AgentEvent(ConductorModel):
    """One event of an execution, or of an agent inside it."""

    id: int | str | None = None
    """By which a stream is resumed; None for an end that was made from the execution's state."""
    type: Tolerant[AgentEventType] = AgentEventType.MESSAGE
    execution_id: str | None = None
    """Where it happened: the execution, or one of an agent inside it."""
    content: str | None = None
    """Of an error its message, of thinking the step that thinks."""
    tool_name: str | None = None
    """The tool, or of an error the step that failed: ``workflow`` when the execution itself did."""
    args: Any = None
    result: Any = None
    target: str | None = None
    """The agent that goes on."""
    output: Any = None
    """What the execution gave, of its end."""
    guardrail_name: str | None = None
    pending_tool: JsonObject | None = None
    """What is waited for."""
    timestamp: int | None = None
    """Epoch milliseconds."""
    messages_before: int | None = None
    messages_after: int | None = None
    exchanges_condensed: int | None = None

    def ends(self, execution_id: str) -> bool:
        """Whether this is the last event of an execution; agents inside it end with events of their own."""
        if self.execution_id not in (None, execution_id):
            return False
        failed = self.type == AgentEventType.ERROR and self.tool_name == _OF_EXECUTION
        return self.type == AgentEventType.DONE or failed


def event_of(received: ServerSentEvent) -> AgentEvent:
    """Read an event; text that is no JSON object is its content.

    Raises:
        ValueError: a field has a value that no event has.
    """
    try:
        document: object = json.loads(received.data)
    except ValueError:
        document = received.data
    fields: dict[str, Any] = (
        dict(cast("dict[str, Any]", document)) if isinstance(document, dict) else {"content": received.data}
    )
    fields.setdefault("type", received.type)
    fields.setdefault("id", received.id or None)
    try:
        return AgentEvent.model_validate(fields)
    except ValidationError as error:  # whose own text shows the value
        first = error.errors(include_input=False, include_url=False)[0]
        raise ValueError(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None


def end_of(status: AgentStatus) -> AgentEvent:
    """Return the last event of an execution that has ended, for a server that has forgotten it."""
    if status.status == "COMPLETED":
        return AgentEvent(type=AgentEventType.DONE, execution_id=status.execution_id, output=status.output)
    reason = status.reason_for_incompletion or f"the execution is {status.status}"
    return AgentEvent(
        type=AgentEventType.ERROR, execution_id=status.execution_id, tool_name=_OF_EXECUTION, content=reason
    )
