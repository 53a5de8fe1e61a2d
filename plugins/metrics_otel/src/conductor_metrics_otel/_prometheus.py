"""Metrics in the form that Prometheus reads, with kept children: observing one costs about a microsecond."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from conductor_metrics_otel._names import METRICS
from conductor_metrics_otel._recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.metrics_core import Metric as PrometheusFamily

    from conductor_metrics_otel._names import Metric


@cache
def process_metrics() -> PrometheusMetrics:
    """Return the metrics of this process, which conductors and workers share; made on the first call."""
    return PrometheusMetrics()


class PrometheusMetrics(Recorder):
    """Counters and histograms under their canonical names.

    Args:
        registry: where they are kept; a new one when None, so that nothing is registered globally.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self._families = {metric.name: _family(metric, self.registry) for metric in METRICS}
        self._write: dict[tuple[str, tuple[str, ...]], Callable[[float], object]] = {}

    def record(self, metric: Metric, value: float, labels: tuple[str, ...]) -> None:
        """Add or observe."""
        key = metric.name, labels
        write = self._write.get(key)
        if write is None:
            child = self._families[metric.name].labels(*labels)
            write = self._write[key] = child.observe if metric.kind == "histogram" else child.inc
        write(value)

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(cast("CollectorRegistry", _WithoutCreated(self.registry)))

    @property
    def content_type(self) -> str:
        """Media type of :meth:`text`."""
        return CONTENT_TYPE_LATEST


class _WithoutCreated:
    """Leaves out the times at which children were made: dashboards do not know them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[PrometheusFamily]:
        for family in self._registry.collect():
            family.samples = [sample for sample in family.samples if not sample.name.endswith("_created")]
            yield family


def _family(metric: Metric, registry: CollectorRegistry) -> Any:
    if metric.kind == "histogram":
        return Histogram(metric.name, metric.help, metric.labels, buckets=metric.buckets, registry=registry)
    kind = Gauge if metric.kind == "gauge" else Counter
    return kind(metric.name, metric.help, metric.labels, registry=registry)
