"""Metrics in the form that Prometheus reads."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from conductor_metrics_otel._families import families
from conductor_metrics_otel._names import METRICS
from conductor_metrics_otel._older import OlderRecorder
from conductor_metrics_otel._recorder import Recorder, SeveralRecorders
from conductor_metrics_otel._store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric as Family

    from conductor_metrics_otel._names import Metric
    from conductor_metrics_otel._options import Names
    from conductor_metrics_otel._recorder import Write

# Where both sets have the name, the canonical histogram stands and the older summary is left out.
_CANONICAL: Final = frozenset(metric.name for metric in METRICS)


@cache
def process_metrics(names: Names = "canonical") -> PrometheusMetrics:
    """Return the metrics of this process, which conductors and workers share; made on the first call."""
    return PrometheusMetrics(names=names)


class PrometheusMetrics(Recorder):
    """Counters and histograms under their canonical names, their older names, or both.

    It is also a collector of the Prometheus client library: a program that has an endpoint of its own passes its registry, and
    finds these metrics beside its own.

    Args:
        registry: a registry to appear in; a new one when None, so that nothing is registered globally.
        names: which names are kept.
    """

    def __init__(self, registry: CollectorRegistry | None = None, *, names: Names = "canonical") -> None:
        super().__init__()
        older = OlderRecorder()
        self._stores: list[Store] = []
        kept: list[Recorder] = []
        if names != "older":
            canonical = Store(METRICS)
            self._stores.append(canonical)
            kept.append(canonical)
        if names != "canonical":
            self._stores.append(older.store)
            kept.append(older)
        self._kept = SeveralRecorders(kept)
        self._names = names
        self.registry: CollectorRegistry = registry or CollectorRegistry()
        self.registry.register(self)

    def make(self, metric: Metric, labels: tuple[str, ...]) -> Write | None:
        """Return what adds to a counter, or observes a value."""
        return self._kept.bound(metric, labels)

    def data(self) -> list[dict[str, Any]]:
        """Return everything as plain data."""
        self.settle()
        first, *others = [store.data() for store in self._stores]
        return [*first, *(metric for other in others for metric in other if metric["name"] not in _CANONICAL)]

    def collect(self) -> Iterator[Family]:
        """Yield everything as the Prometheus client library has it."""
        yield from families([self.data()])

    def text(self) -> bytes:
        """Return all metrics of the registry in Prometheus' text format."""
        return generate_latest(self.registry)

    @property
    def content_type(self) -> str:
        """Media type of :meth:`text`."""
        return CONTENT_TYPE_LATEST
