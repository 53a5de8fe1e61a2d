"""JOIN: waits for the tasks it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded.system_tasks._joining import JoiningTask

if TYPE_CHECKING:
    from conductor_embedded._values import Document
    from conductor_embedded.decider._draft import Draft


class Join(JoiningTask):
    """Ends when all tasks in `joinOn` have ended; its output is theirs, by reference name."""

    type = "JOIN"

    def join(self, draft: Draft, task: TaskState) -> bool:
        """End the task when all it waits for has ended; until then, show what has come."""
        joined = self.named(draft, task, "joinOn")
        ended = [other for other in joined if other is not None and not other.is_open]
        # What a branch had before the execution was retried stays where it has nothing new.
        output: Document = {**task.output, **{other.reference_name: other.output for other in ended if other.output}}
        if len(ended) < len(joined):
            if output != task.output:
                draft.edit(task).output = output
            return False
        failed = [other.reason or "" for other in ended if other.status.is_failure]
        broken = [other for other in ended if other.status is TaskStatus.COMPLETED_WITH_ERRORS]
        if failed:
            draft.end_task(task, TaskStatus.FAILED, output=output, reason=" ".join(failed).strip())
        elif broken:
            reason = " ".join(f"{other.definition_name}/{other.task_id} completed with errors" for other in broken)
            draft.end_task(task, TaskStatus.COMPLETED_WITH_ERRORS, output=output, reason=reason)
        else:
            draft.end_task(task, TaskStatus.COMPLETED, output=output)
        return True
