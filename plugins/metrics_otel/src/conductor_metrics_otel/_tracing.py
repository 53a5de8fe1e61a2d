"""Spans of polls, executions and updates."""

from __future__ import annotations

from collections import OrderedDict
from time import time_ns
from typing import TYPE_CHECKING, Final, TypeAlias

from opentelemetry import context, trace
from opentelemetry.trace import Link, SpanKind, Status, StatusCode

from conductor_core import events
from conductor_core.logs import add_log_fields
from conductor_core.models import TaskResult, TaskResultStatus
from conductor_metrics_otel._attributes import Attributes
from conductor_metrics_otel._context import log_ids
from conductor_metrics_otel._finished import FinishedSpans
from conductor_metrics_otel._keys import KEY
from conductor_metrics_otel._late import Late
from conductor_metrics_otel._parents import Parents
from conductor_metrics_otel._polls import Polls

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, SpanContext, Tracer

    from conductor_core.interfaces import Execute, ExecuteInput
    from conductor_core.settings import Settings
    from conductor_metrics_otel._options import OtelOptions
    from conductor_metrics_otel._parents import Parent

    Updated: TypeAlias = events.TaskUpdateCompleted | events.TaskUpdateFailure

_REMEMBERED: Final = 20_000
_FAILED: Final = (TaskResultStatus.FAILED, TaskResultStatus.FAILED_WITH_TERMINAL_ERROR)


class Tracing:
    """Makes the spans of one process's workers; also a listener.

    What is not sampled costs little: its context is current for the worker function, and no span is made. What is over is
    handed to the SDK a little later (see :class:`Late`), with the times at which it was.

    Args:
        tracer: makes the spans.
        settings: where the server is.
        options: how much is traced.
    """

    def __init__(self, tracer: Tracer, settings: Settings, options: OtelOptions) -> None:
        add_log_fields(log_ids)
        self._tracer = tracer
        self._finished = FinishedSpans(tracer)
        self._parents = Parents(options.ratio, ask=options.propagate)
        self._attributes = Attributes(settings)
        self._polls = Polls(self._poll_started, _ended_at)
        self._late = Late()
        self._open = 0
        """Sampled tasks that run, or wait to be reported: while there is none, nothing has to wait for company."""
        self._executions: OrderedDict[str, Context | None] = OrderedDict()
        """The context of the execution that an update reports, by task id; None for one that is not sampled."""

    @property
    def remembered(self) -> int:
        """Of how many tasks something is remembered at this moment."""
        return len(self._polls) + len(self._executions)

    def around(self, inner: Execute) -> Execute:
        """Return an execution with a span around it, which is current for the worker function."""

        async def execute(given: ExecuteInput) -> object:
            polled = given.polled
            parent = self._parents.known(polled) or await self._parents.asked(given)
            is_sampled = parent.is_sampled
            span = self._started(given, parent) if is_sampled else self._not_sampled(given, parent)
            inside = trace.set_span_in_context(span)
            token = context.attach(inside)
            try:
                result = await inner(given if KEY not in polled.input_data else _without_key(given))
            except BaseException as error:
                _failed(span, error)
                raise
            else:
                if is_sampled:
                    _ended(span, result)
                return result
            finally:
                if context.get_current() is inside:  # a closed loop runs this in another context
                    context.detach(token)
                self._remember(polled.task_id, inside if is_sampled else None)
                if is_sampled:
                    self._late.add(span.end, time_ns())

        return execute

    def on_poll_completed(self, event: events.PollCompleted) -> None:
        """Note a poll that brought tasks; its span is made when they run."""
        if event.tasks:
            self._polls.answered(event)

    def on_poll_failure(self, event: events.PollFailure) -> None:
        """Make the span of a poll that failed."""
        span = self._poll(event)
        _failed(span, event.cause)
        _ended_at(span, event)

    def on_task_update_completed(self, event: events.TaskUpdateCompleted) -> None:
        """Make the span of an update."""
        self._updated(event)

    def on_task_update_failure(self, event: events.TaskUpdateFailure) -> None:
        """Make the span of an update that failed for good."""
        self._updated(event)

    def on_workers_stopped(self, _event: events.WorkersStopped) -> None:
        """Hand everything to the SDK."""
        self._late.settle()

    def _started(self, given: ExecuteInput, parent: Parent) -> Span:
        polled = given.polled
        poll = self._polls.taken(polled.task_id, parent.get_span_context())
        self._open += 1
        return self._tracer.start_span(
            f"process {polled.task_type}",
            trace.set_span_in_context(parent),
            SpanKind.CONSUMER,
            self._attributes.of_execution(given),
            links=[Link(poll)] if poll is not None else None,
        )

    def _not_sampled(self, given: ExecuteInput, parent: Parent) -> Span:
        """Return what is current for the worker function in place of a span, so that its own spans are left out too."""
        self._polls.taken(given.polled.task_id, None)
        return parent

    def _poll_started(self, event: events.PollCompleted, first: SpanContext) -> Span:
        span = self._poll(event, [Link(first)])
        span.set_attribute("messaging.batch.message_count", event.tasks_received)
        return span

    def _updated(self, event: Updated) -> None:
        try:
            parent = self._executions.pop(event.task_id)
        except KeyError:  # the result waited in the outbox of an earlier process
            execution = self._parents.of_workflow(event.workflow_instance_id)
            parent = trace.set_span_in_context(execution) if execution.is_sampled else None
        else:
            self._open -= parent is not None
        if parent is not None:
            self._late.add(self._update, (event, parent))
            if self._open <= 0:
                self._late.settle()

    def _update(self, known: tuple[Updated, Context]) -> None:
        event, parent = known
        name, attributes, start, end = self._of_past("update", "settle", event)
        attributes = {**attributes, **self._attributes.of_update(event)}
        if not isinstance(event, events.TaskUpdateFailure):
            self._finished.add(name, parent, attributes, start, end)
            return
        span = self._tracer.start_span(name, parent, SpanKind.CLIENT, attributes, start_time=start)
        span.set_attribute("conductor.update.tries", event.retry_count)
        _failed(span, event.cause)
        span.end(end)

    def _poll(self, event: events.PollCompleted | events.PollFailure, links: list[Link] | None = None) -> Span:
        """Start the span of a poll, in a trace of its own."""
        name, attributes, start, _ = self._of_past("poll", "receive", event)
        return self._tracer.start_span(
            name, context.Context(), SpanKind.CLIENT, attributes, links=links, start_time=start
        )

    def _of_past(
        self, operation: str, kind: str, event: events.PollCompleted | events.PollFailure | Updated
    ) -> tuple[str, dict[str, str | int], int, int]:
        """Return the name and attributes of something that is over, its start and its end in nanoseconds."""
        end = _nanoseconds(event)
        start = end - int(event.duration_ms * 1_000_000)
        return f"{kind} {event.task_type}", self._attributes.messaging(operation, kind, event.task_type), start, end

    def _remember(self, task_id: str, execution: Context | None) -> None:
        self._executions[task_id] = execution
        if len(self._executions) > _REMEMBERED:
            self._executions.popitem(last=False)


def _without_key(given: ExecuteInput) -> ExecuteInput:
    """Hide the reserved key from the worker function."""
    return given.with_input({name: value for name, value in given.polled.input_data.items() if name != KEY})


def _ended(span: Span, result: object) -> None:
    if isinstance(result, TaskResult) and result.status in _FAILED:
        span.set_status(Status(StatusCode.ERROR, result.reason_for_incompletion or str(result.status)))
        span.set_attribute("error.type", str(result.status))


def _failed(span: Span, error: BaseException) -> None:
    span.record_exception(error)
    span.set_attribute("error.type", type(error).__qualname__)
    span.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {error}"))


def _ended_at(span: Span, event: events.RunnerEvent) -> None:
    span.end(_nanoseconds(event))


def _nanoseconds(event: events.RunnerEvent) -> int:
    return int(event.timestamp.timestamp() * 1_000_000_000)
