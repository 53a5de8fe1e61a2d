"""EXCLUSIVE_JOIN: goes on with the first of several tasks that has run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded._values import as_list, as_texts
from conductor_embedded.decider._schedule import new_task
from conductor_embedded.system_tasks._base import SystemTask, begin

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded.decider._draft import Draft


class ExclusiveJoin(SystemTask):
    """Ends with the first task of `joinOn` that is there, else of `defaultExclusiveJoinTask`; its output is that task's."""

    type = "EXCLUSIVE_JOIN"
    is_retriable = False

    def schedule(self, draft: Draft, node: TaskNode, previous: TaskState | None, delay_seconds: int) -> None:
        """Make the task; it waits from the start."""
        del delay_seconds
        values = {key: as_list(node.document.get(key)) for key in ("joinOn", "defaultExclusiveJoinTask")}
        status = TaskStatus.IN_PROGRESS
        new_task(draft, node, previous, values=dict(values), status=status, definition_name=self.type)

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """End the task when one that it waits for has ended."""
        began = begin(draft, task)
        joined = _first(draft, task, "joinOn")
        if joined is None or joined.is_open:
            joined = _first(draft, task, "defaultExclusiveJoinTask")
        if joined is None or joined.is_open:
            return began
        if joined.status.is_failure:
            draft.end_task(task, TaskStatus.FAILED, reason=joined.reason or "")
        else:
            draft.end_task(task, TaskStatus.COMPLETED, output=joined.output)
        return True


def _first(draft: Draft, task: TaskState, key: str) -> TaskState | None:
    """Return the first of the named tasks that has begun."""
    node = draft.execution.node(task.reference_name)
    for name in as_texts(task.input.get(key)):
        found = draft.execution.latest(name if node is None else node.local(name))
        if found is not None and found.status is not TaskStatus.SCHEDULED:
            return found
    return None
