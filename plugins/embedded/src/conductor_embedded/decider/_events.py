"""What can happen to an execution. `decide` turns each of these into a new state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from conductor_embedded._definitions import WorkflowDefinition
    from conductor_embedded._state import TaskStatus, WorkflowStatus
    from conductor_embedded._values import Document


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody looks: at the start, at a timer, on demand."""


@dataclass(frozen=True, slots=True)
class TasksTaken:
    """A worker polled tasks."""

    task_ids: tuple[str, ...]
    worker_id: str | None


@dataclass(frozen=True, slots=True)
class TaskReturned:
    """A polled task could not be delivered."""

    task_id: str


@dataclass(frozen=True, slots=True)
class TaskUpdated:
    """A worker or a user reports on a task.

    `merge` adds the output to what is there instead of replacing it, `is_polled` says that a worker of the engine's own
    has taken the task with it.
    """

    task_id: str
    status: TaskStatus
    output: Document
    merge: bool = False
    reason: str | None = None
    worker_id: str | None = None
    callback_after_seconds: int = 0
    extend_lease: bool = False
    is_polled: bool = False


@dataclass(frozen=True, slots=True)
class TaskAddressed:
    """A route tells a task something in the words of its type: see `SystemTask.receive`."""

    task_id: str
    message: Document


@dataclass(frozen=True, slots=True)
class ChildStarted:
    """The sub-workflow of a task runs."""

    task_id: str
    child_id: str


@dataclass(frozen=True, slots=True)
class ChildRefused:
    """The sub-workflow of a task could not be started."""

    task_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChildChanged:
    """The sub-workflow of a task has ended, or goes on again after its end."""

    task_id: str
    child_id: str
    child_name: str
    child_version: int
    status: WorkflowStatus
    output: Document
    reason: str | None


@dataclass(frozen=True, slots=True)
class FailureWorkflowRefused:
    """The failure workflow of the execution could not be started."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class VariablesChanged:
    """An event handler sets variables of the execution; `append` adds to lists instead of replacing them."""

    values: Document
    append: bool = False


@dataclass(frozen=True, slots=True)
class Paused:
    """A user pauses the execution."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A user lets the execution go on."""


@dataclass(frozen=True, slots=True)
class Terminated:
    """A user, or the parent, ends the execution."""

    reason: str | None


@dataclass(frozen=True, slots=True)
class Restarted:
    """A user begins again from the first task."""

    definition: WorkflowDefinition | None = None


@dataclass(frozen=True, slots=True)
class Retried:
    """A user has the failed tasks tried again."""


@dataclass(frozen=True, slots=True)
class Rerun:
    """A user has the execution run again from a task, or from the start when there is none."""

    task_id: str | None = None
    task_input: Document | None = None
    workflow_input: Document | None = None
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class TaskSkipped:
    """A user skips a task that is not scheduled yet."""

    reference_name: str
    input: Document
    output: Document


@dataclass(frozen=True, slots=True)
class CallbacksReset:
    """A user makes delayed tasks pollable at once."""


Event: TypeAlias = (
    Looked
    | TasksTaken
    | TaskReturned
    | TaskUpdated
    | TaskAddressed
    | ChildStarted
    | ChildRefused
    | ChildChanged
    | FailureWorkflowRefused
    | VariablesChanged
    | Paused
    | Resumed
    | Terminated
    | Restarted
    | Retried
    | Rerun
    | TaskSkipped
    | CallbacksReset
)
