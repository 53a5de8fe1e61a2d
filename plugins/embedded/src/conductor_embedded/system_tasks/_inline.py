"""INLINE: evaluates a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded._values import as_text
from conductor_embedded.evaluators import EvaluationError, UnknownEvaluatorError
from conductor_embedded.system_tasks._base import SystemTask

if TYPE_CHECKING:
    from conductor_embedded.decider._draft import Draft

_NO_SCRIPT: Final = "Empty 'expression' in Inline task's input parameters. A non-empty String value must be provided."


class Inline(SystemTask):
    """Gives what its expression evaluates to, with its input as `$`."""

    type = "INLINE"

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Evaluate the expression and end the task."""
        evaluator = as_text(task.input.get("evaluatorType")) or "javascript"
        expression = as_text(task.input.get("expression")) or ""
        mine = draft.edit(task)
        mine.start_time = mine.start_time or draft.now_ms
        if not expression.strip():
            status = TaskStatus.FAILED_WITH_TERMINAL_ERROR
            draft.end_task(mine, status, output={"error": _NO_SCRIPT}, reason=_NO_SCRIPT)
            return True
        try:
            result = draft.context.evaluators.evaluate(evaluator, expression, task.input)
        except EvaluationError as error:
            status = TaskStatus.FAILED_WITH_TERMINAL_ERROR if error.terminal else TaskStatus.FAILED
            unknown = isinstance(error, UnknownEvaluatorError)
            reason = f"{error.message} in INLINE task." if unknown else error.message
            draft.end_task(mine, status, output={"error": reason}, reason=reason)
        else:
            draft.end_task(mine, TaskStatus.COMPLETED, output={"result": result})
        return True
