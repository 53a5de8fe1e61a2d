"""What is kept for one metric and one set of labels; adding to it costs well under a microsecond."""

from __future__ import annotations

import abc
import threading
from bisect import bisect_left
from collections import deque
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conductor_metrics_otel._names import Metric

WINDOW: Final = 1000
"""Observations that quantiles of the older form look back on."""


class Cell(abc.ABC):
    """One number, or one distribution; safe to use from several threads."""

    @abc.abstractmethod
    def add(self, values: Sequence[float]) -> None:
        """Take measurements."""

    @abc.abstractmethod
    def data(self) -> Any:
        """Return what is kept as plain data, which JSON can express."""


class Sum(Cell):
    """A counter, or a gauge that goes up and down."""

    __slots__ = ("_lock", "value")

    def __init__(self, _metric: Metric) -> None:
        self.value = 0.0
        self._lock = threading.Lock()

    def add(self, values: Sequence[float]) -> None:
        """Add, or take away."""
        with self._lock:
            self.value += sum(values)

    def data(self) -> float:
        """Return the sum."""
        return self.value


class Last(Cell):
    """The last value."""

    __slots__ = ("value",)

    def __init__(self, _metric: Metric) -> None:
        self.value = 0.0

    def add(self, values: Sequence[float]) -> None:
        """Replace the value."""
        self.value = values[-1]

    def data(self) -> float:
        """Return it."""
        return self.value


class Distribution(Cell):
    """Counts in buckets."""

    __slots__ = ("_bounds", "_counts", "_lock", "_sum")

    def __init__(self, metric: Metric) -> None:
        self._bounds = metric.buckets
        self._counts = [0] * (len(metric.buckets) + 1)
        self._sum = 0.0
        self._lock = threading.Lock()

    def add(self, values: Sequence[float]) -> None:
        """Count observations."""
        bounds, counts = self._bounds, self._counts
        with self._lock:
            for value in values:
                counts[bisect_left(bounds, value)] += 1
            self._sum += sum(values)

    def data(self) -> dict[str, Any]:
        """Return the count of each bucket by itself, and the sum of all observations."""
        with self._lock:
            return {"counts": list(self._counts), "sum": self._sum}


class Recent(Cell):
    """The last observations, for quantiles, and the count and sum of all."""

    __slots__ = ("_count", "_lock", "_sum", "_window")

    def __init__(self, _metric: Metric) -> None:
        self._window: deque[float] = deque(maxlen=WINDOW)
        self._count = 0
        self._sum = 0.0
        self._lock = threading.Lock()

    def add(self, values: Sequence[float]) -> None:
        """Keep observations."""
        with self._lock:
            self._window.extend(values)
            self._count += len(values)
            self._sum += sum(values)

    def data(self) -> dict[str, Any]:
        """Return the window, and the count and sum of all observations."""
        with self._lock:
            return {"window": list(self._window), "count": self._count, "sum": self._sum}


CELLS: Final[Mapping[str, Callable[[Metric], Cell]]] = {
    "counter": Sum,
    "gauge": Sum,
    "histogram": Distribution,
    "last": Last,
    "summary": Recent,
}
"""The cell for each kind of metric."""
