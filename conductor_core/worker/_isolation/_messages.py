"""What crosses the pipe between a worker and its child process: JSON, so nothing that runs code when it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from conductor_core.models import TaskResult
from conductor_core.worker._context import ContextData, TaskInProgress
from conductor_core.worker._isolation._remote import remote_error
from conductor_core.worker._json import to_json_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core.worker._channel import Message
    from conductor_core.worker._polled import JsonObject, PolledTask

READY: Final = "ready"
REFUSED: Final = "refused"
RECORD: Final = "record"
TASK_LOG: Final = "task_log"
RETURNED: Final = "returned"
RAISED: Final = "raised"
# How a returned value crosses.
PLAIN: Final = "plain"
IN_PROGRESS: Final = "in_progress"
RESULT: Final = "result"


@dataclass(frozen=True, slots=True)
class Request:
    """One task for a child.

    Attributes:
        task: the task's document.
        context: what wrappers in the parent have written for the task so far.
        carrier: trace context, filled by plugins in the parent.
    """

    task: JsonObject
    context: ContextData
    carrier: Mapping[str, str]

    def as_data(self) -> Message:
        """Return the request as plain data.

        Raises:
            TypeError: the output that was set so far has no JSON form.
            ValueError: the same, for NaN and infinity.
        """
        context = self.context
        if context.output is not None:
            context = replace(context, output=to_json_object(context.output))
        return {"task": self.task, "context": context_as_data(context), "carrier": dict(self.carrier)}

    @classmethod
    def from_data(cls, data: Message) -> Request:
        """Read the request from plain data."""
        return cls(data["task"], context_from_data(data["context"]), data["carrier"])


def context_as_data(context: ContextData) -> Message:
    """Return what was written to a task's context as plain data."""
    return {
        "logs": list(context.logs),
        "callback_after_seconds": context.callback_after_seconds,
        "output": context.output,
    }


def context_from_data(data: Message) -> ContextData:
    """Read what was written to a task's context."""
    return ContextData(tuple(data["logs"]), data["callback_after_seconds"], data["output"])


def value_of(message: Message, task: PolledTask) -> object:
    """Return what a worker function returned, as plain data or in one of the classes that say more.

    Raises:
        RemoteError: it raised.
    """
    if message["kind"] == RAISED:
        raise remote_error(message)
    value = message["value"]
    if message["form"] == IN_PROGRESS:
        return TaskInProgress(value["callback_after_seconds"], value["output"])
    if message["form"] == RESULT:
        return TaskResult.model_validate(
            {"taskId": task.task_id, "workflowInstanceId": task.workflow_instance_id, **value}
        )
    return value
