"""Scripts that the server runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_workflows.builder._task import TaskBuilder, checked_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_workflows.builder._expression import Expression
    from conductor_workflows.builder._task import TaskOptions


class InlineTask(TaskBuilder):
    """A script that the server runs; its value is the task's result.

    Args:
        task_ref_name: unique name of this task.
        script: JavaScript; inputs are seen as ``$.name``.
        bindings: inputs of the script, values or expressions.
        evaluator_type: what runs the script.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "INLINE"

    def __init__(
        self,
        task_ref_name: str,
        script: str,
        bindings: Mapping[str, object] | None = None,
        *,
        evaluator_type: str = "graaljs",
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, inputs=bindings, **options)
        checked_name(script, f"script of task {task_ref_name!r}")
        self.input_map({"evaluatorType": evaluator_type, "expression": script})

    def output(self, json_path: str = "") -> Expression:
        """Return the expression for the script's value, or for one part of it.

        ``output("result")`` is the value too, since the output of an INLINE task has nothing beside ``result``.
        """
        inside = json_path == "result" or json_path.startswith("result.")
        return super().output(json_path) if inside else self._value(json_path)

    def _value(self, json_path: str) -> Expression:
        return super().output(f"result.{json_path}" if json_path else "result")


class JavascriptTask(InlineTask):
    """An :class:`InlineTask` under its older name, whose :meth:`output` always begins in the script's value."""

    def output(self, json_path: str = "") -> Expression:
        """Return the expression for the script's value, or for one part of it."""
        return self._value(json_path)
