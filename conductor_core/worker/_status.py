"""What can be asked about workers while they run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStatus:
    """The state of one runner.

    Attributes:
        name: task definition name.
        domain: task domain, or None.
        worker_id: how it calls itself to the server.
        pid: the process it lives in.
        alive: its poll loop runs.
        paused: it sends no polls.
        concurrency: tasks it may run at the same time.
        tasks_running: tasks between their poll and the end of their last update.
        restarts: how often its loop was started again.
        polls: polls answered so far.
        queue_full: periods in which all slots were taken.
        possible_orphans: answers of update-v2 that were lost; each may have handed out a task that nobody runs.
        last_poll_time: when the last poll was answered, in UTC.
        last_error: the last failed poll or the error that ended the loop.
    """

    name: str
    domain: str | None
    worker_id: str
    pid: int
    alive: bool
    paused: bool
    concurrency: int
    tasks_running: int
    restarts: int
    polls: int
    queue_full: int
    possible_orphans: int
    last_poll_time: datetime | None
    last_error: str | None

    @property
    def state(self) -> str:
        """``active``, ``paused``, or ``stopped`` where its poll loop has ended."""
        return "stopped" if not self.alive else "paused" if self.paused else "active"
