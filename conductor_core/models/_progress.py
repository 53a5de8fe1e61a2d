"""What can be asked of an execution, however much of it a server has sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.errors import InvalidArgumentError
from conductor_core.models._states import TaskStatus, WorkflowStatus

if TYPE_CHECKING:
    from conductor_core.models._executions import Task


class Execution:
    """The questions that :class:`Workflow` and the run of an executed workflow answer alike."""

    if TYPE_CHECKING:
        status: WorkflowStatus | str
        tasks: list[Task]

    @property
    def is_terminal(self) -> bool:
        """Whether the execution has ended; a status this version does not know counts as running."""
        return isinstance(self.status, WorkflowStatus) and self.status.is_terminal

    @property
    def current_task(self) -> Task | None:
        """The latest task that waits for a worker or runs, or None."""
        open_tasks = [task for task in self.tasks if task.status in (TaskStatus.SCHEDULED, TaskStatus.IN_PROGRESS)]
        return open_tasks[-1] if open_tasks else None

    def is_running(self) -> bool:
        """Tell whether the execution goes on; a paused one does too."""
        return not self.is_terminal

    def is_completed(self) -> bool:
        """Tell whether the execution has ended, in whatever way."""
        return self.is_terminal

    def is_successful(self) -> bool:
        """Tell whether the execution has ended well."""
        return self.status == WorkflowStatus.COMPLETED

    def task(self, reference_name: str) -> Task | None:
        """Return the latest attempt of the task with this reference name, or None."""
        found = [task for task in self.tasks if task.reference_task_name == reference_name]
        return found[-1] if found else None

    def get_task(self, name: str | None = None, task_reference_name: str | None = None) -> Task | None:
        """Return the latest task of a definition's name or of a reference name, or None.

        Raises:
            InvalidArgumentError: not exactly one of the two was given.
        """
        if (name is None) == (task_reference_name is None):
            raise InvalidArgumentError("get_task takes name or task_reference_name, and exactly one of them")
        if task_reference_name is not None:
            return self.task(task_reference_name)
        found = [task for task in self.tasks if task.task_def_name == name]
        return found[-1] if found else None
