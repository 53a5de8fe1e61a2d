"""The working copy of an execution that a decision is made on."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conductor_embedded._state import Execution, TaskState, TaskStatus, WorkflowStatus

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping

    from conductor_embedded._engine_api import Evaluators
    from conductor_embedded._values import Document
    from conductor_embedded.decider._effects import Effect
    from conductor_embedded.system_tasks import SystemTasks


def _as_it_is(document: Document) -> Document:
    return document


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionContext:
    """Everything a decision may know besides the execution.

    Args:
        now_ms: The time, in epoch milliseconds.
        new_id: The source of task ids.
        random: The source of jitter.
        system_tasks: The task types the engine runs itself.
        evaluators: Runs scripts.
        pick_domain: Chooses the domain of a task type by the execution's taskToDomain.
        task_definition: Looks up a registered task definition, for tasks that no workflow definition names.
        latest_version: Looks up the latest version of a registered workflow definition.
        fill_in: Puts secrets into the input of a task that the engine is about to run.
    """

    now_ms: int
    new_id: Callable[[], str]
    random: random.Random
    system_tasks: SystemTasks
    evaluators: Evaluators
    pick_domain: Callable[[str, Mapping[str, object]], str | None]
    task_definition: Callable[[str], Document | None]
    latest_version: Callable[[str], int | None]
    fill_in: Callable[[Document], Document] = _as_it_is


class WorkflowEnds(Exception):  # noqa: N818 - not an error: the end of an execution, wherever it is noticed  # not an error: the end of the execution, from wherever it is noticed
    """The execution ends with this status; `output` None means that it is computed."""

    def __init__(
        self,
        status: WorkflowStatus,
        reason: str | None = None,
        *,
        output: Document | None = None,
        failed_task_id: str | None = None,
        runs_failure_workflow: bool = True,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.output = output
        self.failed_task_id = failed_task_id
        self.runs_failure_workflow = runs_failure_workflow


@dataclass(slots=True)
class Draft:
    """A copy of an execution; tasks are copied when they change, so that the original stays as it was.

    A task may only be changed after `edit` has returned it.
    """

    execution: Execution
    context: DecisionContext
    effects: list[Effect] = field(default_factory=list["Effect"])
    changed: dict[str, TaskState] = field(default_factory=dict[str, TaskState])
    removed: set[str] = field(default_factory=set[str])
    handled: set[str] = field(default_factory=set[str])
    begun_iterations: int = 0

    @classmethod
    def of(cls, execution: Execution, context: DecisionContext) -> Draft:
        """Begin a decision."""
        return cls(execution.copy(), context)

    @property
    def now_ms(self) -> int:
        """The time of this decision, in epoch milliseconds."""
        return self.context.now_ms

    def open_tasks(self) -> Iterator[TaskState]:
        """Yield the tasks that have not ended, in order."""
        return (task for task in tuple(self.execution.tasks) if task.is_open)

    def edit(self, task: TaskState) -> TaskState:
        """Return the copy of a task that may be changed."""
        mine = self.changed.get(task.task_id)
        if mine is None:
            tasks = self.execution.tasks
            position = next(index for index, other in enumerate(tasks) if other is task)
            mine = tasks[position] = self.changed[task.task_id] = copy.copy(task)
        return mine

    def add(self, task: TaskState, *, first: bool = False) -> None:
        """Add a new task at the end of the list, or in front of it."""
        self.changed[task.task_id] = task
        self.removed.discard(task.task_id)
        if first:
            self.execution.tasks.insert(0, task)
        else:
            self.execution.tasks.append(task)

    def remove(self, task: TaskState) -> None:
        """Take a task out of the list."""
        self.execution.tasks = [other for other in self.execution.tasks if other.task_id != task.task_id]
        self.changed.pop(task.task_id, None)
        self.removed.add(task.task_id)

    def take_seq(self) -> int:
        """Return the next number of a task."""
        seq = self.execution.next_seq
        self.execution.next_seq = seq + 1
        return seq

    def end_task(
        self, task: TaskState, status: TaskStatus, *, output: Document | None = None, reason: str | None = None
    ) -> TaskState:
        """End a task; an output or reason that is None stays as it is."""
        mine = self.edit(task)
        mine.status = status
        mine.end_time = self.now_ms
        if mine.queue is None:
            # A worker's task keeps the time of its last poll or report.
            mine.update_time = self.now_ms
        if output is not None:
            mine.output = output
        if reason is not None:
            mine.reason = reason
        return mine
