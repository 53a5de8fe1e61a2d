"""What Prometheus reads at /metrics: the figures of all processes, added up."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from conductor_core import Plugins, Settings, TaskHandler, events
from conductor_core.worker import define_worker
from conductor_metrics_otel import OtelPlugin, PrometheusMetrics
from conductor_metrics_otel._events import MetricsListener
from conductor_metrics_otel._scrape import Pages, collected

if TYPE_CHECKING:
    from plugins.metrics_otel.tests.conftest import Seen

TASK: dict[str, Any] = {"task_type": "pay", "task_id": "1", "worker_id": "w", "workflow_instance_id": "2"}


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def one_process(executions: int, name: str = "1-1") -> Any:
    metrics = PrometheusMetrics()
    listener = MetricsListener(metrics)
    for _ in range(executions):
        listener.on_task_execution_started(events.TaskExecutionStarted(**TASK))
        listener.on_task_execution_completed(
            events.TaskExecutionCompleted(**TASK, duration_ms=20, output_size_bytes=250)
        )
    listener.on_task_execution_started(events.TaskExecutionStarted(**TASK))
    found = json.loads(json.dumps(collected(metrics)))  # as it crosses to another process
    return {**found, "process": name}


def test_processes_are_added_up_without_a_label_that_tells_them_apart() -> None:
    made = Pages().page([one_process(2), one_process(3, "2-1")])
    assert made.content_type.startswith("text/plain")
    found = samples(made.body.decode())
    pay = (("taskType", "pay"),)
    assert found["task_execution_started_total", pay] == 7
    assert found["active_workers", pay] == 2
    assert found["task_execute_time_seconds_count", (("status", "SUCCESS"), *pay)] == 5
    assert found["task_execute_time_seconds_sum", (("status", "SUCCESS"), *pay)] == pytest.approx(0.1)
    assert found["task_execute_time_seconds_bucket", (("le", "0.01"), ("status", "SUCCESS"), *pay)] == 0
    assert found["task_execute_time_seconds_bucket", (("le", "+Inf"), ("status", "SUCCESS"), *pay)] == 5
    assert not [name for name, _ in found if name.endswith("_created")]


def test_one_process_gives_the_page_it_always_gave() -> None:
    metrics = PrometheusMetrics()
    MetricsListener(metrics).on_poll_started(events.PollStarted(task_type="pay", worker_id="w", poll_count=1))
    assert Pages().page([collected(metrics)]).body == metrics.text()


async def test_the_health_server_of_workers_serves_them(seen: Seen) -> None:
    async def pay() -> None: ...

    settings = Settings(server_url="embedded://memory/otel-scrape", transport="embedded", health_port=0)
    plugins = Plugins.from_settings(settings, plugins=[seen.plugin()])
    async with TaskHandler(plugins=plugins, workers=[define_worker("pay", pay)], environ={}) as handler:
        url = f"http://127.0.0.1:{handler.health_port}/metrics"
        async with asyncio.timeout(60):
            while handler.get_worker_status()[0].polls < 1:  # noqa: ASYNC110 - the workers decide when
                await asyncio.sleep(0.01)
        text = await asyncio.to_thread(_read, url)
    assert samples(text)["task_poll_total", (("taskType", "pay"),)] >= 1
    waiting = {key: value for (key, _), value in samples(text).items() if key.startswith("task_outbox_")}
    assert waiting == dict.fromkeys(
        [f"task_outbox_{name}" for name in ("results", "bytes", "oldest_seconds", "dead_letters")], 0
    )


def _read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - the test's own server
        return str(answer.read().decode())


def test_without_metrics_nothing_is_served() -> None:
    plugin = OtelPlugin()
    assert plugin.conductor_collect_metrics() is None
    assert plugin.conductor_render_metrics([], {}) is None
