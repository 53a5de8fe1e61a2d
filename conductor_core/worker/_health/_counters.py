"""What one runner counts, and how the last minute went."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conductor_core.worker._health._durations import Buckets, Durations, difference

if TYPE_CHECKING:
    from collections.abc import Mapping

WINDOW_SECONDS: Final = 60.0
SAMPLE_SECONDS: Final = 5.0

COUNTS: Final = (
    "polls",
    "poll_failures",
    "tasks_received",
    "completed",
    "failed",
    "updates",
    "update_failures",
)
TIMES: Final = ("poll_times", "execution_times", "update_times")


class Counters:
    """Counters of one runner since its start; its loop writes, any thread reads."""

    __slots__ = (*COUNTS, *TIMES)

    def __init__(self) -> None:
        self.polls = 0
        self.poll_failures = 0
        self.tasks_received = 0
        self.completed = 0
        self.failed = 0
        self.updates = 0
        self.update_failures = 0
        self.poll_times = Durations()
        self.execution_times = Durations()
        self.update_times = Durations()

    def polled(self, tasks: int, milliseconds: float) -> None:
        """Count an answered poll."""
        self.polls += 1
        self.tasks_received += tasks
        self.poll_times.add(milliseconds)

    def executed(self, milliseconds: float, *, failed: bool) -> None:
        """Count an execution that has ended."""
        if failed:
            self.failed += 1
        else:
            self.completed += 1
        self.execution_times.add(milliseconds)

    def reported(self, milliseconds: float, *, accepted: bool) -> None:
        """Count a result that the server took, or did not in all tries."""
        if accepted:
            self.updates += 1
        else:
            self.update_failures += 1
        self.update_times.add(milliseconds)

    def copy(self) -> Sample:
        """Return all figures of this moment."""
        counts = {name: int(getattr(self, name)) for name in COUNTS}
        durations: list[tuple[str, Durations]] = [(name, getattr(self, name)) for name in TIMES]
        return Sample(counts, {name: dict(found.buckets) for name, found in durations})


@dataclass(frozen=True, slots=True)
class Sample:
    """The figures of one moment, or what was added between two."""

    counts: Mapping[str, int]
    times: Mapping[str, Buckets]

    def since(self, earlier: Sample) -> Sample:
        """Return what was added since an earlier sample."""
        return Sample(
            {name: count - earlier.counts[name] for name, count in self.counts.items()},
            {name: difference(buckets, earlier.times[name]) for name, buckets in self.times.items()},
        )


class Window:
    """Samples of the last minute."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, Sample]] = deque()

    def add(self, now: float, sample: Sample) -> None:
        """Keep a sample, and forget those that are too old but for one."""
        self._samples.append((now, sample))
        while len(self._samples) > 1 and now - self._samples[1][0] >= WINDOW_SECONDS:
            self._samples.popleft()

    def recent(self, now: float, sample: Sample) -> tuple[float, Sample]:
        """Return the length of the window in seconds, and what was added within it."""
        if not self._samples:
            return 0.0, sample.since(sample)
        then, earlier = self._samples[0]
        return now - then, sample.since(earlier)
