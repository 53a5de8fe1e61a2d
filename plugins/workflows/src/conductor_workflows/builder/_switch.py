"""One of several ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar, Unpack

from conductor_core.errors import InvalidArgumentError
from conductor_workflows.builder._sequence import branch_of, checked_step, tasks_of
from conductor_workflows.builder._task import TaskBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_workflows.builder._sequence import Step
    from conductor_workflows.builder._task import TaskOptions


K = TypeVar("K", bound=str | None)
_CASE_INPUT = "switchCaseValue"


class SwitchTask(TaskBuilder):
    """Goes one of several ways, chosen by a value or by a script.

    ::

        workflow >> SwitchTask("route", workflow.input("country")) >> {"DE": ship_by_rail, None: [pack, ship_by_air]}

    Args:
        task_ref_name: unique name of this task.
        case_expression: an expression for the value that is compared with the cases; a script with ``use_javascript``.
        use_javascript: run ``case_expression`` as JavaScript; inputs are seen as ``$.name``.
        cases: the ways by value; a way is a step or a list of steps, and None stands for all other values.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "SWITCH"

    def __init__(
        self,
        task_ref_name: str,
        case_expression: str,
        use_javascript: bool = False,  # noqa: FBT001, FBT002 - the argument's place in the official builders
        cases: Mapping[K, Step] | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, **options)
        self._case_expression = case_expression
        self._use_javascript = use_javascript
        self._cases: dict[str, list[Step]] = {}
        self._default: list[Step] | None = None
        if not use_javascript:
            self.input_parameter(_CASE_INPUT, case_expression)
        if cases is not None:
            self.cases(cases)

    @property
    def has_cases(self) -> bool:
        """Whether any way was given, the default included."""
        return bool(self._cases) or self._default is not None

    def switch_case(self, case_name: str, tasks: Step) -> Self:
        """Set the way for one value: a step, or a list of steps that run one after the other."""
        if not isinstance(case_name, str):  # pyright: ignore[reportUnnecessaryIsInstance] - untyped callers
            raise InvalidArgumentError(
                f"a case of task {self.task_reference_name!r} must be text, got {case_name!r}: servers compare text"
            )
        checked_step(tasks)
        self._cases[case_name] = list(branch_of(tasks))
        return self

    def default_case(self, tasks: Step) -> Self:
        """Set the way for all values without one of their own."""
        checked_step(tasks)
        self._default = list(branch_of(tasks))
        return self

    def cases(self, cases: Mapping[K, Step]) -> Self:
        """Set several ways by value; None stands for all other values."""
        for value, steps in cases.items():
            if value is None:
                self.default_case(steps)
            else:
                self.switch_case(value, steps)
        return self

    def __rshift__(self, cases: Mapping[K, Step]) -> Self:
        return self.cases(cases)

    def _fields(self) -> dict[str, object]:
        if not self.has_cases:
            raise InvalidArgumentError(f"switch {self.task_reference_name!r} has no case: add one with switch_case")
        return {
            "evaluator_type": "graaljs" if self._use_javascript else "value-param",
            "expression": self._case_expression if self._use_javascript else _CASE_INPUT,
            "decision_cases": {value: tasks_of(steps) for value, steps in self._cases.items()},
            "default_case": tasks_of(self._default or []),
        }
