"""INLINE: evaluates a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._state import TaskStatus
from conductor_embedded._values import as_text
from conductor_embedded.evaluators import EvaluationError, UnknownEvaluatorError
from conductor_embedded.system_tasks._base import JobResult
from conductor_embedded.system_tasks._script import ScriptTask

if TYPE_CHECKING:
    from conductor_embedded._engine_api import Evaluators
    from conductor_embedded._values import Document

_NO_SCRIPT: Final = "Empty 'expression' in Inline task's input parameters. A non-empty String value must be provided."


class Inline(ScriptTask):
    """Gives what its expression evaluates to, with its input as `$`."""

    type = "INLINE"

    def evaluate(self, evaluators: Evaluators, values: Document) -> Document:
        """Evaluate the expression in its language."""
        expression = as_text(values.get("expression")) or ""
        if not expression.strip():
            raise EvaluationError(_NO_SCRIPT)
        return {"result": evaluators.evaluate(as_text(values.get("evaluatorType")) or "javascript", expression, values)}

    def failure(self, error: EvaluationError) -> JobResult:
        """Fail for good, unless the script may do better next time."""
        reason = f"{error.message} in INLINE task." if isinstance(error, UnknownEvaluatorError) else error.message
        status = TaskStatus.FAILED_WITH_TERMINAL_ERROR if error.terminal else TaskStatus.FAILED
        return JobResult(status, {"error": reason}, reason)
