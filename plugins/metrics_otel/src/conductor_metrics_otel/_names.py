"""Every metric: its canonical name, kind, labels and buckets, as the official dashboards expect them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["counter", "histogram", "gauge", "last", "summary"]
TIME_BUCKETS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SIZE_BUCKETS: Final = (100.0, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0, 10_000_000.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    Attributes:
        name: canonical name.
        kind: what it does; ``last`` (a gauge of the last value) and ``summary`` (quantiles) are older forms.
        labels: names of its labels, in order.
        help: what it tells.
        unit: unit of its values, in OpenTelemetry's way.
        buckets: upper bounds of a histogram.
    """

    name: str
    kind: Kind
    labels: tuple[str, ...]
    help: str
    unit: str = "1"
    buckets: tuple[float, ...] = ()


_TYPE = ("taskType",)
_TYPE_ERROR = ("taskType", "exception")
_TYPE_STATUS = ("taskType", "status")


def _seconds(name: str, labels: tuple[str, ...], text: str) -> Metric:
    return Metric(name, "histogram", labels, text, "s", TIME_BUCKETS)


def _bytes(name: str, labels: tuple[str, ...], text: str) -> Metric:
    return Metric(name, "histogram", labels, text, "By", SIZE_BUCKETS)


POLLS: Final = Metric("task_poll_total", "counter", _TYPE, "Polls.")
POLL_ERRORS: Final = Metric("task_poll_error_total", "counter", _TYPE_ERROR, "Polls that failed.")
STARTED: Final = Metric("task_execution_started_total", "counter", _TYPE, "Executions that began.")
EXECUTE_ERRORS: Final = Metric("task_execute_error_total", "counter", _TYPE_ERROR, "Executions that failed.")
UPDATE_ERRORS: Final = Metric("task_update_error_total", "counter", _TYPE_ERROR, "Results that were not taken.")
ACK_ERRORS: Final = Metric("task_ack_error_total", "counter", _TYPE_ERROR, "Kept for dashboards; nothing raises it.")
ACK_FAILED: Final = Metric("task_ack_failed_total", "counter", _TYPE, "Kept for dashboards; nothing raises it.")
QUEUE_FULL: Final = Metric("task_execution_queue_full_total", "counter", _TYPE, "Polls left out for lack of slots.")
PAUSED: Final = Metric("task_paused_total", "counter", _TYPE, "Polls left out while paused.")
UNCAUGHT: Final = Metric("thread_uncaught_exceptions_total", "counter", ("exception",), "Poll loops that died.")
RESTARTS: Final = Metric("worker_restart_total", "counter", _TYPE, "Poll loops that were started again.")
EXTERNAL_PAYLOADS: Final = Metric(
    "external_payload_used_total", "counter", ("entityName", "operation", "payloadType"), "Payloads kept outside."
)
START_ERRORS: Final = Metric(
    "workflow_start_error_total", "counter", ("workflowType", "exception"), "Starts of workflows that failed."
)
POLL_TIME: Final = _seconds("task_poll_time_seconds", _TYPE_STATUS, "Duration of polls.")
EXECUTE_TIME: Final = _seconds("task_execute_time_seconds", _TYPE_STATUS, "Duration of executions.")
UPDATE_TIME: Final = _seconds("task_update_time_seconds", _TYPE_STATUS, "Duration of updates, with their retries.")
API_TIME: Final = _seconds(
    "http_api_client_request_seconds", ("method", "uri", "status"), "Duration of requests to the server."
)
RESULT_SIZE: Final = _bytes("task_result_size_bytes", _TYPE, "Size of results as JSON.")
INPUT_SIZE: Final = _bytes("workflow_input_size_bytes", ("workflowType", "version"), "Size of inputs as JSON.")
ACTIVE: Final = Metric("active_workers", "gauge", _TYPE, "Executions at this moment.")

METRICS: Final = (
    POLLS,
    POLL_ERRORS,
    STARTED,
    EXECUTE_ERRORS,
    UPDATE_ERRORS,
    ACK_ERRORS,
    ACK_FAILED,
    QUEUE_FULL,
    PAUSED,
    UNCAUGHT,
    RESTARTS,
    EXTERNAL_PAYLOADS,
    START_ERRORS,
    POLL_TIME,
    EXECUTE_TIME,
    UPDATE_TIME,
    API_TIME,
    RESULT_SIZE,
    INPUT_SIZE,
    ACTIVE,
)
"""All of them, in the order in which documentation shows them."""

SUCCESS: Final = "SUCCESS"
FAILURE: Final = "FAILURE"
NETWORK_FAILURE: Final = "error"
"""Status label of a request without an answer."""

POLL_REQUEST: Final = ("GET", "/tasks/poll/batch/{tasktype}")
UPDATE_REQUEST: Final = ("POST", "/tasks/update-v2")
WORKER_URIS: Final = frozenset({POLL_REQUEST[1], UPDATE_REQUEST[1]})
"""Requests that workers send for every task."""
