"""JSON made from JSON, by the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_workflows.builder._task import TaskBuilder, checked_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_workflows.builder._expression import Expression
    from conductor_workflows.builder._task import TaskOptions


class JsonJQTask(TaskBuilder):
    """Runs a script of jq over the task's inputs.

    Args:
        task_ref_name: unique name of this task.
        script: the script; inputs are seen as ``.name``.
        inputs: what the script reads, values or expressions.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "JSON_JQ_TRANSFORM"

    def __init__(
        self,
        task_ref_name: str,
        script: str,
        inputs: Mapping[str, object] | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, inputs=inputs, **options)
        self.input_parameter("queryExpression", checked_name(script, f"script of task {task_ref_name!r}"))

    def result(self, path: str = "") -> Expression:
        """Return the expression for the script's first value, or for one part of it."""
        return self.output(f"result.{path}" if path else "result")

    def results(self) -> Expression:
        """Return the expression for the list of all values that the script gave."""
        return self.output("resultList")
