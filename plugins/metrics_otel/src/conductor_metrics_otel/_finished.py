"""Spans of what is over: they come into being with both of their times, and nothing changes them any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry.trace import SpanKind

from conductor_metrics_otel._direct import direct_way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentelemetry.context import Context
    from opentelemetry.trace import Tracer


class FinishedSpans:
    """Makes spans that are over, on the shortest way that the program's tracer allows.

    Args:
        tracer: makes spans.
    """

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._direct = direct_way(tracer)

    def add(self, name: str, parent: Context, attributes: Mapping[str, str | int], start: int, end: int) -> None:
        """Make the span of a request that went well.

        Args:
            name: its name.
            parent: a context whose current span is its parent.
            attributes: of the span; strings and numbers, which need no cleaning.
            start: when the request began, in nanoseconds since the epoch.
            end: when it was over, in nanoseconds since the epoch.
        """
        if self._direct is None or not self._direct.add(name, parent, attributes, start, end):
            self._tracer.start_span(name, parent, SpanKind.CLIENT, attributes, start_time=start).end(end)
