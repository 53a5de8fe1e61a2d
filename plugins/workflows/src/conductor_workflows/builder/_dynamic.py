"""Tasks that are chosen while the workflow runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_workflows.builder._fork import JoinTask
from conductor_workflows.builder._task import TaskBuilder, checked_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core.models import WorkflowTask
    from conductor_workflows.builder._task import TaskOptions


class DynamicTask(TaskBuilder):
    """Runs the task, or workflow, whose name an expression gives.

    Args:
        dynamic_task: name of the task type, nearly always an expression.
        task_reference_name: unique name of this task.
        dynamic_task_param: name of the input that carries it.
        inputs: inputs of the chosen task, values or expressions.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "DYNAMIC"

    def __init__(
        self,
        dynamic_task: str,
        task_reference_name: str,
        dynamic_task_param: str = "taskToExecute",
        *,
        inputs: Mapping[str, object] | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_reference_name, inputs=inputs, **options)
        self._parameter = checked_name(dynamic_task_param, f"dynamic_task_param of task {task_reference_name!r}")
        self.input_parameter(dynamic_task_param, checked_name(dynamic_task, f"task of {task_reference_name!r}"))

    def _fields(self) -> dict[str, object]:
        return {"dynamic_task_name_param": self._parameter}


class DynamicForkTask(TaskBuilder):
    """Runs tasks side by side that an earlier task lists; a join that waits for all of them follows it.

    The list holds definitions of tasks, the other input their inputs by reference name. ``fork.join.output()`` refers to the
    outputs by reference name. A :class:`JoinTask` directly behind the fork takes the place of that join.

    ::

        plan = SimpleTask("plan", "plan")
        workflow >> plan >> DynamicForkTask("work").from_lists(plan.output("tasks"), plan.output("inputs"))

    Args:
        task_ref_name: unique name of this task.
        tasks_param: name of the input that holds the list.
        tasks_input_param_name: name of the input that holds the inputs.
        join_task: the join, if it needs a name or a list of its own.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "FORK_JOIN_DYNAMIC"

    def __init__(
        self,
        task_ref_name: str,
        tasks_param: str = "dynamicTasks",
        tasks_input_param_name: str = "dynamicTasksInputs",
        join_task: JoinTask | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, **options)
        self._tasks = checked_name(tasks_param, f"tasks_param of task {task_ref_name!r}")
        self._inputs = checked_name(tasks_input_param_name, f"tasks_input_param_name of task {task_ref_name!r}")
        self.join: JoinTask = join_task or JoinTask(f"{task_ref_name}_join")

    def from_lists(self, tasks: object, inputs: object) -> DynamicForkTask:
        """Set both inputs: the tasks, and what each of them gets, as values or expressions."""
        return self.input_parameter(self._tasks, tasks).input_parameter(self._inputs, inputs)

    def to_workflow_tasks(self) -> list[WorkflowTask]:
        """Return the fork and its join."""
        return [self.to_workflow_task(), self.join.to_workflow_task()]

    def _fields(self) -> dict[str, object]:
        return {"dynamic_fork_tasks_param": self._tasks, "dynamic_fork_tasks_input_param_name": self._inputs}
