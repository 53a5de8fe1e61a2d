"""What INLINE, LAMBDA and JSON_JQ_TRANSFORM have in common: they end at once with what a script gives."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded.evaluators import EvaluationError
from conductor_embedded.system_tasks._base import JobResult, SystemTask

if TYPE_CHECKING:
    from conductor_embedded._engine_api import Evaluators
    from conductor_embedded._values import Document
    from conductor_embedded.decider._draft import Draft


class ScriptTask(SystemTask):
    """Evaluates a script that stands in its input."""

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Evaluate the script and end the task."""
        mine = draft.edit(task)
        mine.start_time = mine.start_time or draft.now_ms
        try:
            result = JobResult(TaskStatus.COMPLETED, self.evaluate(draft.context.evaluators, task.input))
        except EvaluationError as error:
            result = self.failure(error)
        draft.end_task(mine, result.status, output=result.output, reason=result.reason)
        return True

    @abstractmethod
    def evaluate(self, evaluators: Evaluators, values: Document) -> Document:
        """Return the task's output.

        Raises:
            EvaluationError: The script failed, or there is none.
        """

    def failure(self, error: EvaluationError) -> JobResult:
        """Return what becomes of the task when its script fails."""
        return JobResult(TaskStatus.FAILED, {"error": error.message}, error.message)
