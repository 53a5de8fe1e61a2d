"""From the metrics of several processes to the one page that Prometheus reads."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, cast

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric as PrometheusFamily

from conductor_core.interfaces import MetricsPage
from conductor_metrics_otel._families import added, families

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conductor_metrics_otel._prometheus import PrometheusMetrics

_GAUGES = frozenset({"gauge", "last"})
_STARTED = time.time_ns()
# Processes that are remembered one by one after they were heard last; older ones are one sum.
_SILENT: Final = 50
_OUTBOX = {
    "results": ("task_outbox_results", "Results that wait for the server."),
    "bytes": ("task_outbox_bytes", "Bytes of the results that wait for the server."),
    "oldest_seconds": ("task_outbox_oldest_seconds", "Age of the oldest result that waits for the server."),
    "dead_letters": ("task_outbox_dead_letters", "Results that the server refuses, kept for whoever looks into them."),
}


def collected(metrics: PrometheusMetrics) -> dict[str, Any]:
    """Return what one process has counted as plain data, with a name that no other process has."""
    return {"process": f"{os.getpid()}-{_STARTED}", "metrics": metrics.data()}


class Pages:
    """Makes the page for what :func:`collected` returned in each process; no label tells them apart.

    What a process has counted stays when it ends: a sum that fell would look like a new start to Prometheus, which then
    counts everything again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Sequence[Mapping[str, Any]]] = OrderedDict()
        self._gone: list[dict[str, Any]] = []

    def page(self, processes: Sequence[Mapping[str, Any]], health: Mapping[str, Any] | None = None) -> MetricsPage:
        """Return the page of this moment.

        Args:
            processes: what each of them counted.
            health: the document of ``/health``, which knows how much waits in the outbox.
        """
        found = {str(process["process"]): process["metrics"] for process in processes}
        with self._lock:
            counted = self._counted(found)
        registry = cast("CollectorRegistry", _Found(counted, (health or {}).get("outbox", {})))
        return MetricsPage(CONTENT_TYPE_LATEST, generate_latest(registry))

    def _counted(self, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Sequence[Mapping[str, Any]]]:
        """Return what these processes have counted, and those that are silent: they have ended, or are late this time."""
        for name, metrics in found.items():
            self._known[name] = metrics
            self._known.move_to_end(name)
        silent = [
            [_lasting(metric) for metric in metrics] for name, metrics in self._known.items() if name not in found
        ]
        while len(self._known) > len(found) + _SILENT:
            _, ended = self._known.popitem(last=False)
            self._gone = _together([self._gone, [_lasting(metric) for metric in ended]])
            silent.pop(0)
        return [self._gone, *silent, *found.values()]


class _Found:
    """All processes, as a registry collects them."""

    def __init__(self, processes: Sequence[Sequence[Mapping[str, Any]]], outbox: Mapping[str, Any]) -> None:
        self._processes = processes
        self._outbox = outbox

    def collect(self) -> Iterator[PrometheusFamily]:
        yield from families(self._processes)
        for field, (name, text) in _OUTBOX.items():
            if field in self._outbox:
                gauge = PrometheusFamily(name, text, "gauge")
                gauge.add_sample(name, {}, self._outbox[field])
                yield gauge


def _lasting(metric: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what was true only while the process lived."""
    if metric["kind"] in _GAUGES:
        return {**metric, "cells": []}
    if metric["kind"] == "summary":
        return {**metric, "cells": [[labels, {**data, "window": []}] for labels, data in metric["cells"]]}
    return dict(metric)


def _together(several: Sequence[Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Add up the metrics of processes that have ended, so that they take no more room than one."""
    described: dict[str, dict[str, Any]] = {}
    cells: dict[str, dict[tuple[str, ...], list[Any]]] = {}
    for metric in (metric for metrics in several for metric in metrics):
        described.setdefault(metric["name"], dict(metric))
        for labels, data in metric["cells"]:
            cells.setdefault(metric["name"], {}).setdefault(tuple(labels), []).append(data)
    for name, metric in described.items():
        metric["cells"] = [[list(key), added(metric["kind"], parts)] for key, parts in cells.get(name, {}).items()]
    return list(described.values())
