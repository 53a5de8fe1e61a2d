"""One execution is one trace, and every process decides alike whether it is sampled."""

from __future__ import annotations

import hashlib
import uuid

import pytest
from opentelemetry.sdk.trace.sampling import Decision, TraceIdRatioBased

from conductor_metrics_otel import is_sampled, trace_id_of
from conductor_metrics_otel._ids import ids_of

WORKFLOWS = [str(uuid.UUID(int=number * 7919)) for number in range(10_000)]


def test_the_trace_id_is_the_beginning_of_the_hash_of_the_workflow_id() -> None:
    digest = hashlib.sha256(b"abc").digest()
    assert trace_id_of("abc") == int.from_bytes(digest[:16], "big")
    assert ids_of("abc") == (trace_id_of("abc"), int.from_bytes(digest[16:24], "big"))


@pytest.mark.parametrize("ratio", [0.0, 0.01, 0.5, 1.0])
def test_the_decision_is_that_of_opentelemetrys_own_sampler(ratio: float) -> None:
    sampler = TraceIdRatioBased(ratio)
    for workflow_id in WORKFLOWS[:500]:
        trace_id = trace_id_of(workflow_id)
        sampled = sampler.should_sample(None, trace_id, "x").decision is Decision.RECORD_AND_SAMPLE
        assert is_sampled(trace_id, ratio) is sampled


def test_a_ratio_of_one_percent_takes_about_one_percent() -> None:
    share = sum(is_sampled(trace_id_of(workflow_id), 0.01) for workflow_id in WORKFLOWS) / len(WORKFLOWS)
    assert 0.007 <= share <= 0.013
