"""A task as it came from a poll: the few fields the runtime reads, and the server's document untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core.models import Task

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
JsonObject: TypeAlias = dict[str, JsonValue]


class PolledTask:
    """One polled task; cheap to make, and the full :class:`~conductor_core.models.Task` on demand.

    Args:
        document: the task as the server sent it.
    """

    __slots__ = ("_task", "document", "input_data", "task_id", "task_type", "workflow_instance_id")

    def __init__(self, document: JsonObject) -> None:
        self.document: JsonObject = document
        self.task_id: str = _text(document, "taskId")
        self.workflow_instance_id: str = _text(document, "workflowInstanceId")
        self.task_type: str = _text(document, "taskDefName") or _text(document, "taskType")
        received = document.get("inputData")
        self.input_data: JsonObject = received if isinstance(received, dict) else {}
        self._task: Task | None = None

    @property
    def is_valid(self) -> bool:
        """Whether the task can be reported back at all."""
        return bool(self.task_id and self.workflow_instance_id)

    @property
    def retry_count(self) -> int:
        """Earlier attempts of this task; 0 for the first."""
        return _number(self.document, "retryCount")

    @property
    def poll_count(self) -> int:
        """How often this task was handed out, this time included."""
        return _number(self.document, "pollCount")

    @property
    def response_timeout_seconds(self) -> int:
        """Seconds after which the server gives an unanswered task to another worker; 0 means never."""
        return _number(self.document, "responseTimeoutSeconds")

    @property
    def workflow_task_type(self) -> str | None:
        """The type of the task in its workflow definition (``SIMPLE`` and the like), when the server sent it."""
        definition = self.document.get("workflowTask")
        return _text(definition, "type") or None if isinstance(definition, dict) else None

    def task(self) -> Task:
        """Return the full model; it is built once."""
        if self._task is None:
            from conductor_core.models import Task  # noqa: PLC0415 - most workers never ask for it

            self._task = Task.model_validate(self.document)
        return self._task

    @classmethod
    def from_task(cls, task: Task) -> PolledTask:
        """Wrap a model, so that a worker can be run in a test with a task made by hand."""
        polled = cls(cast("JsonObject", task.to_wire()))
        polled._task = task
        return polled

    def __repr__(self) -> str:
        return f"<polled {self.task_type!r} task {self.task_id!r}>"


def _text(document: Mapping[str, JsonValue], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def _number(document: Mapping[str, JsonValue], name: str) -> int:
    value = document.get(name)
    return int(value) if isinstance(value, int | float) else 0
