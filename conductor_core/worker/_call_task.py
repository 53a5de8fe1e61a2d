"""What a decorated worker gives inside a workflow definition: a task that calls it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core.models import WorkflowTask


@dataclass(frozen=True, slots=True)
class SimpleTaskCall:
    """A SIMPLE task of a workflow definition: ``charge(task_ref_name="pay", order_id=...)`` returns one.

    Workflow builders take it wherever they take a task; :meth:`to_workflow_task` is the document.

    Attributes:
        name: task definition name.
        task_reference_name: the task's name within the workflow.
        inputs: input parameters, values or ``${...}`` expressions.
    """

    name: str
    task_reference_name: str
    inputs: Mapping[str, object] = field(default_factory=dict[str, object])

    def __post_init__(self) -> None:
        if not _is_name(self.task_reference_name):
            raise InvalidArgumentError(f"task_ref_name of {self.name!r} must be a text that is not empty")

    def output(self, path: str = "") -> str:
        """Return the expression for this task's output, or for one part of it."""
        return f"${{{self.task_reference_name}.output{'.' + path if path else ''}}}"

    def input(self, path: str = "") -> str:
        """Return the expression for this task's input, or for one part of it."""
        return f"${{{self.task_reference_name}.input{'.' + path if path else ''}}}"

    def to_workflow_task(self) -> WorkflowTask:
        """Return the task as a workflow definition holds it."""
        from conductor_core.models import WorkflowTask  # noqa: PLC0415 - decorating a worker must not load the models

        return WorkflowTask(
            name=self.name,
            task_reference_name=self.task_reference_name,
            type="SIMPLE",
            input_parameters=dict(self.inputs),
        )


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
