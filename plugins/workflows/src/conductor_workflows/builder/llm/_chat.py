"""What a chat with a model is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from conductor_workflows.builder._task import given

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Role(StrEnum):
    """Who speaks."""

    USER = "user"
    ASSISTANT = "assistant"
    SYSTEM = "system"
    TOOL_CALL = "tool_call"
    TOOL = "tool"


@dataclass(frozen=True, kw_only=True)
class ToolCall:
    """A call of a tool that a model asked for.

    Args:
        name: the tool.
        task_reference_name: reference name of the task that did it.
        type: type of that task.
        integration_names: integrations it used, by kind.
        input_parameters: what it got.
        output: what it gave.
    """

    name: str
    task_reference_name: str | None = None
    type: str = "SIMPLE"
    integration_names: Mapping[str, str] | None = None
    input_parameters: Mapping[str, object] | None = None
    output: Mapping[str, object] | None = None

    def to_input(self) -> dict[str, object]:
        """Return the call as the server reads it."""
        return given(
            {
                "name": self.name,
                "type": self.type,
                "taskReferenceName": self.task_reference_name,
                "integrationNames": self.integration_names,
                "inputParameters": self.input_parameters,
                "output": self.output,
            }
        )


@dataclass(frozen=True, kw_only=True)
class ToolSpec:
    """A tool that a model may call.

    Args:
        name: name of the task or workflow.
        type: task type that runs it.
        description: for the model.
        config_params: settings of the tool.
        integration_names: integrations it uses, by kind.
        input_schema: JSON schema of what it gets.
        output_schema: JSON schema of what it gives.
    """

    name: str
    type: str = "SIMPLE"
    description: str | None = None
    config_params: Mapping[str, object] | None = None
    integration_names: Mapping[str, str] | None = None
    input_schema: Mapping[str, object] | None = None
    output_schema: Mapping[str, object] | None = None

    def to_input(self) -> dict[str, object]:
        """Return the tool as the server reads it."""
        return given(
            {
                "name": self.name,
                "type": self.type,
                "description": self.description,
                "configParams": self.config_params,
                "integrationNames": self.integration_names,
                "inputSchema": self.input_schema,
                "outputSchema": self.output_schema,
            }
        )


@dataclass(frozen=True)
class ChatMessage:
    """One message of a chat.

    Args:
        role: who speaks.
        message: what is said; may hold expressions.
        media: addresses of pictures and the like.
        mime_type: what the media are.
        tool_calls: calls of tools that belong to it.
    """

    role: str
    message: str
    media: Sequence[str] = ()
    mime_type: str | None = None
    tool_calls: Sequence[ToolCall] = ()

    def to_input(self) -> dict[str, object]:
        """Return the message as the server reads it."""
        return given(
            {
                "role": str(self.role),
                "message": self.message,
                "media": list(self.media) or None,
                "mimeType": self.mime_type,
                "toolCalls": [call.to_input() for call in self.tool_calls] or None,
            }
        )
