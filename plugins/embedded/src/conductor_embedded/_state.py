"""The state of executions and their tasks, as plain data."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from conductor_embedded._definitions import Layout, split_reference
from conductor_embedded._values import as_map, as_maps

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode, WorkflowDefinition
    from conductor_embedded._values import Document

FOREVER_SECONDS = 2_147_483_647
"""`callbackAfterSeconds` of a task that waits without an end."""


class WorkflowStatus(StrEnum):
    """Where an execution stands."""

    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    TERMINATED = "TERMINATED"

    @property
    def is_terminal(self) -> bool:
        """Whether the execution has ended."""
        return self not in _OPEN_WORKFLOW


class TaskStatus(StrEnum):
    """Where a task stands."""

    SCHEDULED = "SCHEDULED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    COMPLETED_WITH_ERRORS = "COMPLETED_WITH_ERRORS"
    FAILED = "FAILED"
    FAILED_WITH_TERMINAL_ERROR = "FAILED_WITH_TERMINAL_ERROR"
    TIMED_OUT = "TIMED_OUT"
    CANCELED = "CANCELED"
    SKIPPED = "SKIPPED"

    @property
    def is_terminal(self) -> bool:
        """Whether the task has ended."""
        return self not in _OPEN_TASK

    @property
    def is_failure(self) -> bool:
        """Whether the task has ended without success."""
        return self in _FAILED_TASK

    @property
    def is_retriable(self) -> bool:
        """Whether another attempt may follow."""
        return self in _RETRIABLE_TASK


_OPEN_WORKFLOW = frozenset({WorkflowStatus.RUNNING, WorkflowStatus.PAUSED})
_OPEN_TASK = frozenset({TaskStatus.SCHEDULED, TaskStatus.IN_PROGRESS})
_RETRIABLE_TASK = frozenset({TaskStatus.FAILED, TaskStatus.TIMED_OUT})
_FAILED_TASK = _RETRIABLE_TASK | {TaskStatus.FAILED_WITH_TERMINAL_ERROR, TaskStatus.CANCELED}


def _empty() -> Document:
    return {}


@dataclass(slots=True, kw_only=True)
class TaskState:
    """One attempt of one task. Times are epoch milliseconds, 0 for never.

    `queue` is the name of the queue workers poll it from, None for a system task. `available_at` is the time from which
    it may be polled or, for a system task, be looked at. `wake_at` is the time a system task wants to be looked at again,
    None for never. `extra` is what a system task remembers beyond its document; clients do not see it.
    """

    task_id: str
    reference_name: str
    task_type: str
    definition_name: str
    status: TaskStatus
    seq: int
    input: Document = field(default_factory=_empty)
    output: Document = field(default_factory=_empty)
    queue: str | None = None
    domain: str | None = None
    retry_count: int = 0
    retried_task_id: str | None = None
    retried: bool = False
    executed: bool = False
    poll_count: int = 0
    scheduled_time: int = 0
    first_scheduled_time: int = 0
    start_time: int = 0
    end_time: int = 0
    update_time: int = 0
    start_delay_seconds: int = 0
    callback_after_seconds: int = 0
    response_timeout_seconds: int = 0
    available_at: int = 0
    wake_at: int | None = None
    worker_id: str | None = None
    reason: str | None = None
    iteration: int = 0
    loop_over_task: bool = False
    sub_workflow_id: str | None = None
    extra: Document = field(default_factory=_empty)

    @property
    def is_open(self) -> bool:
        """Whether the task has not ended."""
        return self.status in _OPEN_TASK

    def to_row(self) -> Document:
        """Return all fields by name, for the store."""
        return {name: getattr(self, name) for name in _TASK_FIELDS}

    @classmethod
    def from_row(cls, row: Document) -> TaskState:
        """Rebuild a task from what `to_row` gave."""
        return _rebuild(cls, row, TaskStatus(str(row["status"])))


@dataclass(slots=True, kw_only=True)
class Execution:
    """One execution of a workflow with its tasks in order. Times are epoch milliseconds, 0 for never.

    The documents in it are never changed in place: a change puts a new document in, so that copies may share them.
    """

    workflow_id: str
    definition: WorkflowDefinition
    status: WorkflowStatus
    input: Document = field(default_factory=_empty)
    output: Document = field(default_factory=_empty)
    variables: Document = field(default_factory=_empty)
    tasks: list[TaskState] = field(default_factory=list["TaskState"])
    correlation_id: str | None = None
    priority: int = 0
    task_to_domain: Document = field(default_factory=_empty)
    create_time: int = 0
    start_time: int = 0
    update_time: int = 0
    end_time: int = 0
    last_retried_time: int = 0
    reason: str | None = None
    failed_task_id: str | None = None
    failed_reference_names: list[str] = field(default_factory=list[str])
    failed_task_names: list[str] = field(default_factory=list[str])
    parent_workflow_id: str | None = None
    parent_workflow_task_id: str | None = None
    event: str | None = None
    created_by: str | None = None
    next_seq: int = 1
    is_rehearsal: bool = False
    _dynamic: dict[str, Layout] = field(default_factory=dict[str, "Layout"], init=False, repr=False, compare=False)

    def task(self, task_id: str) -> TaskState | None:
        """Return the task with this id."""
        return next((task for task in self.tasks if task.task_id == task_id), None)

    def latest(self, reference_name: str) -> TaskState | None:
        """Return the newest attempt of a task."""
        return next((task for task in reversed(self.tasks) if task.reference_name == reference_name), None)

    def named(self, name: str) -> TaskState | None:
        """Return the newest attempt of a task; a task of a loop may be named without its iteration."""
        found = self.latest(name)
        if found is None:
            looped = (task for task in reversed(self.tasks) if task.loop_over_task)
            found = next((task for task in looped if split_reference(task.reference_name)[0] == name), None)
        return found

    def node(self, reference_name: str) -> TaskNode | None:
        """Return the node of a task: of the definition, or one that a dynamic fork has made."""
        found = self.definition.layout.get(reference_name)
        if found is not None:
            return found
        _, number = split_reference(reference_name)
        forks = (task for task in self.tasks if "forkedTaskDefs" in task.input and task.iteration in {0, number})
        return next((node for fork in forks if (node := self._forked(fork).get(reference_name)) is not None), None)

    def _forked(self, fork: TaskState) -> Layout:
        layout = self._dynamic.get(fork.task_id)
        if layout is None:
            tasks, definitions = as_maps(fork.input["forkedTaskDefs"]), as_map(fork.extra.get("definitions"))
            around = self.definition.layout.get(fork.reference_name)
            loop = None if around is None else around.loop
            layout = self._dynamic[fork.task_id] = Layout.of_branches(tasks, definitions, loop)
        return layout

    def copy(self) -> Execution:
        """Return a copy with a task list of its own; the tasks in it are shared."""
        twin = copy.copy(self)
        twin.tasks = list(self.tasks)
        return twin

    def to_row(self) -> Document:
        """Return all fields but the definition and the tasks by name, for the store."""
        return {name: getattr(self, name) for name in _EXECUTION_FIELDS}

    @classmethod
    def from_row(cls, row: Document, definition: WorkflowDefinition, tasks: list[TaskState]) -> Execution:
        """Rebuild an execution from what `to_row` gave, its definition and its tasks."""
        whole: Document = {**row, "definition": definition, "tasks": tasks}
        return _rebuild(cls, whole, WorkflowStatus(str(row["status"])))


_TASK_FIELDS = tuple(item.name for item in fields(TaskState))
_EXECUTION_FIELDS = tuple(
    item.name for item in fields(Execution) if item.init and item.name not in {"definition", "tasks"}
)

_StateT = TypeVar("_StateT", TaskState, Execution)


def _rebuild(cls: type[_StateT], row: Document, status: TaskStatus | WorkflowStatus) -> _StateT:
    # A row holds exactly what to_row wrote; the store's schema version guards that.
    return cls(**{**row, "status": status})  # type: ignore[arg-type]  # fields of the same names
