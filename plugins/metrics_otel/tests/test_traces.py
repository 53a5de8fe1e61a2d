"""Spans of polls, executions, updates and calls: names, attributes, parents and links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

from conductor_core import AsyncConductor, Conductor, NonRetryableException, TaskHandler, get
from conductor_core.errors import NotFoundError
from conductor_core.models import TaskResult, TaskResultStatus
from conductor_core.worker import define_worker
from conductor_metrics_otel import trace_id_of
from conductor_metrics_otel._context import execution_context
from conductor_workflows import ConductorWorkflow, SimpleTask

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk.trace import ReadableSpan

    from conductor_core import Plugins
    from plugins.metrics_otel.tests.conftest import Seen

PATIENCE = 30


def flow(*refs: str, **inputs: Any) -> ConductorWorkflow:
    workflow = ConductorWorkflow(name="orders")
    for ref in refs:
        workflow >>= SimpleTask("charge", ref, inputs={"order": workflow.input("order"), **inputs})
    return workflow


def same(order: int) -> int:
    return order


def trace_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.trace_id)


def id_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


async def run(plugins: Plugins, function: Callable[..., Any], workflow: ConductorWorkflow, seen: Seen) -> str:
    """Start a workflow inside a caller's span and let a worker run it to its end."""
    async with AsyncConductor(plugins=plugins) as conductor:
        await workflow.register(conductor)
        with seen.traces.get_tracer("caller").start_as_current_span("caller"):
            workflow_id = await workflow.start(conductor, workflow_input={"order": 7})
        async with TaskHandler(plugins=plugins, workers=[define_worker("charge", function)], environ={}):
            await conductor.workflows.wait_for_workflow(workflow_id, timeout=PATIENCE)
    return workflow_id


async def test_from_the_caller_to_the_update_it_is_one_trace(seen: Seen) -> None:
    def charge(order: int) -> int:
        with seen.traces.get_tracer("user").start_as_current_span("inside"):
            return order

    await run(seen.plugins(propagate=True), charge, flow("charge"), seen)
    caller, start, process = seen.one("caller"), seen.one("POST /workflow"), seen.one("process charge")
    inside, settle, receive = seen.one("inside"), seen.one("settle charge"), seen.one("receive charge")
    ours = {trace_of(span) for span in (caller, start, process, inside, settle)}
    assert len(ours) == 1
    parents = [span.parent.span_id for span in (start, process, inside, settle) if span.parent is not None]
    assert parents == [id_of(caller), id_of(start), id_of(process), id_of(process)]
    assert [link.context.span_id for link in process.links] == [id_of(receive)]
    assert [link.context.trace_id for link in receive.links]
    assert (start.kind, receive.kind, process.kind, settle.kind) == (
        SpanKind.CLIENT,
        SpanKind.CLIENT,
        SpanKind.CONSUMER,
        SpanKind.CLIENT,
    )


async def test_without_a_caller_all_spans_of_an_execution_share_the_trace_of_its_id(seen: Seen) -> None:
    async def charge(order: int) -> int:
        assert trace.get_current_span().get_span_context().is_valid
        return order

    workflow_id = await run(seen.plugins(), charge, flow("one", "two"), seen)
    spans = [*seen.named("process charge"), *seen.named("settle charge")]
    assert len(spans) == 4
    assert {trace_of(span) for span in spans} == {trace_id_of(workflow_id)}
    linked = [link.context.trace_id for span in seen.named("receive charge") for link in span.links]
    assert trace_id_of(workflow_id) in linked
    (link,) = seen.one("POST /workflow").links
    assert link.context.trace_id == trace_id_of(workflow_id)


async def test_the_attributes_of_an_execution(seen: Seen) -> None:
    workflow_id = await run(seen.plugins(), same, flow("charge"), seen)
    found = dict(seen.one("process charge").attributes or {})
    assert found.pop("messaging.message.id")
    assert found.pop("messaging.client.id")
    assert found.pop("server.address")
    assert found == {
        "messaging.system": "conductor",
        "messaging.operation.name": "execute",
        "messaging.operation.type": "process",
        "messaging.destination.name": "charge",
        "messaging.message.conversation_id": workflow_id,
        "conductor.task.retry_count": 0,
    }


async def test_a_failure_has_status_and_exception(seen: Seen) -> None:
    def charge(order: int) -> int:
        raise NonRetryableException(f"no {order}")

    await run(seen.plugins(), charge, flow("charge"), seen)
    span = seen.one("process charge")
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "NonRetryableException: no 7")
    (event,) = span.events
    assert event.name == "exception"
    assert (span.attributes or {})["error.type"] == "NonRetryableException"


async def test_a_failed_result_that_was_returned_has_a_status_too(seen: Seen) -> None:
    def charge(order: int) -> TaskResult:
        reason = f"no {order}"
        return TaskResult(status=TaskResultStatus.FAILED_WITH_TERMINAL_ERROR, reason_for_incompletion=reason)

    await run(seen.plugins(), charge, flow("charge"), seen)
    assert seen.one("process charge").status.description == "no 7"


async def test_the_worker_does_not_see_the_reserved_key(seen: Seen) -> None:
    got: list[dict[str, Any]] = []

    def charge(**inputs: Any) -> None:
        got.append(inputs)

    workflow = flow("charge", _otel="${workflow.input._otel}")
    await run(seen.plugins(propagate=True), charge, workflow, seen)
    assert got == [{"order": 7}]
    assert trace_of(seen.one("process charge")) == trace_of(seen.one("caller"))


async def test_at_a_ratio_of_none_nothing_is_exported_but_the_calls(seen: Seen) -> None:
    await run(seen.plugins(ratio=0), same, flow("charge"), seen)
    names = {span.name for span in seen.spans.get_finished_spans()}
    assert not {name for name in names if name.startswith(("process", "settle", "receive"))}
    assert "POST /workflow" in names


@pytest.mark.parametrize("mode", ["off", "metrics"])
async def test_traces_are_switched_off(mode: str, seen: Seen) -> None:
    await run(seen.plugins(mode=mode), same, flow("charge"), seen)
    assert {span.name for span in seen.spans.get_finished_spans()} == {"caller"}
    assert bool(seen.values()) is (mode == "metrics")


def test_a_call_that_fails_has_status_and_class(seen: Seen) -> None:
    with Conductor(plugins=seen.plugins()) as conductor, pytest.raises(NotFoundError):
        conductor.run(get("/workflow/{}", "nobody", returns=dict[str, Any]))
    span = seen.one("GET /workflow/{}")
    attributes = dict(span.attributes or {})
    assert attributes["http.response.status_code"] == 404
    assert attributes["error.type"] == "NotFoundError"
    assert span.status.status_code is StatusCode.ERROR


def test_the_parent_of_an_execution_carries_the_decision() -> None:
    every, none = execution_context("abc", 1), execution_context("abc", 0)
    assert (every.trace_id, every.span_id, every.is_remote) == (none.trace_id, none.span_id, True)
    assert (every.trace_flags.sampled, none.trace_flags.sampled) == (True, False)


async def test_no_context_is_left_behind(seen: Seen) -> None:
    await run(seen.plugins(), same, flow("charge"), seen)
    assert not trace.get_current_span().get_span_context().is_valid
