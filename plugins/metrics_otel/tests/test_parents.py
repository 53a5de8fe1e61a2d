"""The parent of a task's spans: the same ids as ever, worked out when somebody asks for them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanContext, TraceFlags

from conductor_core.worker import PolledTask
from conductor_metrics_otel import is_sampled, trace_id_of
from conductor_metrics_otel._context import execution_context, written
from conductor_metrics_otel._ids import digest_of
from conductor_metrics_otel._keys import KEY
from conductor_metrics_otel._parents import Parent, Parents

WORKFLOWS = [str(uuid.UUID(int=number)) for number in range(300)]


def task(workflow_id: str, **inputs: Any) -> PolledTask:
    return PolledTask({"taskId": "t", "workflowInstanceId": workflow_id, "taskType": "pay", "inputData": inputs})


def carried(sampled: int) -> dict[str, str]:
    return {"traceparent": f"00-{0xABC:032x}-{0xDEF:016x}-0{sampled}"}


@pytest.mark.parametrize("ratio", [0.0, 0.3, 1.0])
def test_without_a_caller_it_is_the_execution(ratio: float) -> None:
    parents = Parents(ratio, ask=False)
    for workflow_id in WORKFLOWS:
        found = parents.known(task(workflow_id))
        assert found is not None
        assert found.get_span_context() == execution_context(workflow_id, ratio)
        assert found.is_sampled is is_sampled(trace_id_of(workflow_id), ratio)
        assert not found.is_recording()


@pytest.mark.parametrize("sampled", [0, 1])
def test_a_caller_decides_for_all_tasks_of_the_execution(sampled: int) -> None:
    parents = Parents(0.5, ask=False)
    caller = SpanContext(0xABC, 0xDEF, is_remote=True, trace_flags=TraceFlags(sampled))
    for each in (task("1", **{KEY: carried(sampled)}), task("1")):
        found = parents.known(each)
        assert found is not None
        assert found.get_span_context() == caller
        assert found.is_sampled is bool(sampled)
    assert parents.of_workflow("1").get_span_context() == caller
    assert parents.of_workflow("2").get_span_context() == execution_context("2", 0.5)


def test_nobody_is_asked_twice_and_unusable_contexts_count_for_nothing() -> None:
    asking = Parents(1.0, ask=True)
    assert asking.known(task("1")) is None
    assert asking.known(task("1", **{KEY: {"traceparent": "nonsense"}})) is None
    assert asking.known(task("1", **{KEY: carried(1)})) is not None
    assert asking.known(task("1")) is not None


def test_it_reads_as_what_it_is() -> None:
    parent = Parent(digest_of("abc"), is_sampled=True)
    assert f"{trace_id_of('abc'):032x}" in repr(parent)


def test_a_context_of_an_execution_that_is_left_out_travels_on() -> None:
    found = Parents(0.0, ask=False).known(task("abc"))
    assert found is not None
    traceparent = written(trace.set_span_in_context(found))["traceparent"]
    assert traceparent.startswith(f"00-{trace_id_of('abc'):032x}-")
    assert traceparent.endswith("-00")
