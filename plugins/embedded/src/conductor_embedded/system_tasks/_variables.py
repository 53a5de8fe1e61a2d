"""SET_VARIABLE: writes its input into the variables of the execution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded.system_tasks._base import SystemTask

if TYPE_CHECKING:
    from conductor_embedded.decider._draft import Draft


class SetVariable(SystemTask):
    """Sets variables; its own output stays empty."""

    type = "SET_VARIABLE"

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Write the variables and end the task."""
        execution = draft.execution
        execution.variables = {**execution.variables, **task.input}
        ended = draft.end_task(task, TaskStatus.COMPLETED)
        ended.start_time = ended.start_time or draft.now_ms
        return True
