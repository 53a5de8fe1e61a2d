"""LAMBDA: the older INLINE, whose script is the body of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._state import TaskStatus
from conductor_embedded._values import as_text
from conductor_embedded.evaluators import EvaluationError
from conductor_embedded.system_tasks._base import JobResult
from conductor_embedded.system_tasks._script import ScriptTask

if TYPE_CHECKING:
    from conductor_embedded._engine_api import Evaluators
    from conductor_embedded._values import Document

_NO_SCRIPT: Final = (
    "Empty 'scriptExpression' in Lambda task's input parameters. A non-empty String value must be provided."
)


class _NoScriptError(EvaluationError):
    """The input has no script."""


class Lambda(ScriptTask):
    """Gives what its script returns, with its input as `$`."""

    type = "LAMBDA"

    def evaluate(self, evaluators: Evaluators, values: Document) -> Document:
        """Call the script."""
        script = as_text(values.get("scriptExpression")) or ""
        if not script.strip():
            raise _NoScriptError(_NO_SCRIPT)
        # On the server too the brace stands on the same line: a script that ends in a comment fails.
        return {"result": evaluators.evaluate("javascript", f"(function () {{{script}}})()", values)}

    def failure(self, error: EvaluationError) -> JobResult:
        """Fail, without an output where there was nothing to run."""
        if isinstance(error, _NoScriptError):
            return JobResult(TaskStatus.FAILED, {}, error.message)
        return super().failure(error)
