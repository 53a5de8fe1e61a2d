"""Trace contexts: the one of an execution, and those that travel."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, cast

from opentelemetry import context, trace
from opentelemetry.trace import SpanContext, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from conductor_core.logs import add_log_fields
from conductor_metrics_otel._ids import digest_of, ids_in, is_in, share_of

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from opentelemetry.context import Context

_SAMPLED: Final = TraceFlags(TraceFlags.SAMPLED)
_NOT: Final = TraceFlags(TraceFlags.DEFAULT)
_PROPAGATOR = TraceContextTextMapPropagator()


def execution_context(workflow_id: str, ratio: float) -> SpanContext:
    """Return the parent that all spans of an execution share when no caller gave one.

    Nobody exports it. It carries the decision whether the execution is sampled, so that every process decides alike.
    """
    digest = digest_of(workflow_id)
    return context_in(digest, is_sampled=is_in(digest, share_of(ratio)))


def context_in(digest: bytes, *, is_sampled: bool) -> SpanContext:
    """Return the same of an execution's digest, whose sampling is decided."""
    trace_id, span_id = ids_in(digest)
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=_SAMPLED if is_sampled else _NOT)


def written(holder: Context | None = None) -> dict[str, str]:
    """Return a trace context as the dict that travels; empty when there is none."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier, holder)
    return carrier


def read(carrier: object) -> SpanContext | None:
    """Return the trace context that a dict holds, or None when it holds none that can be used."""
    if not isinstance(carrier, dict):
        return None
    texts = {
        str(name): value for name, value in cast("dict[object, object]", carrier).items() if isinstance(value, str)
    }
    found = trace.get_current_span(_PROPAGATOR.extract(texts)).get_span_context()
    return found if found.is_valid else None


@contextmanager
def current(carrier: Mapping[str, str]) -> Generator[None]:
    """Make the trace context that a dict holds the current one, for the length of a ``with`` block."""
    add_log_fields(log_ids)
    inside = _PROPAGATOR.extract(carrier)
    token = context.attach(inside)
    try:
        yield
    finally:
        context.detach(token)


def log_ids() -> dict[str, str | int]:
    """Return the ids of the current span for log records; nothing when there is none."""
    found = trace.get_current_span().get_span_context()
    if not found.is_valid:
        return {}
    return {"trace_id": trace.format_trace_id(found.trace_id), "span_id": trace.format_span_id(found.span_id)}
