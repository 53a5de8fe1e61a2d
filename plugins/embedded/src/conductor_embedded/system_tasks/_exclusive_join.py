"""EXCLUSIVE_JOIN: goes on with the first of several tasks that has run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded.system_tasks._joining import JoiningTask

if TYPE_CHECKING:
    from conductor_embedded.decider._draft import Draft


class ExclusiveJoin(JoiningTask):
    """Ends with the first task of `joinOn` that is there, else of `defaultExclusiveJoinTask`; its output is that task's."""

    type = "EXCLUSIVE_JOIN"
    lists: ClassVar[tuple[str, ...]] = ("joinOn", "defaultExclusiveJoinTask")

    def join(self, draft: Draft, task: TaskState) -> bool:
        """End the task when one that it waits for has ended."""
        begun = (self._first_begun(draft, task, key) for key in self.lists)
        joined = next((other for other in begun if other is not None and not other.is_open), None)
        if joined is None:
            return False
        if joined.status.is_failure:
            draft.end_task(task, TaskStatus.FAILED, reason=joined.reason or "")
        else:
            draft.end_task(task, TaskStatus.COMPLETED, output=joined.output)
        return True

    def _first_begun(self, draft: Draft, task: TaskState, key: str) -> TaskState | None:
        begun = (other for other in self.named(draft, task, key) if other is not None)
        return next((other for other in begun if other.status is not TaskStatus.SCHEDULED), None)
