"""What can go wrong with agents beyond what can with any call."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from conductor_core.errors import ConductorError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["AgentStallError", "StalledTask"]


class StalledTask(NamedTuple):
    """A task that waits for a worker.

    Attributes:
        execution_id: the execution that it belongs to, which may be one of an agent inside.
        task_id: the task.
        task_type: what a worker would have to poll for.
        domain: where it would have to, or None.
        seconds: for how long nobody was seen to do so.
    """

    execution_id: str
    task_id: str
    task_type: str
    domain: str | None
    seconds: float

    def __str__(self) -> str:
        place = f" in domain {self.domain}" if self.domain else ""
        return f"{self.task_type}{place} ({self.task_id}, {self.seconds:.0f} s)"


class AgentStallError(ConductorError):
    """An execution that was waited for needs workers, and nobody polls for its tasks; the execution goes on waiting."""

    retryable = True

    def __init__(self, execution_id: str, tasks: Sequence[StalledTask]) -> None:
        self.execution_id = execution_id
        self.tasks: tuple[StalledTask, ...] = tuple(tasks)
        named = ", ".join(map(str, self.tasks))
        super().__init__(
            f"no worker polls for tasks of agent execution {execution_id}: {named}; start a worker for them"
        )
