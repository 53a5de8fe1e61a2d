"""What the runners of one runtime share."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conductor_core.worker._verdict import UPDATE_TRIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.models import Task
    from conductor_core.worker._hot import TaskClient
    from conductor_core.worker._lease import LeaseTracker
    from conductor_core.worker._longpoll import LongPolls
    from conductor_core.worker._notify import Notifier
    from conductor_core.worker._outbox import Outbox
    from conductor_core.worker._polled import PolledTask
    from conductor_core.worker._stop import StopState

logger = logging.getLogger("conductor.worker")


@dataclass(slots=True, kw_only=True)
class Services:
    """The shared parts; each runner of a runtime holds the same instance.

    Attributes:
        client: sends polls and results.
        notifier: tells listeners.
        outbox: keeps results until the server has taken them.
        leases: sends heartbeats.
        long_polls: bounds how many polls the server holds open.
        stop: the state of stopping.
        max_output_bytes: largest output of a task.
        random: gives numbers from 0 up to 1.
        on_error: called after a failed execution and after each failed try of an update.
        update_tries: tries of an update before its result waits in the outbox.
        outbox_filled: set when there is something to deliver again.
        polled: set when the first poll is over.
        now: the loop's clock in seconds; a test's loop has a clock of its own.
    """

    client: TaskClient
    notifier: Notifier
    outbox: Outbox
    leases: LeaseTracker
    long_polls: LongPolls
    stop: StopState
    max_output_bytes: int
    random: Callable[[], float]
    on_error: Callable[[BaseException, Task], object] | None = None
    update_tries: int = UPDATE_TRIES
    outbox_filled: asyncio.Event = field(default_factory=asyncio.Event)
    polled: asyncio.Event = field(default_factory=asyncio.Event)
    now: Callable[[], float] = field(default_factory=lambda: asyncio.get_running_loop().time)

    def elapsed_ms(self, started: float) -> float:
        """Return the milliseconds since a time of the loop's clock."""
        return (self.now() - started) * 1000

    def report_error(self, error: BaseException, task: PolledTask) -> None:
        """Call ``on_error``; what it raises is logged and changes nothing."""
        if self.on_error is None:
            return
        try:
            self.on_error(error, task.task())
        except Exception:
            logger.exception("on_error failed for task %s", task.task_id)
