"""Whether somebody works on the tasks of an execution: pure decisions about what was seen, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_agents.errors import StalledTask
from conductor_core.models import TaskStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conductor_core.models import Task

MOST_INSIDE: Final = 20
_WORKERS_TASK: Final = "SIMPLE"


class Liveness:
    """Keeps since when each task is seen waiting for a first poll; the clock of the server plays no part.

    Args:
        stall_after: seconds that a task may wait.
    """

    def __init__(self, stall_after: float) -> None:
        self._stall_after = stall_after
        self._since: dict[str, float] = {}

    def stalled(self, tasks: Iterable[Task], now: float) -> list[StalledTask]:
        """Take all tasks as they are now and return those that have waited for too long.

        Args:
            tasks: of an execution, and of those inside it.
            now: monotonic seconds.
        """
        waiting = [task for task in tasks if _waits_for_worker(task)]
        self._since = {task.task_id: self._since.get(task.task_id, now) for task in waiting}
        return [
            _stalled(task, age) for task in waiting if (age := now - self._since[task.task_id]) >= self._patience(task)
        ]

    def _patience(self, task: Task) -> float:
        """Return the seconds that a task may wait, those included for which the server itself holds it back."""
        return self._stall_after + max(task.callback_after_seconds, task.start_delay_in_seconds or 0)


def inside(tasks: Iterable[Task]) -> list[str]:
    """Return the executions of agents inside that run."""
    found = [task.sub_workflow_id for task in tasks if task.status == TaskStatus.IN_PROGRESS]
    return [execution_id for execution_id in found if execution_id]


def _waits_for_worker(task: Task) -> bool:
    """Whether only a worker can go on with a task: the server works on its own tasks itself."""
    kind = task.workflow_task.type if task.workflow_task is not None else None
    return task.status == TaskStatus.SCHEDULED and not task.poll_count and kind in (None, _WORKERS_TASK)


def _stalled(task: Task, seconds: float) -> StalledTask:
    kind = task.task_def_name or task.task_type
    return StalledTask(task.workflow_instance_id, task.task_id, kind, task.domain or None, seconds)
