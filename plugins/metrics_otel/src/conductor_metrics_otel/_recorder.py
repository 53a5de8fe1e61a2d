"""Where measurements go."""

from __future__ import annotations

import abc
import threading
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conductor_metrics_otel._names import Metric

    Write: TypeAlias = Callable[[Sequence[float]], object]
    Note: TypeAlias = Callable[[float], object]

T = TypeVar("T")


class UnknownMetricError(LookupError):
    """A measurement of a metric that was never described."""


class Recorder(abc.ABC):
    """Takes measurements; labels come in the order of the metric.

    What happens once for each task is only noted, and recorded together a little later: one by one, each measurement
    would find the processor's caches cold. Whoever reads metrics settles first, so that nobody sees less than all.
    """

    def __init__(self) -> None:
        self._bound: dict[tuple[str, tuple[str, ...]], Write] = {}
        self._noted: dict[tuple[str, tuple[str, ...]], tuple[list[float], Write]] = {}
        self._settling = threading.Lock()

    @abc.abstractmethod
    def make(self, metric: Metric, labels: tuple[str, ...]) -> Write | None:
        """Return what takes the measurements of one metric and one set of labels; None when nobody wants them.

        Raises:
            UnknownMetricError: this recorder has no such metric.
        """

    def bound(self, metric: Metric, labels: tuple[str, ...]) -> Write:
        """Return the same, kept: to be called with values, which are added or observed."""
        key = metric.name, labels
        found = self._bound.get(key)
        if found is None:
            found = self._bound[key] = self.make(metric, labels) or _ignored
        return found

    def record(self, metric: Metric, value: float, labels: tuple[str, ...]) -> None:
        """Add to a counter or gauge, or observe a value of a histogram."""
        self.bound(metric, labels)((value,))

    def noted(self, metric: Metric, labels: tuple[str, ...]) -> Note:
        """Return what notes one value, to be recorded by :meth:`settle`."""
        write = self.bound(metric, labels)
        if write is _ignored:
            return _ignored
        values, _ = self._noted.setdefault((metric.name, labels), ([], write))
        return values.append

    def settle(self) -> None:
        """Record what was noted; other threads may note more meanwhile."""
        with self._settling:
            for values, write in list(self._noted.values()):
                taken = values[:]
                del values[: len(taken)]  # first, so that a failure counts nothing twice
                if taken:
                    write(taken)


class SeveralRecorders(Recorder):
    """Hands every measurement to several recorders."""

    def __init__(self, recorders: Sequence[Recorder]) -> None:
        super().__init__()
        self._recorders = tuple(recorders)

    def make(self, metric: Metric, labels: tuple[str, ...]) -> Write | None:
        """Return what hands values to each of them."""
        writes = [write for one in self._recorders if (write := one.bound(metric, labels)) is not _ignored]
        return each(writes) if writes else None

    def noted(self, metric: Metric, labels: tuple[str, ...]) -> Note:
        """Return what has each of them note a value: each may be read by itself."""
        notes = [note for one in self._recorders if (note := one.noted(metric, labels)) is not _ignored]
        return each(notes) if notes else _ignored

    def settle(self) -> None:
        """Let each of them record what it has noted."""
        for one in self._recorders:
            one.settle()


def joined(recorders: Sequence[Recorder]) -> Recorder | None:
    """Return one recorder for several, or None for none."""
    if len(recorders) > 1:
        return SeveralRecorders(recorders)
    return recorders[0] if recorders else None


def each(functions: Sequence[Callable[[T], object]]) -> Callable[[T], object]:
    """Return one function that calls several."""
    if len(functions) == 1:
        return functions[0]

    def call_each(given: T) -> None:
        for function in functions:
            function(given)

    return call_each


def _ignored(_given: object) -> None:
    """Take what nobody wants."""
