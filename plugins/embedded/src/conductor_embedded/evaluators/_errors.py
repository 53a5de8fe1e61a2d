"""What can go wrong in an evaluation.

EvaluationError
├── ScriptTimeoutError
└── UnknownEvaluatorError
"""

from __future__ import annotations


class EvaluationError(Exception):
    """A script failed; `message` is the task's reason.

    `terminal` says what becomes of an INLINE task: FAILED_WITH_TERMINAL_ERROR, or FAILED, which may be retried.
    """

    terminal = True

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ScriptTimeoutError(EvaluationError):
    """A script took longer than its limit. It may be faster next time."""

    terminal = False


class UnknownEvaluatorError(EvaluationError):
    """There is no evaluator of that name."""
