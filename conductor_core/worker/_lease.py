"""Heartbeats for running tasks, from threads of their own: a blocked event loop does not stop them."""

from __future__ import annotations

import contextvars
import heapq
import itertools
import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.worker._polled import PolledTask

logger = logging.getLogger("conductor.worker")

LEASE_FACTOR: Final = 0.8
MIN_INTERVAL_SECONDS: Final = 1.0
TRIES: Final = 3
RETRY_SECONDS: Final = 0.5
TICK_SECONDS: Final = 1.0
# No clock waits for ever, and Windows refuses to wait for some weeks.
MAX_WAIT_SECONDS: Final = 3600.0
# Places of ended tasks are cleared away when they are this many, and more than half.
MANY_PLACES: Final = 64
SENDER_THREADS: Final = 4


def lease_interval(response_timeout_seconds: float) -> float | None:
    """Return the seconds between heartbeats, or None for a task that gets none.

    Args:
        response_timeout_seconds: the task's response timeout; 0 means that it has none.
    """
    interval = LEASE_FACTOR * response_timeout_seconds
    return interval if interval >= MIN_INTERVAL_SECONDS else None


@dataclass(slots=True)
class _Lease:
    task: PolledTask
    worker_id: str
    interval: float
    active: bool = True


class LeaseSchedule:
    """Which heartbeat is due when; a lease that was taken is in nobody's list until it is put back."""

    def __init__(self) -> None:
        self._leases: dict[str, _Lease] = {}
        self._due: list[tuple[float, int, _Lease]] = []
        self._numbers = itertools.count()

    def add(self, lease: _Lease, now: float) -> None:
        """Schedule the first heartbeat, one interval from now."""
        self._leases[lease.task.task_id] = lease
        self.put_back(lease, now + lease.interval)

    def drop(self, task_id: str) -> None:
        """Forget a task; a heartbeat in flight is harmless."""
        lease = self._leases.pop(task_id, None)
        if lease is not None:
            lease.active = False
            self._clear_away()

    def _clear_away(self) -> None:
        """Forget the places of ended tasks: behind one long task they would keep their documents for its whole interval."""
        if len(self._due) > MANY_PLACES + 2 * len(self._leases):
            self._due = [place for place in self._due if place[2].active]
            heapq.heapify(self._due)

    def clear(self) -> None:
        """Forget all tasks."""
        for task_id in list(self._leases):
            self.drop(task_id)

    def put_back(self, lease: _Lease, at: float) -> None:
        """Schedule the next heartbeat of a lease, unless its task has ended meanwhile."""
        if lease.active:
            heapq.heappush(self._due, (at, next(self._numbers), lease))

    def take(self, now: float) -> _Lease | None:
        """Return a lease whose heartbeat is due and forget its place, so that no other thread sends it too."""
        while self._due and (self._due[0][0] <= now or not self._due[0][2].active):
            lease = heapq.heappop(self._due)[2]
            if lease.active:
                return lease
        return None

    def wait(self, now: float) -> float | None:
        """Return the seconds until the next heartbeat is due; None when there is none."""
        return max(0.0, self._due[0][0] - now) if self._due else None

    def __len__(self) -> int:
        return len(self._leases)


class LeaseTracker:
    """Sends heartbeats while tasks run. It may be used alone.

    Args:
        send: extends the lease of one task; takes the task and the worker's id, blocks, raises ``ConductorError``.
        monotonic: the clock, in seconds.
    """

    def __init__(
        self, send: Callable[[PolledTask, str], None], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._send = send
        self._monotonic = monotonic
        self._schedule = LeaseSchedule()
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._stopped = threading.Event()

    def track(self, task: PolledTask, worker_id: str) -> bool:
        """Send heartbeats for a task from now on; False when its response timeout needs none."""
        interval = lease_interval(task.response_timeout_seconds)
        if interval is None:
            return False
        with self._changed:
            self._schedule.add(_Lease(task, worker_id, interval), self._monotonic())
            self._start_threads()
            self._changed.notify()
        return True

    def untrack(self, task_id: str) -> None:
        """Send no further heartbeat for a task."""
        with self._changed:
            self._schedule.drop(task_id)

    def close(self) -> None:
        """Drop all leases and end the threads."""
        self._stopped.set()
        with self._changed:
            self._schedule.clear()
            self._changed.notify_all()

    def __len__(self) -> int:
        return len(self._schedule)

    def _start_threads(self) -> None:
        if len(self._threads) < min(SENDER_THREADS, len(self._schedule)):
            thread = threading.Thread(
                target=contextvars.copy_context().run, args=(self._work,), name="conductor-lease", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while (lease := self._next()) is not None:
            sent = self._heartbeat(lease)
            with self._changed:
                self._schedule.put_back(lease, self._monotonic() + (lease.interval if sent else TICK_SECONDS))
                self._changed.notify()

    def _next(self) -> _Lease | None:
        with self._changed:
            while not self._stopped.is_set():
                now = self._monotonic()
                lease = self._schedule.take(now)
                if lease is not None:
                    return lease
                wait = self._schedule.wait(now)
                self._changed.wait(None if wait is None else min(wait, MAX_WAIT_SECONDS))
        return None

    def _heartbeat(self, lease: _Lease) -> bool:
        """Send with up to three tries; a failure is logged and the task stays tracked."""
        for number in range(1, TRIES + 1):
            try:
                self._send(lease.task, lease.worker_id)
            except Exception as error:  # noqa: BLE001 - a defect on the way must not end the heartbeats of all tasks
                logger.warning("heartbeat %d of %d for task %s failed: %s", number, TRIES, lease.task.task_id, error)
            else:
                return True
            if not lease.active or self._stopped.wait(RETRY_SECONDS):
                break
        return False
