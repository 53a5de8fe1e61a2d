"""JSON_JQ_TRANSFORM: evaluates a jq query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded._values import as_list, as_text
from conductor_embedded.evaluators import EvaluationError
from conductor_embedded.system_tasks._base import SystemTask

if TYPE_CHECKING:
    from conductor_embedded.decider._draft import Draft


class JqTransform(SystemTask):
    """Gives the results of its query over its input."""

    type = "JSON_JQ_TRANSFORM"

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Evaluate the query and end the task."""
        query = as_text(task.input.get("queryExpression")) or ""
        mine = draft.edit(task)
        mine.start_time = mine.start_time or draft.now_ms
        try:
            results = as_list(draft.context.evaluators.evaluate("jq", query, task.input))
        except EvaluationError as error:
            draft.end_task(mine, TaskStatus.FAILED, output={"error": error.message}, reason=error.message)
        else:
            output = {"result": results[0] if results else None, "resultList": results}
            draft.end_task(mine, TaskStatus.COMPLETED, output=output)
        return True
