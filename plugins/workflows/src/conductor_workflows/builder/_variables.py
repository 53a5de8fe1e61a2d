"""Variables of an execution."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_workflows.builder._task import TaskBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_workflows.builder._task import TaskOptions


class SetVariableTask(TaskBuilder):
    """Sets variables of the execution, which expressions read as ``${workflow.variables.name}``.

    Args:
        task_ref_name: unique name of this task.
        variables: values or expressions by name; ``input_parameter`` sets more.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "SET_VARIABLE"

    def __init__(
        self, task_ref_name: str, variables: Mapping[str, object] | None = None, **options: Unpack[TaskOptions]
    ) -> None:
        super().__init__(task_ref_name, inputs=variables, **options)
