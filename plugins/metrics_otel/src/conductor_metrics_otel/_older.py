"""The older names of metrics, for dashboards from before the names that all languages share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conductor_metrics_otel import _names as names
from conductor_metrics_otel._names import Metric
from conductor_metrics_otel._recorder import Recorder, each
from conductor_metrics_otel._store import Store

if TYPE_CHECKING:
    from conductor_metrics_otel._recorder import Write

_TYPE: Final = ("taskType",)
_TYPE_STATUS: Final = ("taskType", "status")


@dataclass(frozen=True, slots=True)
class Older:
    """One older metric, and which labels of the newer one it has.

    Attributes:
        metric: the older one.
        labels: positions of its labels in the newer one.
        defaults: what an empty label becomes, by position in the older one.
    """

    metric: Metric
    labels: tuple[int, ...]
    defaults: tuple[str, ...] = ()

    def labels_of(self, newer: tuple[str, ...]) -> tuple[str, ...]:
        """Return the older labels for the newer ones."""
        found = tuple(newer[position] for position in self.labels)
        return (
            tuple(value or default for value, default in zip(found, self.defaults, strict=True))
            if self.defaults
            else found
        )


def _same(metric: Metric) -> Older:
    return Older(metric, tuple(range(len(metric.labels))))


def _quantiles(name: str, labels: tuple[str, ...], text: str) -> Older:
    return Older(Metric(name, "summary", labels, text, "s"), tuple(range(len(labels))))


OLDER: Final[dict[str, tuple[Older, ...]]] = {
    **{
        metric.name: (_same(metric),)
        for metric in (
            names.POLLS,
            names.EXECUTE_ERRORS,
            names.UPDATE_ERRORS,
            names.ACK_ERRORS,
            names.ACK_FAILED,
            names.QUEUE_FULL,
            names.PAUSED,
            names.RESTARTS,
            names.START_ERRORS,
        )
    },
    names.UNCAUGHT.name: (Older(Metric(names.UNCAUGHT.name, "counter", (), names.UNCAUGHT.help), ()),),
    names.EXTERNAL_PAYLOADS.name: (
        Older(
            Metric(
                names.EXTERNAL_PAYLOADS.name,
                "counter",
                ("entityName", "operation", "payload_type"),
                names.EXTERNAL_PAYLOADS.help,
            ),
            (0, 1, 2),
        ),
    ),
    names.POLL_TIME.name: (
        Older(Metric("task_poll_time", "last", _TYPE, "Duration of the last poll.", "s"), (0,)),
        _quantiles("task_poll_time_seconds", _TYPE_STATUS, "Duration of recent polls."),
    ),
    names.EXECUTE_TIME.name: (
        Older(Metric("task_execute_time", "last", _TYPE, "Duration of the last execution.", "s"), (0,)),
        _quantiles("task_execute_time_seconds", _TYPE_STATUS, "Duration of recent executions."),
    ),
    names.API_TIME.name: (
        _quantiles("http_api_client_request", ("method", "uri", "status"), "Duration of recent requests."),
    ),
    names.RESULT_SIZE.name: (Older(Metric("task_result_size", "last", _TYPE, "Size of the last result.", "By"), (0,)),),
    names.INPUT_SIZE.name: (
        Older(
            Metric("workflow_input_size", "last", ("workflowType", "version"), "Size of the last input.", "By"),
            (0, 1),
            ("", "1"),
        ),
    ),
}
"""The older metrics of each newer one; what is not here had no older name."""


class OlderRecorder(Recorder):
    """Keeps measurements under their older names."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store(older.metric for several in OLDER.values() for older in several)

    def make(self, metric: Metric, labels: tuple[str, ...]) -> Write | None:
        """Return what adds to each older metric; None when there is none."""
        writes = [self.store.bound(one.metric, one.labels_of(labels)) for one in OLDER.get(metric.name, ())]
        return each(writes) if writes else None
