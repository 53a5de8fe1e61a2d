"""Spans and metrics of the calls that clients make."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from conductor_core import Sleep
from conductor_metrics_otel import _names as names

if TYPE_CHECKING:
    from collections.abc import Generator

    from conductor_core import Call
    from conductor_core.interfaces import CallSteps, Exchange, Outcome, Send
    from conductor_metrics_otel._call_spans import CallSpan, CallSpans
    from conductor_metrics_otel._recorder import Recorder


class Calls:
    """Stands around every call of a conductor.

    Args:
        recorder: where measurements go, if anywhere.
        spans: what makes spans, if anything does.
    """

    def __init__(self, recorder: Recorder | None, spans: CallSpans | None) -> None:
        self._recorder = recorder
        self._spans = spans

    def around(self, inner: CallSteps) -> CallSteps:
        """Return the steps of a call with its span and its measurements around them."""

        def steps(call: Call[Any]) -> Exchange:
            if self._spans is None:
                return (yield from self._watched(inner(call), call, None))
            span = self._spans.start(call)
            with span:
                answer = yield from self._watched(inner(span.call), span.call, span)
                span.answered(answer)
                return answer

        return steps

    def _watched(
        self, inner: Exchange, call: Call[Any], span: CallSpan | None
    ) -> Generator[Send | Sleep, Outcome | None, Any]:
        """Hand on each step, and look at what came of it."""
        outcome: Outcome | None = None
        try:
            while True:
                try:
                    action = inner.send(outcome)
                except StopIteration as stop:
                    return stop.value
                if isinstance(action, Sleep):
                    if span is not None:
                        span.waits(action.seconds)
                    outcome = yield action
                    continue
                started = time.perf_counter()
                outcome = yield action
                self._measure(call, outcome, time.perf_counter() - started)
                if span is not None and outcome is not None:
                    span.told(outcome)
        finally:
            inner.close()

    def _measure(self, call: Call[Any], outcome: Outcome | None, seconds: float) -> None:
        if self._recorder is None or outcome is None:
            return
        status = str(outcome.status) if outcome.failure is None else names.NETWORK_FAILURE
        self._recorder.record(names.API_TIME, seconds, (call.method, call.template, status))
