"""Tools that wait: for a person, for a message, for another agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from conductor_agents._dsl._checks import check_at_least
from conductor_agents._dsl._tool import ToolDefinition

if TYPE_CHECKING:
    from conductor_agents._dsl._agent import Agent

Document: TypeAlias = dict[str, Any]

_QUESTION: Final[Document] = {
    "type": "object",
    "properties": {"question": {"type": "string", "description": "What to ask the person."}},
    "required": ["question"],
}
_REQUEST: Final[Document] = {
    "type": "object",
    "properties": {"request": {"type": "string", "description": "What the agent shall do."}},
    "required": ["request"],
}


def human_tool(name: str, description: str, *, input_schema: Document | None = None) -> ToolDefinition:
    """Let the model ask a person; the run waits until ``respond`` answers.

    Args:
        name: what the model calls it by.
        description: what the model reads about it.
        input_schema: JSON schema of the question; a text ``question`` when None.
    """
    return ToolDefinition(
        name=name, description=description, tool_type="human", input_schema=dict(input_schema or _QUESTION)
    )


def wait_for_message_tool(name: str, description: str, *, batch_size: int = 1, blocking: bool = True) -> ToolDefinition:
    """Let the model take messages that others send to the run.

    Args:
        name: what the model calls it by.
        description: what the model reads about it.
        batch_size: most messages of one call.
        blocking: wait for a message; otherwise an empty queue gives none.
    """
    check_at_least("batch_size", batch_size, 1)
    return ToolDefinition(
        name=name,
        description=description,
        tool_type="pull_workflow_messages",
        input_schema={"type": "object", "properties": {}},
        config={"batchSize": batch_size} | ({} if blocking else {"blocking": False}),
    )


def agent_tool(
    agent: Agent,
    *,
    name: str | None = None,
    description: str | None = None,
    retry_count: int | None = None,
    retry_delay_seconds: int | None = None,
    optional: bool | None = None,
) -> ToolDefinition:
    """Let the model call another agent, which runs as a sub-workflow and gives back its answer.

    Args:
        agent: the agent.
        name: what the model calls it by; the agent's name when None.
        description: what the model reads about it; a standard text when None.
        retry_count: tries after a failed one.
        retry_delay_seconds: seconds before each.
        optional: go on when it fails.
    """
    options: Document = {"retryCount": retry_count, "retryDelaySeconds": retry_delay_seconds, "optional": optional}
    return ToolDefinition(
        name=agent.name if name is None else name,
        description=f"Invoke the {agent.name} agent" if description is None else description,
        tool_type="agent_tool",
        input_schema=dict(_REQUEST),
        config={key: value for key, value in options.items() if value is not None},
        agent=agent,
    )
