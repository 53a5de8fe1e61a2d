"""A task that completes another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, Unpack

from conductor_core.errors import InvalidArgumentError
from conductor_workflows.builder._task import TaskBuilder, given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_workflows.builder._task import TaskOptions

UpdatedStatus: TypeAlias = Literal["COMPLETED", "FAILED", "FAILED_WITH_TERMINAL_ERROR", "IN_PROGRESS"]


class UpdateTask(TaskBuilder):
    """Sets state and output of another task, by its id or by execution and reference name; Orkes servers alone run it.

    Args:
        task_ref_name: unique name of this task.
        task_status: the state that the other task gets.
        task_id: id of the other task.
        workflow_id: id of its execution, together with ``target_task_ref_name``.
        target_task_ref_name: its reference name.
        task_output: its output, values or expressions.
        merge_output: keep what its output holds already.
        options: what every builder takes; see :class:`TaskBuilder`.

    Raises:
        InvalidArgumentError: the other task is named in both ways or in neither.
    """

    TYPE: ClassVar[str] = "UPDATE_TASK"

    def __init__(
        self,
        task_ref_name: str,
        task_status: UpdatedStatus = "COMPLETED",
        *,
        task_id: str | None = None,
        workflow_id: str | None = None,
        target_task_ref_name: str | None = None,
        task_output: Mapping[str, object] | None = None,
        merge_output: bool = False,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, **options)
        by_name = workflow_id is not None and target_task_ref_name is not None
        if by_name == (task_id is not None) or (workflow_id is None) != (target_task_ref_name is None):
            raise InvalidArgumentError(
                f"task {task_ref_name!r} updates another one: pass its task_id, or workflow_id and target_task_ref_name"
            )
        values = {
            "taskStatus": task_status,
            "mergeOutput": merge_output,
            "taskId": task_id,
            "workflowId": workflow_id,
            "taskRefName": target_task_ref_name,
            "taskOutput": dict(task_output or {}),
        }
        self.input_map(given(values))
