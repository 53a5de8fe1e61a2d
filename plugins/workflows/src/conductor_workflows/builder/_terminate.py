"""An early end."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, Unpack

from conductor_core.errors import InvalidArgumentError
from conductor_workflows.builder._task import TaskBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_workflows.builder._task import TaskOptions

FinalStatus: TypeAlias = Literal["COMPLETED", "FAILED", "TERMINATED"]
_FINAL = ("COMPLETED", "FAILED", "TERMINATED")


class TerminateTask(TaskBuilder):
    """Ends the execution, with a state, a reason and an output.

    Args:
        task_ref_name: unique name of this task.
        status: ``COMPLETED``, ``FAILED`` or ``TERMINATED``; servers take no expression here.
        termination_reason: why, as text or expression.
        workflow_output: output of the execution, values or expressions.
        options: what every builder takes; see :class:`TaskBuilder`.

    Raises:
        InvalidArgumentError: the status is none of the three.
    """

    TYPE: ClassVar[str] = "TERMINATE"

    def __init__(
        self,
        task_ref_name: str,
        status: FinalStatus,
        termination_reason: str | None = None,
        *,
        workflow_output: Mapping[str, object] | str | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, **options)
        if status not in _FINAL:
            raise InvalidArgumentError(
                f"status of task {task_ref_name!r} must be one of {', '.join(_FINAL)}, got {status!r}"
            )
        self.input_parameter("terminationStatus", str(status))
        if termination_reason is not None:
            self.input_parameter("terminationReason", termination_reason)
        if workflow_output is not None:
            self.input_parameter("workflowOutput", workflow_output)
