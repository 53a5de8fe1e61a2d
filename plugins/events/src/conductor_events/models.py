"""Documents of the event client. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from pydantic import ConfigDict, Field

from conductor_core.models import ConductorModel, SearchResult, StartWorkflowRequest, Tag, Tolerant

__all__ = [
    "ActionType",
    "ConnectivityTestInput",
    "ConnectivityTestResult",
    "EventAction",
    "EventExecutionStatus",
    "EventHandler",
    "EventMessage",
    "EventMessageStatus",
    "EventMessageType",
    "ExtendedEventExecution",
    "HandledEventResponse",
    "SearchResult",
    "StartWorkflowRequest",
    "Tag",
    "TaskDetails",
    "TerminateWorkflow",
    "UpdateWorkflowVariables",
]


class ActionType(StrEnum):
    """What an event handler can do."""

    START_WORKFLOW = "start_workflow"
    COMPLETE_TASK = "complete_task"
    FAIL_TASK = "fail_task"
    TERMINATE_WORKFLOW = "terminate_workflow"
    UPDATE_WORKFLOW_VARIABLES = "update_workflow_variables"


class EventExecutionStatus(StrEnum):
    """How far the action of a handler came."""

    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


class EventMessageStatus(StrEnum):
    """What became of a message."""

    RECEIVED = "RECEIVED"
    HANDLED = "HANDLED"
    REJECTED = "REJECTED"


class EventMessageType(StrEnum):
    """Where a message came from."""

    WEBHOOK = "WEBHOOK"
    MESSAGE = "MESSAGE"


class TaskDetails(ConductorModel):
    """The task that an action completes or fails: by its id, or by workflow and reference name."""

    workflow_id: str | None = None
    """Often an expression over the event, like ``${workflowId}``."""
    task_ref_name: str | None = None
    task_id: str | None = None
    output: dict[str, Any] | None = None
    """What the task gets as output; expressions over the event are filled in."""
    output_message: Any = None
    """The same as a protobuf message."""


class TerminateWorkflow(ConductorModel):
    """The execution that an action ends."""

    workflow_id: str | None = None
    termination_reason: str | None = None


class UpdateWorkflowVariables(ConductorModel):
    """The variables that an action changes."""

    workflow_id: str | None = None
    variables: dict[str, Any] | None = None
    append_array: bool | None = None
    """Add to lists instead of replacing them."""


class EventAction(ConductorModel):
    """One thing that an event handler does; the field that its ``action`` names says with what."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        alias_generator=None
    )  # servers spell the fields of actions with underscores

    action: Tolerant[ActionType] | None = None
    start_workflow: StartWorkflowRequest | None = None
    complete_task: TaskDetails | None = None
    fail_task: TaskDetails | None = None
    terminate_workflow: TerminateWorkflow | None = None
    update_workflow_variables: UpdateWorkflowVariables | None = None
    expand_inline_json: bool | None = Field(
        default=None, validation_alias="expandInlineJSON", serialization_alias="expandInlineJSON"
    )
    """Turn JSON inside text values into documents."""


class EventHandler(ConductorModel):
    """What happens when an event comes in."""

    name: str = ""
    event: str = ""
    """Queue that is listened to, like ``conductor:orders`` or ``kafka:topic``."""
    condition: str | None = None
    """Expression over the event; the actions run when it is true."""
    evaluator_type: str | None = None
    """Language of the condition, like ``javascript``."""
    actions: list[EventAction] = Field(default_factory=list[EventAction])
    active: bool | None = None
    description: str | None = None
    tags: list[Tag] | None = None
    org_id: str | None = None
    created_by: str | None = None


class HandledEventResponse(ConductorModel):
    """How often the handlers of one event were called."""

    name: str | None = None
    event: str | None = None
    active: bool | None = None
    number_of_messages: int | None = None
    number_of_actions: int | None = None


class ExtendedEventExecution(ConductorModel):
    """One action that ran because of one message."""

    id: str = ""
    message_id: str | None = None
    name: str | None = None
    """Name of the handler."""
    event: str | None = None
    action: Tolerant[ActionType] | None = None
    status: Tolerant[EventExecutionStatus] | None = None
    status_description: str | None = None
    output: dict[str, Any] | None = None
    payload: dict[str, Any] | None = None
    full_message_payload: dict[str, Any] | None = None
    event_handler: EventHandler | None = None
    created: int | None = None
    """Epoch milliseconds."""
    org_id: str | None = None


class EventMessage(ConductorModel):
    """One message that came in, and what was done about it."""

    id: str = ""
    event_type: Tolerant[EventMessageType] | None = None
    event_target: str | None = None
    status: Tolerant[EventMessageStatus] | None = None
    status_description: str | None = None
    payload: str | None = None
    full_payload: Any = None
    """The message as it came, a document or not."""
    event_executions: list[ExtendedEventExecution] | None = None
    created_at: int | None = None
    """Epoch milliseconds."""
    org_id: str | None = None


class ConnectivityTestInput(ConductorModel):
    """What to send through a queue to see whether it works."""

    sink: str
    """Queue to test, like ``kafka:topic``."""
    input: dict[str, Any] | None = None


class ConnectivityTestResult(ConductorModel):
    """Whether a queue works."""

    successful: bool | None = None
    reason: str | None = None
    workflow_id: str | None = None
    """The execution that tried it."""
