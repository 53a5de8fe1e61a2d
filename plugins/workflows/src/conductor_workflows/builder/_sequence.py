"""From steps to the tasks of a definition: lists become forks, forks get their joins, workflows become sub-workflows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast, runtime_checkable

from conductor_core.errors import InvalidArgumentError
from conductor_workflows._sources import TaskSource

if TYPE_CHECKING:
    from conductor_core.models import WorkflowTask

Step: TypeAlias = "TaskSource | Sequence[Step]"
"""A task, a workflow to embed, or a list of branches to run side by side; a branch is a step or a list of steps."""


@runtime_checkable
class SeveralTasks(Protocol):
    """A step that stands for more than one task of a definition, as a fork with its join does."""

    def to_workflow_tasks(self) -> list[WorkflowTask]:
        """Return the tasks in order."""
        ...


@runtime_checkable
class Joins(Protocol):
    """A step that takes the place of the join of the fork before it."""

    def joined(self, generated: WorkflowTask) -> WorkflowTask:
        """Return the join, which waits for what the generated one would wait for unless it was told more."""
        ...


def tasks_of(steps: Sequence[Step]) -> list[WorkflowTask]:
    """Return the tasks of steps that run one after the other."""
    tasks: list[WorkflowTask] = []
    after_fork = False
    for step in steps:
        if after_fork and isinstance(step, Joins):
            tasks[-1] = step.joined(tasks[-1])
            after_fork = False
            continue
        expanded = _expanded(step)
        tasks.extend(expanded)
        after_fork = len(expanded) > 1
    return tasks


def _expanded(step: Step) -> list[WorkflowTask]:
    if isinstance(step, Sequence):
        from conductor_workflows.builder._fork import fork_of  # noqa: PLC0415 - a fork holds sequences, and the reverse

        return fork_of(step).to_workflow_tasks()
    if isinstance(step, SeveralTasks):
        return step.to_workflow_tasks()
    return [step.to_workflow_task()]


def checked_step(step: object) -> None:
    """Refuse what is no step.

    Raises:
        InvalidArgumentError: something is neither a task nor a list of them; the message says what it is.
    """
    if isinstance(step, list | tuple):
        parts = cast("Sequence[object]", step)
        if not parts:
            raise InvalidArgumentError("a fork or a branch needs at least one task, got an empty list")
        for part in parts:
            checked_step(part)
    elif not isinstance(step, TaskSource) or isinstance(step, type):
        raise InvalidArgumentError(
            f"not a task: {step!r}; pass a task builder, a decorated worker called with task_ref_name=..., "
            f"another workflow, or a list of branches"
        )


def branch_of(part: Step) -> Sequence[Step]:
    """Return a part of a fork as the steps of one branch."""
    return part if isinstance(part, Sequence) else (part,)


def walk(tasks: Sequence[WorkflowTask]) -> Iterator[WorkflowTask]:
    """Yield all tasks of a definition, those inside others too; not those of sub-workflows, which have their own names."""
    for task in tasks:
        yield task
        for inner in _inside(task):
            yield from walk(inner)


def _inside(task: WorkflowTask) -> Iterator[list[WorkflowTask]]:
    yield from task.fork_tasks or []
    yield from (task.decision_cases or {}).values()
    yield task.default_case or []
    yield task.loop_over or []


def check_unique(tasks: Sequence[WorkflowTask], workflow: str) -> None:
    """Refuse two tasks of one reference name.

    Raises:
        InvalidArgumentError: there are two; the message names them.
    """
    seen: set[str] = set()
    for task in walk(tasks):
        ref = task.task_reference_name
        if ref in seen:
            raise InvalidArgumentError(
                f"workflow {workflow!r} has two tasks with the reference name {ref!r}; each needs its own"
            )
        seen.add(ref)
