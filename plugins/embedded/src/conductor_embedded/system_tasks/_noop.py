"""NOOP: does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded.decider._schedule import new_task
from conductor_embedded.system_tasks._base import SystemTask

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded.decider._draft import Draft


class Noop(SystemTask):
    """Ends at once, with neither input nor output."""

    type = "NOOP"

    def schedule(self, draft: Draft, node: TaskNode, previous: TaskState | None, delay_seconds: int) -> None:
        """Make the task without its inputs."""
        new_task(draft, node, previous, delay_seconds=delay_seconds, values={})

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """End the task."""
        mine = draft.edit(task)
        mine.start_time = mine.start_time or draft.now_ms
        draft.end_task(mine, TaskStatus.COMPLETED)
        return True
