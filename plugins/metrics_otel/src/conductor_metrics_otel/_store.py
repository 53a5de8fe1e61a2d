"""Metrics of one process, kept by this plugin itself: the source of what Prometheus reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_metrics_otel._cells import CELLS
from conductor_metrics_otel._recorder import Recorder, UnknownMetricError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conductor_metrics_otel._cells import Cell
    from conductor_metrics_otel._names import Metric
    from conductor_metrics_otel._recorder import Write


class Store(Recorder):
    """One cell for each metric and set of labels.

    Args:
        metrics: those that are kept.
    """

    def __init__(self, metrics: Iterable[Metric]) -> None:
        super().__init__()
        self._metrics = {metric.name: metric for metric in metrics}
        self._cells: dict[str, dict[tuple[str, ...], Cell]] = {name: {} for name in self._metrics}

    def make(self, metric: Metric, labels: tuple[str, ...]) -> Write:
        """Return what adds to the cell of these labels."""
        if metric.name not in self._cells:
            raise UnknownMetricError(f"there is no metric {metric.name!r}; known are {', '.join(sorted(self._cells))}")
        if len(labels) != len(metric.labels):
            raise UnknownMetricError(
                f"{metric.name} has the labels {', '.join(metric.labels)}, got {len(labels)} values"
            )
        return self._cells[metric.name].setdefault(labels, CELLS[metric.kind](metric)).add

    def cells(self, metric: Metric) -> Iterator[tuple[tuple[str, ...], Cell]]:
        """Yield the cells of one metric with their labels."""
        yield from list(self._cells[metric.name].items())

    def data(self) -> list[dict[str, Any]]:
        """Return everything as plain data: one entry for each metric."""
        return [
            {
                "name": metric.name,
                "kind": metric.kind,
                "help": metric.help,
                "labels": list(metric.labels),
                "buckets": list(metric.buckets),
                "cells": [[list(labels), cell.data()] for labels, cell in self.cells(metric)],
            }
            for metric in self._metrics.values()
        ]
