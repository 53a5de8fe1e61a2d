"""From the metrics of several processes to the one page that Prometheus reads: equal samples are added up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric as PrometheusFamily

from conductor_core.interfaces import MetricsPage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conductor_metrics_otel._prometheus import PrometheusMetrics

# When children were made: dashboards do not know these, and they cannot be added up.
_CREATED = "_created"


def collected(metrics: PrometheusMetrics) -> list[dict[str, Any]]:
    """Return what one process has counted as plain data."""
    return [
        {
            "name": family.name,
            "help": family.documentation,
            "type": family.type,
            "samples": [
                [sample.name, dict(sample.labels), sample.value]
                for sample in family.samples
                if not sample.name.endswith(_CREATED)
            ],
        }
        for family in metrics.registry.collect()
    ]


def page(processes: Sequence[Sequence[Mapping[str, Any]]]) -> MetricsPage:
    """Return the page for what :func:`collected` returned in each process; no label tells them apart."""
    registry = cast("CollectorRegistry", _Sum(processes))
    return MetricsPage(CONTENT_TYPE_LATEST, generate_latest(registry))


class _Sum:
    """The families of all processes, as a registry collects them."""

    def __init__(self, processes: Sequence[Sequence[Mapping[str, Any]]]) -> None:
        self._processes = processes

    def collect(self) -> Iterator[PrometheusFamily]:
        families: dict[str, Mapping[str, Any]] = {}
        sums: dict[str, dict[tuple[str, tuple[tuple[str, str], ...]], float]] = {}
        for process in self._processes:
            for family in process:
                families.setdefault(family["name"], family)
                of_family = sums.setdefault(family["name"], {})
                for name, labels, value in family["samples"]:
                    key = str(name), tuple(labels.items())
                    of_family[key] = of_family.get(key, 0.0) + value
        for found, family in families.items():
            made = PrometheusFamily(found, family["help"], family["type"])
            for (name, labels), value in sums[found].items():
                made.add_sample(name, dict(labels), value)
            yield made
