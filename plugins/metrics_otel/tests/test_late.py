"""What is recorded or ended a little later: nothing is lost, nothing waits for ever, and whoever reads sees all of it."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from conductor_core import AsyncConductor, TaskHandler, events
from conductor_core.worker import define_worker
from conductor_metrics_otel import PrometheusMetrics
from conductor_metrics_otel import _names as names
from conductor_metrics_otel._events import TOGETHER, MetricsListener
from conductor_metrics_otel._instruments import recorder_of
from conductor_metrics_otel._late import TOGETHER as STEPS_TOGETHER
from conductor_metrics_otel._late import Late
from conductor_metrics_otel._recorder import Recorder
from conductor_metrics_otel._store import Store
from conductor_workflows import ConductorWorkflow, SimpleTask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_metrics_otel._recorder import Write
    from plugins.metrics_otel.tests.conftest import Seen

TASK: dict[str, Any] = {"task_type": "pay", "task_id": "1", "worker_id": "w", "workflow_instance_id": "2"}
STARTED = events.TaskExecutionStarted(**TASK)
STARTS = "task_execution_started_total", (("taskType", "pay"),)


def counted(store: Store, metric: names.Metric) -> list[Any]:
    """What a store holds of one metric, without a reader's settling."""
    return [cell.data() for _, cell in store.cells(metric)]


def test_measurements_wait_for_company_and_not_longer() -> None:
    store = Store(names.METRICS)
    listener = MetricsListener(store)
    for _ in range(TOGETHER - 1):
        listener.on_task_execution_started(STARTED)
    assert counted(store, names.STARTED) == [0]
    listener.on_task_execution_started(STARTED)
    listener.on_task_execution_started(STARTED)
    assert counted(store, names.STARTED) == [TOGETHER - 1]


def test_whoever_reads_sees_what_waits(seen: Seen) -> None:
    MetricsListener(seen.prometheus).on_task_execution_started(STARTED)
    assert b'task_execution_started_total{taskType="pay"} 1.0' in seen.prometheus.text()
    listener = MetricsListener(recorder_of(seen.metrics.get_meter("test")))
    listener.on_task_execution_started(STARTED)
    listener.on_task_update_completed(events.TaskUpdateCompleted(**TASK, duration_ms=5))
    assert seen.values()[STARTS] == 1
    assert seen.values()["task_update_time_seconds", (("status", "SUCCESS"), ("taskType", "pay"))][0] == 1


def test_threads_that_note_and_read_at_once_lose_nothing() -> None:
    metrics = PrometheusMetrics()
    begin = threading.Barrier(6)

    def note() -> None:
        listener = MetricsListener(metrics)
        begin.wait()
        for _ in range(2000):
            listener.on_task_execution_started(STARTED)

    def read() -> None:
        begin.wait()
        for _ in range(50):
            metrics.text()

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(work) for work in (note, read, note, read, note, note)]:
            done.result()
    assert b'task_execution_started_total{taskType="pay"} 8000.0' in metrics.text()


def test_what_could_not_be_recorded_is_not_recorded_twice() -> None:
    class Failing(Recorder):
        """Fails once, after it took the values."""

        taken: ClassVar[list[float]] = []

        def make(self, metric: names.Metric, labels: tuple[str, ...]) -> Write:
            return self.write

        def write(self, values: Sequence[float]) -> None:
            self.taken.extend(values)
            if len(self.taken) == len(values):
                raise RuntimeError("full")

    recorder = Failing()
    note = recorder.noted(names.STARTED, ("pay",))
    note(1)
    with pytest.raises(RuntimeError, match="full"):
        recorder.settle()
    note(2)
    recorder.settle()
    assert recorder.taken == [1, 2]


async def test_steps_are_taken_together_in_order_and_after_a_short_time() -> None:
    late, taken = Late(), list[object]()
    for number in range(STEPS_TOGETHER - 1):
        late.add(taken.append, number)
    assert not taken
    late.add(taken.append, "last")
    assert taken == [*range(STEPS_TOGETHER - 1), "last"]
    alone = asyncio.Event()
    late.add(lambda _: alone.set(), None)
    assert not alone.is_set()
    await asyncio.wait_for(alone.wait(), 20)


def test_without_a_loop_a_step_is_taken_at_once() -> None:
    taken = list[object]()
    Late().add(taken.append, 1)
    assert taken == [1]


async def test_a_step_that_fails_is_logged_and_the_others_are_taken(caplog: pytest.LogCaptureFixture) -> None:
    late, taken, empty = Late(), list[object](), dict[str, int]()
    late.add(empty.__getitem__, "missing")
    late.add(taken.append, 1)
    late.settle()
    assert taken == [1]
    assert [record.message for record in caplog.records] == ["a span could not be handed to OpenTelemetry"]


async def test_a_task_that_is_cut_off_by_stop_still_has_its_span(seen: Seen) -> None:
    plugins, running = seen.plugins(), asyncio.Event()

    async def endless() -> None:
        running.set()
        await asyncio.Event().wait()

    async with AsyncConductor(plugins=plugins) as conductor:
        workflow = ConductorWorkflow(name="endless") >> SimpleTask("endless", "endless")
        await workflow.register(conductor)
        await workflow.start(conductor)
        workers = [define_worker("endless", endless)]
        async with TaskHandler(plugins=plugins, workers=workers, environ={}, stop_timeout=0.1):
            await running.wait()
    assert seen.one("process endless").attributes


async def nothing() -> None:
    """A worker that does nothing."""


async def test_spans_are_there_as_soon_as_no_task_is_in_hand(seen: Seen) -> None:
    plugins = seen.plugins()
    async with AsyncConductor(plugins=plugins) as conductor:
        workflow = ConductorWorkflow(name="short") >> SimpleTask("short", "short")
        await workflow.register(conductor)
        async with TaskHandler(plugins=plugins, workers=[define_worker("short", nothing)], environ={}):
            workflow_id = await workflow.start(conductor)
            await conductor.workflows.wait_for_workflow(workflow_id, timeout=30)
            async with asyncio.timeout(20):
                while not seen.named("settle short"):  # noqa: ASYNC110 - an exporter tells nobody
                    await asyncio.sleep(0.01)
    assert [span.name for span in seen.spans.get_finished_spans() if "short" in span.name] == [
        "receive short",
        "process short",
        "settle short",
    ]


def test_what_is_recorded_later_belongs_to_no_span_of_that_moment(seen: Seen) -> None:
    listener = MetricsListener(recorder_of(seen.metrics.get_meter("test")))
    with seen.traces.get_tracer("shop").start_as_current_span("something else"):
        listener.on_task_update_completed(events.TaskUpdateCompleted(**TASK, duration_ms=5))
        recorder_of(seen.metrics.get_meter("test")).record(names.API_TIME, 0.1, ("GET", "/x", "200"))
        data = seen.reader.get_metrics_data()
    assert data is not None
    exemplars = {
        metric.name: [len(point.exemplars) for point in metric.data.data_points]
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        if metric.name.endswith("_seconds")
    }
    assert exemplars == {"task_update_time_seconds": [0], "http_api_client_request_seconds": [1]}
