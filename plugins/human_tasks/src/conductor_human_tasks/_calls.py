"""What the calls of this client have in common."""

from __future__ import annotations

from typing import Final

HINT: Final = (
    "only Orkes Conductor and the embedded engine with conductor-human-tasks have people's tasks; elsewhere a HUMAN task "
    "is completed by conductor.tasks.update_task"
)
