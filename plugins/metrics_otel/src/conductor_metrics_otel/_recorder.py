"""Where metrics go: to OpenTelemetry's instruments, to what Prometheus reads, or to both."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conductor_metrics_otel._names import Metric

    Write: TypeAlias = Callable[[float], object]


class UnknownMetricError(LookupError):
    """A measurement of a metric that was never described."""


class Recorder(abc.ABC):
    """Takes measurements; labels come in the order of the metric."""

    def __init__(self) -> None:
        self._bound: dict[tuple[str, tuple[str, ...]], Write] = {}

    @abc.abstractmethod
    def make(self, metric: Metric, labels: tuple[str, ...]) -> Write | None:
        """Return what takes the measurements of one metric and one set of labels; None when nobody wants them.

        Raises:
            UnknownMetricError: this recorder has no such metric.
        """

    def bound(self, metric: Metric, labels: tuple[str, ...]) -> Write:
        """Return the same, kept: to be called with each value, which is added or observed."""
        key = metric.name, labels
        found = self._bound.get(key)
        if found is None:
            found = self._bound[key] = self.make(metric, labels) or _ignored
        return found

    def record(self, metric: Metric, value: float, labels: tuple[str, ...]) -> None:
        """Add to a counter or gauge, or observe a value of a histogram."""
        self.bound(metric, labels)(value)


class SeveralRecorders(Recorder):
    """Hands every measurement to several recorders."""

    def __init__(self, recorders: Sequence[Recorder]) -> None:
        super().__init__()
        self._recorders = tuple(recorders)

    def make(self, metric: Metric, labels: tuple[str, ...]) -> Write | None:
        """Return what hands a value to each of them."""
        writes = [write for one in self._recorders if (write := one.bound(metric, labels)) is not _ignored]
        if len(writes) < 2:  # noqa: PLR2004 - one needs nobody to hand it on
            return writes[0] if writes else None

        def write_all(value: float) -> None:
            for write in writes:
                write(value)

        return write_all


def joined(recorders: Sequence[Recorder]) -> Recorder | None:
    """Return one recorder for several, or None for none."""
    if len(recorders) > 1:
        return SeveralRecorders(recorders)
    return recorders[0] if recorders else None


def _ignored(_value: float) -> None:
    """Take a measurement that nobody wants."""
