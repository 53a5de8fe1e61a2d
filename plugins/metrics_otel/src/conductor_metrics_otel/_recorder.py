"""Where metrics go: to OpenTelemetry's instruments, to Prometheus, or to both."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING

from conductor_metrics_otel._names import METRICS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opentelemetry.metrics import Meter

    from conductor_metrics_otel._names import Metric


class Recorder(abc.ABC):
    """Takes measurements; labels come in the order of the metric."""

    @abc.abstractmethod
    def record(self, metric: Metric, value: float, labels: tuple[str, ...]) -> None:
        """Add to a counter or gauge, or observe a value of a histogram."""


class OtelRecorder(Recorder):
    """OpenTelemetry's instruments; they and their attribute sets are made once and kept.

    Args:
        meter: makes the instruments.
    """

    def __init__(self, meter: Meter) -> None:
        self._write: dict[str, Callable[..., None]] = {}
        for metric in METRICS:
            self._write[metric.name] = _instrument(meter, metric)
        self._attributes: dict[tuple[str, tuple[str, ...]], dict[str, str]] = {}

    def record(self, metric: Metric, value: float, labels: tuple[str, ...]) -> None:
        """Add or observe."""
        key = metric.name, labels
        attributes = self._attributes.get(key)
        if attributes is None:
            attributes = self._attributes[key] = dict(zip(metric.labels, labels, strict=True))
        self._write[metric.name](value, attributes)


class SeveralRecorders(Recorder):
    """Hands every measurement to several recorders."""

    def __init__(self, recorders: Sequence[Recorder]) -> None:
        self._recorders = tuple(recorders)

    def record(self, metric: Metric, value: float, labels: tuple[str, ...]) -> None:
        """Add or observe."""
        for recorder in self._recorders:
            recorder.record(metric, value, labels)


def joined(recorders: Sequence[Recorder]) -> Recorder | None:
    """Return one recorder for several, or None for none."""
    if len(recorders) > 1:
        return SeveralRecorders(recorders)
    return recorders[0] if recorders else None


def _instrument(meter: Meter, metric: Metric) -> Callable[..., None]:
    if metric.kind == "counter":
        add: Callable[..., None] = meter.create_counter(metric.name, metric.unit, metric.help).add
        return add
    if metric.kind == "gauge":
        change: Callable[..., None] = meter.create_up_down_counter(metric.name, metric.unit, metric.help).add
        return change
    buckets = list(metric.buckets)
    histogram = meter.create_histogram(
        metric.name, metric.unit, metric.help, explicit_bucket_boundaries_advisory=buckets
    )
    observe: Callable[..., None] = histogram.record
    return observe
