"""Ten thousand executions of two tasks each, in two processes' worth of workers that know nothing of each other."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry import baggage, context, trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from conductor_core import TaskHandler, get_task_context
from conductor_core.worker import define_worker
from conductor_core.worker._config import WorkerOptions
from conductor_metrics_otel import OtelPlugin, trace_id_of
from tests._support.stub_server import StubConductor, stub_plugins

if TYPE_CHECKING:
    from collections.abc import Callable

WORKFLOWS = [str(uuid.UUID(int=number * 104_729)) for number in range(10_000)]
PATIENCE = 240


class Stained:
    """What worker functions find that should not be there."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()

    def look(self, number: int) -> None:
        """Look around, leave dirt behind as careless code does, and fail now and then."""
        own = trace.get_current_span().get_span_context()
        if own.trace_id != trace_id_of(get_task_context().get_workflow_instance_id()):
            self.found["span of another task"] += 1
        if baggage.get_all():
            self.found["context of another task"] += 1
        context.attach(baggage.set_baggage("left", str(number)))
        if number % 10 == 0:
            raise ValueError(number)


async def serve(stub: StubConductor, task_type: str, function: Callable[..., Any], plugin: OtelPlugin) -> None:
    """Run all tasks of one type."""
    plugins = stub_plugins(stub, plugin, options={"otel": {"ratio": 0.01}})
    worker = define_worker(task_type, function, WorkerOptions(concurrency=50, poll_interval=10))
    done = len(stub.results) + len(WORKFLOWS)
    for workflow_id in WORKFLOWS:
        task_id = f"{task_type}-{workflow_id}"
        stub.add(task_type, task_id, workflowInstanceId=workflow_id, inputData={"number": int(workflow_id[-4:], 16)})
    async with TaskHandler(plugins=plugins, workers=[worker], environ={}), asyncio.timeout(PATIENCE):
        while len(stub.results) < done:  # noqa: ASYNC110 - the workers decide when
            await asyncio.sleep(0.01)


def provider() -> tuple[TracerProvider, InMemorySpanExporter]:
    exporter, made = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    made.add_span_processor(SimpleSpanProcessor(exporter))
    return made, exporter


@pytest.mark.slow
async def test_one_percent_of_ten_thousand_traces_each_complete_and_nothing_leaks(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stub, stained = StubConductor(), Stained()
    spans: list[Any] = []

    async def first(number: int) -> None:
        stained.look(number)

    def second(number: int) -> None:
        stained.look(number)

    for task_type, function in (("first", first), ("second", second)):
        traces, exporter = provider()
        plugin = OtelPlugin(tracer_provider=traces)
        await serve(stub, task_type, function, plugin)
        spans += exporter.get_finished_spans()
        assert plugin.remembered_tasks == 0
    assert not trace.get_current_span().get_span_context().is_valid
    assert baggage.get_all() == {}
    assert stained.found == {}
    assert "detach" not in caplog.text
    check_share(spans)


def check_share(spans: list[Any]) -> None:
    by_trace: dict[int, set[str]] = {}
    for span in spans:
        if not span.name.startswith("receive "):
            by_trace.setdefault(span.context.trace_id, set()).add(span.name)
    assert 0.007 <= len(by_trace) / len(WORKFLOWS) <= 0.013
    assert by_trace.keys() <= {trace_id_of(workflow_id) for workflow_id in WORKFLOWS}
    complete = {f"{kind} {task_type}" for kind in ("process", "settle") for task_type in ("first", "second")}
    assert {frozenset(names) for names in by_trace.values()} == {frozenset(complete)}
    linked = {link.context.trace_id for span in spans if span.name.startswith("receive ") for link in span.links}
    assert linked <= by_trace.keys()
