"""Every event of the task runner, and what it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from conductor_core import events
from conductor_core.errors import ServerError
from conductor_core.models import TaskResult
from conductor_metrics_otel._events import MetricsListener
from conductor_metrics_otel._instruments import recorder_of
from conductor_metrics_otel._names import METRICS, SIZE_BUCKETS, TIME_BUCKETS
from conductor_metrics_otel._recorder import SeveralRecorders

if TYPE_CHECKING:
    from plugins.metrics_otel.tests.conftest import Seen

TASK: dict[str, Any] = {"task_type": "pay", "task_id": "1", "worker_id": "w", "workflow_instance_id": "2"}
BROKEN = ServerError(method="GET", url="u", status=503, message="no")

CASES: list[tuple[Any, str, dict[str, str], float]] = [
    (events.PollStarted(task_type="pay", worker_id="w", poll_count=1), "task_poll_total", {}, 1),
    (
        events.PollCompleted(task_type="pay", duration_ms=20, tasks_received=1),
        "task_poll_time_seconds",
        {"status": "SUCCESS"},
        0.02,
    ),
    (
        events.PollFailure(task_type="pay", duration_ms=20, cause=BROKEN),
        "task_poll_error_total",
        {"exception": "ServerError"},
        1,
    ),
    (
        events.PollFailure(task_type="pay", duration_ms=20, cause=BROKEN),
        "task_poll_time_seconds",
        {"status": "FAILURE"},
        0.02,
    ),
    (events.TaskPaused(task_type="pay"), "task_paused_total", {}, 1),
    (events.TaskQueueFull(task_type="pay"), "task_execution_queue_full_total", {}, 1),
    (events.WorkerRestarted(task_type="pay", restarts=1), "worker_restart_total", {}, 1),
    (events.TaskExecutionStarted(**TASK), "task_execution_started_total", {}, 1),
    (events.TaskExecutionStarted(**TASK), "active_workers", {}, 1),
    (
        events.TaskExecutionCompleted(**TASK, duration_ms=1500, output_size_bytes=250),
        "task_execute_time_seconds",
        {"status": "SUCCESS"},
        1.5,
    ),
    (
        events.TaskExecutionCompleted(**TASK, duration_ms=1500, output_size_bytes=250),
        "task_result_size_bytes",
        {},
        250,
    ),
    (
        events.TaskExecutionFailure(**TASK, duration_ms=1500, cause=ValueError("no")),
        "task_execute_error_total",
        {"exception": "ValueError"},
        1,
    ),
    (
        events.TaskExecutionFailure(**TASK, duration_ms=1500, cause=ValueError("no")),
        "task_execute_time_seconds",
        {"status": "FAILURE"},
        1.5,
    ),
    (
        events.TaskUpdateCompleted(**TASK, duration_ms=30),
        "task_update_time_seconds",
        {"status": "SUCCESS"},
        0.03,
    ),
    (
        events.TaskUpdateFailure(**TASK, cause=TimeoutError(), retry_count=4, task_result=TaskResult(), duration_ms=30),
        "task_update_error_total",
        {"exception": "TimeoutError"},
        1,
    ),
]


def tell(seen: Seen, *told: Any) -> None:
    listener = MetricsListener(SeveralRecorders([recorder_of(seen.metrics.get_meter("test")), seen.prometheus]))
    for event in told:
        getattr(listener, event.hook.removeprefix("conductor_"))(event)


def of_prometheus(seen: Seen) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(seen.prometheus.text().decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize(("event", "name", "labels", "value"), CASES)
def test_an_event_is_counted_on_both_sides(
    event: Any, name: str, labels: dict[str, str], value: float, seen: Seen
) -> None:
    tell(seen, event)
    key = tuple(sorted({"taskType": "pay", **labels}.items()))
    ours = seen.values()[name, key]
    assert (ours[1] if isinstance(ours, tuple) else ours) == pytest.approx(value)
    theirs = of_prometheus(seen)
    assert theirs.get((name, key), theirs.get((f"{name}_sum", key))) == pytest.approx(value)


def test_what_dies_is_counted_by_its_exception(seen: Seen) -> None:
    tell(seen, events.WorkerRestarted(task_type="pay", restarts=1, cause=RuntimeError("x")))
    assert seen.values()["thread_uncaught_exceptions_total", (("exception", "RuntimeError"),)] == 1


def test_the_gauge_of_active_executions_goes_up_and_down(seen: Seen) -> None:
    started = events.TaskExecutionStarted(**TASK)
    tell(seen, started, started, events.TaskExecutionCompleted(**TASK, duration_ms=1, output_size_bytes=1))
    assert seen.values()["active_workers", (("taskType", "pay"),)] == 1
    assert of_prometheus(seen)["active_workers", (("taskType", "pay"),)] == 1


def test_polls_and_updates_count_as_requests_too(seen: Seen) -> None:
    tell(
        seen,
        events.PollFailure(task_type="pay", duration_ms=20, cause=BROKEN),
        events.TaskUpdateFailure(**TASK, cause=TimeoutError(), retry_count=4, task_result=TaskResult(), duration_ms=30),
    )
    counted = [key for name, key in of_prometheus(seen) if name == "http_api_client_request_seconds_count"]
    requests = {dict(key)["uri"]: dict(key) for key in counted}
    assert "http_api_client_request_seconds" not in {name for name, _ in seen.values()}
    assert requests["/tasks/poll/batch/{tasktype}"]["status"] == "503"
    assert requests["/tasks/update-v2"] == {"method": "POST", "uri": "/tasks/update-v2", "status": "error"}


def test_names_labels_and_buckets_are_those_of_the_official_dashboards(seen: Seen) -> None:
    for metric in METRICS:
        seen.prometheus.record(metric, 1, tuple("x" for _ in metric.labels))
    families = {family.name: family for family in text_string_to_metric_families(seen.prometheus.text().decode())}
    assert len(families) == len(METRICS)
    for metric in METRICS:
        family = families[metric.name.removesuffix("_total") if metric.kind == "counter" else metric.name]
        assert family.type == metric.kind
        labels = {name for sample in family.samples for name in sample.labels} - {"le"}
        assert labels == set(metric.labels)
        bounds = [float(sample.labels["le"]) for sample in family.samples if "le" in sample.labels]
        expected = {"s": TIME_BUCKETS, "By": SIZE_BUCKETS}.get(metric.unit, ())
        assert bounds == ([*expected, float("inf")] if expected else [])
        assert family.documentation


def test_the_text_has_no_times_of_making(seen: Seen) -> None:
    tell(seen, CASES[0][0])
    assert b"_created" not in seen.prometheus.text()
