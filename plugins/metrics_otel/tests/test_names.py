"""Canonical and older names, quantiles, and other registries of the Prometheus client library."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from conductor_core import events
from conductor_metrics_otel import PrometheusMetrics
from conductor_metrics_otel import _names as names
from conductor_metrics_otel._events import MetricsListener
from conductor_metrics_otel._names import Metric
from conductor_metrics_otel._older import OLDER
from conductor_metrics_otel._recorder import UnknownMetricError
from conductor_metrics_otel._scrape import Pages, collected

TASK: dict[str, Any] = {"task_type": "pay", "task_id": "1", "worker_id": "w", "workflow_instance_id": "2"}


def samples(text: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def filled(metrics: PrometheusMetrics) -> PrometheusMetrics:
    for metric in names.METRICS:
        metrics.record(metric, 1, tuple("x" for _ in metric.labels))
    return metrics


def test_the_older_names_have_quantiles_over_the_last_thousand_observations() -> None:
    metrics = PrometheusMetrics(names="older")
    listener = MetricsListener(metrics)
    for number in range(1, 1501):
        listener.on_poll_completed(events.PollCompleted(task_type="pay", duration_ms=number * 1000, tasks_received=0))
    found = samples(metrics.text())
    well = (("status", "SUCCESS"), ("taskType", "pay"))
    quantiles = {
        share: found["task_poll_time_seconds", (("quantile", share), *well)] for share in ("0.5", "0.9", "0.99")
    }
    assert quantiles == {"0.5": pytest.approx(1000.5), "0.9": pytest.approx(1400.1), "0.99": pytest.approx(1490.01)}
    assert found["task_poll_time_seconds_count", well] == 1500
    assert found["task_poll_time_seconds_sum", well] == pytest.approx(sum(range(1501)))
    assert found["task_poll_time", (("taskType", "pay"),)] == 1500


def test_the_older_names_are_those_of_the_older_dashboards() -> None:
    families = {
        family.name: family
        for family in text_string_to_metric_families(filled(PrometheusMetrics(names="older")).text().decode())
    }
    assert {name: family.type for name, family in families.items() if family.type != "counter"} == {
        "task_poll_time": "gauge",
        "task_poll_time_seconds": "summary",
        "task_execute_time": "gauge",
        "task_execute_time_seconds": "summary",
        "http_api_client_request": "summary",
        "task_result_size": "gauge",
        "workflow_input_size": "gauge",
    }
    assert {name for name, family in families.items() if family.type == "counter"} == {
        "task_poll",
        "task_execute_error",
        "task_update_error",
        "task_ack_error",
        "task_ack_failed",
        "task_execution_queue_full",
        "task_paused",
        "worker_restart",
        "workflow_start_error",
        "thread_uncaught_exceptions",
        "external_payload_used",
    }
    (used,) = families["external_payload_used"].samples
    assert set(used.labels) == {"entityName", "operation", "payload_type"}


def test_a_version_that_is_not_known_is_1_in_the_older_form() -> None:
    metrics = PrometheusMetrics(names="both")
    metrics.record(names.INPUT_SIZE, 20, ("orders", ""))
    found = samples(metrics.text())
    assert found["workflow_input_size", (("version", "1"), ("workflowType", "orders"))] == 20
    assert found["workflow_input_size_bytes_sum", (("version", ""), ("workflowType", "orders"))] == 20


def test_with_both_a_name_of_both_is_the_canonical_histogram() -> None:
    text = filled(PrometheusMetrics(names="both")).text().decode()
    families = list(text_string_to_metric_families(text))
    assert len({family.name for family in families}) == len(families)
    assert next(family for family in families if family.name == "task_poll_time_seconds").type == "histogram"
    assert "task_poll_time{" in text


def test_a_metric_that_nobody_described_is_an_error() -> None:
    unknown = Metric("task_fun_total", "counter", ("taskType",), "Fun.")
    for chosen in ("canonical", "both"):
        with pytest.raises(UnknownMetricError, match="there is no metric 'task_fun_total'; known are"):
            PrometheusMetrics(names=chosen).record(unknown, 1, ("pay",))
    with pytest.raises(UnknownMetricError, match="task_poll_total has the labels taskType, got 2 values"):
        PrometheusMetrics().record(names.POLLS, 1, ("pay", "more"))
    assert OLDER.keys() <= {metric.name for metric in names.METRICS}


def test_a_program_finds_them_in_its_own_registry() -> None:
    registry = CollectorRegistry()
    Counter("orders", "The program's own.", registry=registry).inc()
    metrics = PrometheusMetrics(registry)
    metrics.record(names.POLLS, 3, ("pay",))
    found = samples(generate_latest(registry))
    assert found["task_poll_total", (("taskType", "pay"),)] == 3
    assert found["orders_total", ()] == 1


def of_process(name: str, polls: int) -> dict[str, Any]:
    metrics = PrometheusMetrics(names="both")
    metrics.record(names.POLLS, polls, ("pay",))
    metrics.record(names.ACTIVE, 2, ("pay",))
    metrics.record(names.API_TIME, polls, ("GET", "/x", "200"))
    return {**collected(metrics), "process": name}


def test_what_a_process_has_counted_stays_when_it_ends_and_its_gauges_go() -> None:
    pages = Pages()
    pages.page([of_process("1", 10), of_process("2", 5)])
    pages.page([of_process("2", 6)])
    found = samples(pages.page([of_process("3", 1)]).body)
    pay = (("taskType", "pay"),)
    assert found["task_poll_total", pay] == 17
    assert found["active_workers", pay] == 2
    request = (("method", "GET"), ("status", "200"), ("uri", "/x"))
    assert found["http_api_client_request_seconds_count", request] == 3
    assert found["http_api_client_request_sum", request] == 17
    assert found["http_api_client_request", (*request[:1], ("quantile", "0.5"), *request[1:])] == 1


def test_a_process_that_was_late_once_is_counted_once() -> None:
    pages = Pages()
    pages.page([of_process("1", 10)])
    pages.page([])
    found = samples(pages.page([of_process("1", 11)]).body)
    assert found["task_poll_total", (("taskType", "pay"),)] == 11


def test_processes_that_ended_long_ago_are_one_sum() -> None:
    pages = Pages()
    for number in range(120):
        pages.page([of_process(str(number), 1)])
    found = samples(pages.page([of_process("119", 1)]).body)
    assert found["task_poll_total", (("taskType", "pay"),)] == 120
    assert found["active_workers", (("taskType", "pay"),)] == 2
