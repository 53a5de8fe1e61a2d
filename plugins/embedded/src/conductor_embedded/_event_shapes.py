"""What an event handler must look like, and what the server fills in. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._document_shapes import start_request
from conductor_embedded._shapes import anything, boolean, list_of, one_of, record, text
from conductor_embedded._validation_errors import ValidationError
from conductor_embedded._values import as_maps
from conductor_embedded.validation import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conductor_embedded._engine_api import Document

_REQUIRED: Final = {
    "name": "Missing event handler name",
    "event": "Missing event location",
    "actions": "No actions specified. Please specify at-least one action",
}
_TASK_ACTIONS: Final = ("complete_task", "fail_task")

_task_details = record(
    {**dict.fromkeys(("workflowId", "taskId", "taskRefName", "reasonForIncompletion"), text), "output": anything}
)
_action = record(
    {
        "action": one_of(
            "start_workflow", *_TASK_ACTIONS, "terminate_workflow", "update_workflow_variables", "start_agent"
        ),
        "expandInlineJSON": boolean,
        "start_workflow": start_request,
        **dict.fromkeys(_TASK_ACTIONS, _task_details),
        "terminate_workflow": record(dict.fromkeys(("workflowId", "terminationReason"), text)),
        "update_workflow_variables": record({"workflowId": text, "variables": anything, "appendArray": boolean}),
    }
)
_handler = record(
    {
        **dict.fromkeys(("name", "event", "condition", "evaluatorType", "description"), text),
        "active": boolean,
        "actions": list_of(_action),
    }
)


def event_handler(value: object, operation: str) -> Document:
    """Check an event handler; returns its stored form.

    Raises:
        InvalidRequest: It has no name, event or actions.
        InternalError: A field has the wrong type, or an action is unknown.
    """
    document = _handler(value, "event handler")
    refuse(_missing(document, f"{operation}.arg0"))
    return {"active": False, **document, "actions": [_complete(action) for action in as_maps(document["actions"])]}


def _missing(document: Document, path: str) -> Iterator[ValidationError]:
    for field, message in _REQUIRED.items():
        if not document.get(field):
            value = document.get(field)
            yield ValidationError(f"{path}.{field}", message, "" if value == "" else None)


def _complete(action: Document) -> Document:
    whole: Document = {"expandInlineJSON": False, **action}
    for kind, defaults in {"start_workflow": "input", **dict.fromkeys(_TASK_ACTIONS, "output")}.items():
        details = whole.get(kind)
        if isinstance(details, dict):
            whole[kind] = {defaults: {}, **details}
    return whole
