"""LAMBDA: the older INLINE, whose script is the body of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded._values import as_text
from conductor_embedded.evaluators import EvaluationError
from conductor_embedded.system_tasks._base import SystemTask

if TYPE_CHECKING:
    from conductor_embedded.decider._draft import Draft

_NO_SCRIPT: Final = (
    "Empty 'scriptExpression' in Lambda task's input parameters. A non-empty String value must be provided."
)


class Lambda(SystemTask):
    """Gives what its script returns, with its input as `$`."""

    type = "LAMBDA"

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Call the script and end the task."""
        script = as_text(task.input.get("scriptExpression")) or ""
        mine = draft.edit(task)
        mine.start_time = mine.start_time or draft.now_ms
        if not script.strip():
            draft.end_task(mine, TaskStatus.FAILED, reason=_NO_SCRIPT)
            return True
        try:
            # On the server too the brace stands on the same line: a script that ends in a comment fails.
            result = draft.context.evaluators.evaluate("javascript", f"(function () {{{script}}})()", task.input)
        except EvaluationError as error:
            draft.end_task(mine, TaskStatus.FAILED, output={"error": error.message}, reason=error.message)
        else:
            draft.end_task(mine, TaskStatus.COMPLETED, output={"result": result})
        return True
