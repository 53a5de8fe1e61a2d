"""The span of one call: its tries are attributes and events of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Self

from opentelemetry import context, trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from conductor_core.starts import start_of
from conductor_metrics_otel import _attributes
from conductor_metrics_otel._context import execution_context, written
from conductor_metrics_otel._keys import KEY

if TYPE_CHECKING:
    from types import TracebackType

    from opentelemetry.trace import Span, Tracer

    from conductor_core import Call
    from conductor_core.interfaces import Outcome
    from conductor_core.settings import Settings
    from conductor_metrics_otel._options import OtelOptions

_AGENT_START: Final = "/agent/start"


class CallSpans:
    """Makes the spans of one conductor's calls.

    Args:
        tracer: makes the spans.
        settings: where the server is.
        options: how much is traced.
    """

    def __init__(self, tracer: Tracer, settings: Settings, options: OtelOptions) -> None:
        self._tracer = tracer
        self._server = _attributes.server(settings)
        self._options = options

    def start(self, call: Call[Any]) -> CallSpan:
        """Start the span of a call; entering it makes it current."""
        attributes = {"http.request.method": call.method, "url.template": call.template, **self._server}
        span = self._tracer.start_span(f"{call.method} {call.template}", None, SpanKind.CLIENT, attributes)
        return CallSpan(span, call, self._options)


class CallSpan:
    """The span of one call.

    Attributes:
        call: the call to send, which carries the trace context.
    """

    def __init__(self, span: Span, call: Call[Any], options: OtelOptions) -> None:
        self._span = span
        self._options = options
        # What starts an agent cannot carry a context: its execution has a trace of its own in any case.
        self._starts = call.template == _AGENT_START or (start_of(call) is not None and not options.propagate)
        self._tries = 0
        self._status: int | None = None
        self._inside = trace.set_span_in_context(span)
        self._token: object = None
        self.call = self._with_context(call)

    def told(self, outcome: Outcome) -> None:
        """Note what came of one try."""
        self._tries += 1
        self._status = outcome.status or None

    def waits(self, seconds: float) -> None:
        """Note a wait before the next try."""
        seen = {"http.response.status_code": self._status} if self._status is not None else {}
        self._span.add_event(
            "retry", {"conductor.retry.wait_seconds": seconds, "conductor.retry.try": self._tries, **seen}
        )

    def answered(self, answer: object) -> None:
        """Link a started workflow's own trace, when the answer says which one it is."""
        if self._starts:
            named = (getattr(answer, name, None) for name in ("workflow_id", "execution_id"))
            workflow_id = answer if isinstance(answer, str) else next(filter(None, named), None)
            if isinstance(workflow_id, str) and workflow_id:
                self._span.set_attribute("conductor.workflow.id", workflow_id)
                self._span.add_link(execution_context(workflow_id, self._options.ratio))

    def __enter__(self) -> Self:
        self._token = context.attach(self._inside)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if context.get_current() is self._inside:  # a generator may be closed in another context
            context.detach(self._token)  # type: ignore[arg-type]  # what attach returned
        if self._status is not None:
            self._span.set_attribute("http.response.status_code", self._status)
        if self._tries > 1:
            self._span.set_attribute("http.request.resend_count", self._tries - 1)
        if error is not None and kind is not GeneratorExit:
            self._span.record_exception(error)
            self._span.set_attribute("error.type", type(error).__qualname__)
            self._span.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {error}"))
        self._span.end()

    def _with_context(self, call: Call[Any]) -> Call[Any]:
        """Return the call with the context in its headers and, when switched on, in a started workflow's input."""
        carrier = written(self._inside)
        if not carrier:
            return call
        call = replace(call, headers=(*call.headers, *carrier.items()))
        start = start_of(call) if self._options.propagate else None
        return call if start is None else start.with_input({KEY: carrier})
