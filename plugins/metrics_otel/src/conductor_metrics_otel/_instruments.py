"""OpenTelemetry's instruments for all metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from opentelemetry.context import Context
from opentelemetry.metrics import Observation

from conductor_metrics_otel._names import API_TIME, METRICS, WORKER_URIS
from conductor_metrics_otel._recorder import Recorder
from conductor_metrics_otel._store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from opentelemetry.metrics import CallbackOptions, Histogram, Meter

    from conductor_metrics_otel._names import Metric
    from conductor_metrics_otel._recorder import Write

_LATER: Final = Context({"conductor": "recorded later"})
"""A context without a span; an empty one would not do, in whose place an SDK takes the current one."""

_made: WeakKeyDictionary[Meter, OtelRecorder] = WeakKeyDictionary()


def recorder_of(meter: Meter) -> OtelRecorder:
    """Return the recorder of a meter; all conductors and workers that have it share one, as they share its instruments."""
    found = _made.get(meter)
    if found is None:
        found = _made[meter] = OtelRecorder(meter)
    return found


class OtelRecorder(Recorder):
    """Histograms are recorded by the SDK; counters and gauges are counted here and observed when they are exported.

    An SDK takes some ten microseconds for a measurement, which a task of a hundred cannot pay seven times. For the same
    reason the requests of workers are left to the metrics of polls and updates, which measure the same; for Prometheus they
    are requests too.

    Args:
        meter: makes the instruments.
    """

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self._counted = Store(metric for metric in METRICS if metric.kind != "histogram")
        self._histograms = {metric.name: _histogram(meter, metric) for metric in METRICS if metric.kind == "histogram"}
        for metric in METRICS:
            if metric.kind == "counter":
                meter.create_observable_counter(metric.name, [self._observed(metric)], metric.unit, metric.help)
            elif metric.kind == "gauge":
                meter.create_observable_up_down_counter(metric.name, [self._observed(metric)], metric.unit, metric.help)

    def make(self, metric: Metric, labels: tuple[str, ...]) -> Write | None:
        """Return what adds to a counter, or records a value of a histogram."""
        histogram = self._histograms.get(metric.name)
        if metric is API_TIME and labels[1] in WORKER_URIS:
            return None
        if histogram is None:
            return self._counted.bound(metric, labels)
        attributes = dict(zip(metric.labels, labels, strict=True))
        # What workers measure is recorded later and belongs to no span of that moment; what clients measure may be an exemplar.
        context = _LATER if "taskType" in metric.labels else None

        def write(values: Sequence[float]) -> None:
            for value in values:
                histogram.record(value, attributes, context)

        return write

    def _observed(self, metric: Metric) -> Callable[[CallbackOptions], Iterable[Observation]]:
        def observe(_options: CallbackOptions) -> Iterable[Observation]:
            self.settle()
            for labels, cell in self._counted.cells(metric):
                yield Observation(cell.data(), dict(zip(metric.labels, labels, strict=True)))

        return observe


def _histogram(meter: Meter, metric: Metric) -> Histogram:
    buckets = list(metric.buckets)
    return meter.create_histogram(metric.name, metric.unit, metric.help, explicit_bucket_boundaries_advisory=buckets)
