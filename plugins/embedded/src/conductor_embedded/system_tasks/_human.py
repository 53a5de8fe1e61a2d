"""HUMAN: waits until somebody updates it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded.system_tasks._base import SystemTask, begin

if TYPE_CHECKING:
    from conductor_embedded._state import TaskState
    from conductor_embedded.decider._draft import Draft


class Human(SystemTask):
    """Stays IN_PROGRESS until it is updated."""

    type = "HUMAN"

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Begin to wait."""
        return begin(draft, task)
