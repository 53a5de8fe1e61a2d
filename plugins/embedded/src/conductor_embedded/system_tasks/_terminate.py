"""TERMINATE: ends the execution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._json import is_object
from conductor_embedded._state import TaskState, TaskStatus, WorkflowStatus
from conductor_embedded._values import as_map, as_text
from conductor_embedded.decider._draft import WorkflowEnds
from conductor_embedded.system_tasks._base import SystemTask

if TYPE_CHECKING:
    from conductor_embedded.decider._draft import Draft

_STATUSES = frozenset({WorkflowStatus.COMPLETED, WorkflowStatus.FAILED, WorkflowStatus.TERMINATED})


class Terminate(SystemTask):
    """Ends the execution with the status, reason and output of its input."""

    type = "TERMINATE"

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """End the task, and the execution with it.

        Raises:
            WorkflowEnds: Always, unless the status is none.
        """
        text = as_text(task.input.get("terminationStatus")) or ""
        ended = draft.edit(task)
        ended.start_time = ended.start_time or draft.now_ms
        if text not in _STATUSES:
            draft.end_task(ended, TaskStatus.FAILED, reason="given termination status is not valid")
            return True
        status = WorkflowStatus(text)
        reason = as_text(task.input.get("terminationReason"))
        result = task.input.get("workflowOutput")
        output = as_map(result) if result is None or is_object(result) else {"output": result}
        draft.end_task(ended, TaskStatus.COMPLETED, output=output)
        raise WorkflowEnds(
            status,
            reason or f"Workflow is {status} by TERMINATE task: {task.task_id}",
            output=output,
            failed_task_id=None if status is WorkflowStatus.COMPLETED else task.task_id,
        )
