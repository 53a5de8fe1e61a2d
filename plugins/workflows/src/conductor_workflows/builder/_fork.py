"""Branches that run side by side, and the join that waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_core.errors import InvalidArgumentError
from conductor_workflows.builder._sequence import branch_of, checked_step, tasks_of
from conductor_workflows.builder._task import TaskBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_core.models import WorkflowTask
    from conductor_workflows.builder._sequence import Step
    from conductor_workflows.builder._task import TaskOptions


class JoinTask(TaskBuilder):
    """Waits for tasks; directly behind a fork it takes the place of the fork's own join.

    Args:
        task_ref_name: unique name of this task; its output holds the outputs of the tasks it waits for.
        join_on: reference names to wait for; None waits for the last task of each branch of the fork before it.
        join_on_script: JavaScript that says when to go on; Orkes servers alone run it.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "JOIN"

    def __init__(
        self,
        task_ref_name: str,
        join_on: Sequence[str] | None = None,
        join_on_script: str | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, **options)
        if isinstance(join_on, str):
            raise InvalidArgumentError(f"join_on of task {task_ref_name!r} must be a list of names, got {join_on!r}")
        self.join_on: list[str] | None = None if join_on is None else list(join_on)
        self.join_on_script = join_on_script

    def joined(self, generated: WorkflowTask) -> WorkflowTask:
        """Return this join in the place of a fork's own."""
        join = self.to_workflow_task()
        if self.join_on is None:
            join.join_on = generated.join_on
        return join

    def _fields(self) -> dict[str, object]:
        fields: dict[str, object] = {"join_on": list(self.join_on or [])}
        if self.join_on_script is not None:
            fields |= {"evaluator_type": "js", "expression": self.join_on_script}
        return fields


class ForkTask(TaskBuilder):
    """Runs branches side by side; a join follows it in the definition, wherever the fork stands.

    ``fork.join.output()`` refers to the outputs of the branches' last tasks, by reference name. A :class:`JoinTask`
    directly behind the fork takes the place of that join.

    Args:
        task_ref_name: unique name of this task.
        forked_tasks: the branches; each is a step or a list of steps.
        join_on: reference names that the join waits for; None is the last task of each branch.
        join_ref_name: reference name of the join; made from the fork's when None.
        options: what every builder takes; see :class:`TaskBuilder`.

    Raises:
        InvalidArgumentError: there is no branch, or one is empty or holds something that is no task.
    """

    TYPE: ClassVar[str] = "FORK_JOIN"

    def __init__(
        self,
        task_ref_name: str,
        forked_tasks: Sequence[Step],
        join_on: Sequence[str] | None = None,
        *,
        join_ref_name: str | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, **options)
        checked_step(list(forked_tasks))
        self.branches: list[list[Step]] = [list(branch_of(part)) for part in forked_tasks]
        self.join: JoinTask = JoinTask(join_ref_name or f"{task_ref_name}_join", join_on)

    def to_workflow_tasks(self) -> list[WorkflowTask]:
        """Return the fork and its join."""
        fork, ends = self._fork()
        join = self.join.to_workflow_task()
        if self.join.join_on is None:
            join.join_on = ends
        return [fork, join]

    def to_workflow_task(self) -> WorkflowTask:
        """Return the fork alone; :meth:`to_workflow_tasks` gives it with its join."""
        return self._fork()[0]

    def _fork(self) -> tuple[WorkflowTask, list[str]]:
        fork = super().to_workflow_task()
        fork.fork_tasks = [_closed(tasks_of(branch)) for branch in self.branches]
        return fork, [branch[-1].task_reference_name for branch in fork.fork_tasks]


def _closed(branch: list[WorkflowTask]) -> list[WorkflowTask]:
    """End a branch with a task that a join can wait for.

    A join that waits for a switch goes on before the chosen case is done, and it cannot know which case that will be. A
    task that does nothing, behind the switch, is reached when the case is done.
    """
    if branch[-1].type != "SWITCH":
        return branch
    from conductor_core.models import WorkflowTask  # noqa: PLC0415 - building definitions must not load the models

    ref = f"{branch[-1].task_reference_name}_end"
    return [*branch, WorkflowTask(name=ref, task_reference_name=ref, type="SET_VARIABLE")]


def fork_of(parts: Sequence[Step]) -> ForkTask:
    """Return the fork that a list of branches stands for; its name comes from its first task, so it stays the same."""
    first = tasks_of(ForkTask("fork", parts).branches[0])
    name = first[0].task_reference_name
    return ForkTask(f"fork_{name}", parts, join_ref_name=f"join_{name}")
