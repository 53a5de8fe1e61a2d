"""Which trace a task belongs to: its caller's, when the caller sent its context along, else the one of its execution."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, cast

from opentelemetry import context, trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from conductor_core import get
from conductor_core.errors import ConductorError
from conductor_core.logs import add_log_fields
from conductor_metrics_otel._ids import ids_of, is_sampled
from conductor_metrics_otel._keys import KEY

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from opentelemetry.context import Context

    from conductor_core.interfaces import ExecuteInput
    from conductor_core.worker import PolledTask

_REMEMBERED: Final = 10_000
_SAMPLED: Final = TraceFlags(TraceFlags.SAMPLED)
_NOT: Final = TraceFlags(TraceFlags.DEFAULT)
_PROPAGATOR = TraceContextTextMapPropagator()


def execution_context(workflow_id: str, ratio: float) -> SpanContext:
    """Return the parent that all spans of an execution share when no caller gave one.

    Nobody exports it. It carries the decision whether the execution is sampled, so that every process decides alike.
    """
    trace_id, span_id = ids_of(workflow_id)
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=_SAMPLED if is_sampled(trace_id, ratio) else _NOT)


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


class Parents:
    """Finds the parent of a task's spans.

    Args:
        ratio: share of the executions that are sampled when no caller decided it.
        ask: fetch an execution once to look for the caller's context in its input, when a task's input has none.
    """

    def __init__(self, ratio: float, *, ask: bool) -> None:
        self._ratio = ratio
        self._ask = ask
        self._known: OrderedDict[str, SpanContext] = OrderedDict()

    def known(self, task: PolledTask) -> SpanContext | None:
        """Return the parent of a task's spans; None when the server has to be asked for it."""
        workflow_id = task.workflow_instance_id
        carrier = task.input_data.get(KEY)
        found = read(carrier) if carrier is not None else None
        if found is None:
            found = self._known.get(workflow_id)
        if found is None:
            return None if self._ask else execution_context(workflow_id, self._ratio)
        self._remember(workflow_id, found)
        return found

    def of_workflow(self, workflow_id: str) -> SpanContext:
        """Return the parent of the spans of an execution, without asking anybody."""
        return self._known.get(workflow_id) or execution_context(workflow_id, self._ratio)

    async def asked(self, given: ExecuteInput) -> SpanContext:
        """Return the parent of a task's spans after a look at the input of its execution."""
        workflow_id = given.polled.workflow_instance_id
        call = get("/workflow/{}", workflow_id, query={"includeTasks": False}, returns=dict[str, object])
        # The question belongs to no trace: nobody knows yet which one it would be.
        token = context.attach(as_parent(execution_context(workflow_id, 0)))
        try:
            document = await given.run(call)
        except ConductorError:
            return execution_context(workflow_id, self._ratio)  # tracing never fails a task
        finally:
            context.detach(token)
        values = document.get("input")
        carrier = cast("dict[str, object]", values).get(KEY) if isinstance(values, dict) else None
        found = read(carrier) or execution_context(workflow_id, self._ratio)
        self._remember(workflow_id, found)
        return found

    def _remember(self, workflow_id: str, parent: SpanContext) -> None:
        self._known[workflow_id] = parent
        self._known.move_to_end(workflow_id)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def as_parent(span_context: SpanContext) -> Context:
    """Return a context whose current span is the given one."""
    return trace.set_span_in_context(NonRecordingSpan(span_context))
