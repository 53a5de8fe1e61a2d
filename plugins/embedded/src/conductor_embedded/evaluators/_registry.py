"""`Evaluators`: finds the evaluator that a definition names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from conductor_embedded.evaluators._errors import UnknownEvaluatorError
from conductor_embedded.evaluators._javascript import JavaScript
from conductor_embedded.evaluators._jq import Jq
from conductor_embedded.evaluators._value_param import evaluate_value_param

if TYPE_CHECKING:
    from collections.abc import Mapping


class Evaluator(Protocol):
    """A way to evaluate expressions: a function of the expression and the task's input."""

    def __call__(self, expression: str, data: Mapping[str, object], /) -> object:
        """Return the value as JSON; raise `EvaluationError` when the expression fails."""
        ...


class Evaluators:
    """The evaluators by the name that `evaluatorType` gives them.

    Args:
        evaluators: Replaces the standard set: `javascript`, `graaljs` (the same one), `value-param` and `jq`.
    """

    def __init__(self, evaluators: Mapping[str, Evaluator] | None = None) -> None:
        self._jq = Jq() if evaluators is None else None
        self._evaluators = dict(evaluators or {})
        if self._jq is not None:
            self._evaluators = {**_standard(), "jq": self._jq}

    @property
    def names(self) -> frozenset[str]:
        """The names a definition may use."""
        return frozenset(self._evaluators)

    def evaluate(self, evaluator_type: str, expression: str, data: Mapping[str, object]) -> object:
        """Evaluate an expression; in a script, `data` is `$`.

        Raises:
            EvaluationError: The expression failed, took too long or needed too much memory.
            UnknownEvaluatorError: No evaluator has that name.
        """
        evaluator = self._evaluators.get(evaluator_type)
        if evaluator is None:
            raise UnknownEvaluatorError(f"Unknown evaluator '{evaluator_type}'")
        return evaluator(expression, data)

    def close(self) -> None:
        """Give up what evaluators hold."""
        if self._jq is not None:
            self._jq.close()

    def syntax_error(self, script: str) -> str | None:
        """Return what is wrong with the syntax of a JavaScript text, None when nothing is; it is not run."""
        return JavaScript().syntax_error(script)


def _standard() -> dict[str, Evaluator]:
    javascript = JavaScript()
    return {"javascript": javascript, "graaljs": javascript, "value-param": evaluate_value_param}
