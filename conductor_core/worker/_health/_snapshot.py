"""One process of workers as plain data: what ``/health`` is made of, and what a copy tells its supervisor."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from conductor_core.worker._health._counters import SAMPLE_SECONDS, Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.worker._health._counters import Sample
    from conductor_core.worker._runtime import WorkerRuntime
    from conductor_core.worker._status import WorkerStatus

Snapshot = dict[str, Any]


class ProcessHealth:
    """Looks at one runtime, from any thread.

    Args:
        runtime: the workers.
        clock: seconds of real time.
    """

    def __init__(self, runtime: WorkerRuntime, clock: Callable[[], float] = time.monotonic) -> None:
        self._runtime = runtime
        self._clock = clock
        self._started = clock()
        self._started_at = datetime.now(UTC)
        self._windows: dict[int, Window] = {}
        self._sampled_at: float | None = None

    def tick(self) -> None:
        """Keep a sample of all counters for the rates of the last minute, every few seconds."""
        now = self._clock()
        if self._sampled_at is not None and now - self._sampled_at < SAMPLE_SECONDS:
            return
        self._sampled_at = now
        for number, supervisor in enumerate(self._runtime.supervisors):
            self._windows.setdefault(number, Window()).add(now, supervisor.runner.counters.copy())

    def snapshot(self) -> Snapshot:
        """Return the state of this moment as plain data."""
        runtime, now = self._runtime, self._clock()
        watch = runtime.watch
        frozen = watch.frozen
        return {
            "pid": os.getpid(),
            "started_at": self._started_at.isoformat(),
            "uptime_seconds": round(now - self._started, 3),
            "state": runtime.state,
            "frozen": frozen is not None,
            "silent_seconds": round(watch.silent_seconds, 3),
            "held_by": frozen.as_data() if frozen is not None else None,
            "outbox": asdict(runtime.outbox_status()),
            "workers": [self._worker(number, status, now) for number, status in enumerate(runtime.statuses())],
        }

    def _worker(self, number: int, status: WorkerStatus, now: float) -> Snapshot:
        runner = self._runtime.supervisors[number].runner
        sample = runner.counters.copy()
        seconds, recent = self._windows.setdefault(number, Window()).recent(now, sample)
        age = (datetime.now(UTC) - status.last_poll_time).total_seconds() if status.last_poll_time else None
        return {
            "name": status.name,
            "domain": status.domain,
            "worker_id": status.worker_id,
            "isolation": runner.config.isolation,
            "alive": status.alive,
            "paused": status.paused,
            "concurrency": status.concurrency,
            "in_flight": status.tasks_running,
            "restarts": status.restarts,
            "queue_full": status.queue_full,
            "last_poll_at": status.last_poll_time.isoformat() if status.last_poll_time else None,
            "last_poll_age_seconds": None if age is None else round(max(0.0, age), 3),
            "last_error": status.last_error,
            "counts": dict(sample.counts),
            "window": {"seconds": round(seconds, 3), **_plain(recent)},
        }


def _plain(sample: Sample) -> Snapshot:
    """Return counts and buckets as JSON has them: its keys are text."""
    times = {name: {str(index): count for index, count in found.items()} for name, found in sample.times.items()}
    return {"counts": dict(sample.counts), "times": times}
