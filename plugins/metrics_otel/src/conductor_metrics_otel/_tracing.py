"""Spans of polls, executions and updates."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from opentelemetry import context, trace
from opentelemetry.trace import Link, SpanKind, Status, StatusCode

from conductor_core.models import TaskResult, TaskResultStatus
from conductor_metrics_otel import _attributes
from conductor_metrics_otel._context import Parents, as_parent
from conductor_metrics_otel._keys import KEY

if TYPE_CHECKING:
    from opentelemetry.trace import Span, SpanContext, Tracer

    from conductor_core import events
    from conductor_core.interfaces import Execute, ExecuteInput
    from conductor_core.settings import Settings
    from conductor_metrics_otel._options import OtelOptions

_REMEMBERED: Final = 20_000
_FAILED: Final = (TaskResultStatus.FAILED, TaskResultStatus.FAILED_WITH_TERMINAL_ERROR)


class Tracing:
    """Makes the spans of one process's workers; also a listener.

    Args:
        tracer: makes the spans.
        settings: where the server is.
        options: how much is traced.
    """

    def __init__(self, tracer: Tracer, settings: Settings, options: OtelOptions) -> None:
        self._tracer = tracer
        self._parents = Parents(options.ratio, ask=options.propagate)
        self._server = _attributes.server(settings)
        self._polls: OrderedDict[str, SpanContext] = OrderedDict()
        """Which poll brought a task, by task id."""
        self._executions: OrderedDict[str, SpanContext] = OrderedDict()
        """Which execution an update reports, by task id."""

    def around(self, inner: Execute) -> Execute:
        """Return an execution with a span around it, which is current for the worker function."""

        async def execute(given: ExecuteInput) -> object:
            parent = as_parent(await self._parents.of_task(given))
            span = self._started(given, parent)
            inside = trace.set_span_in_context(span, parent)
            token = context.attach(inside)
            try:
                result = await inner(_without_key(given))
            except BaseException as error:
                _failed(span, error)
                raise
            else:
                _ended(span, result)
                return result
            finally:
                if context.get_current() is inside:  # a closed loop runs this in another context
                    context.detach(token)
                _remember(self._executions, given.polled.task_id, span.get_span_context())
                span.end()

        return execute

    def on_poll_completed(self, event: events.PollCompleted) -> None:
        """Make the span of a poll that brought tasks, linked with the traces of those."""
        if not event.tasks:
            return
        parents = [self._parents.of_document(task) for task in event.tasks]
        if not any(parent.trace_flags.sampled for parent in parents):
            return
        span = self._past("poll", "receive", event, links=[Link(parent) for parent in parents])
        span.set_attribute("messaging.batch.message_count", event.tasks_received)
        for task in event.tasks:
            _remember(self._polls, str(task.get("taskId")), span.get_span_context())
        span.end(_nanoseconds(event))

    def on_poll_failure(self, event: events.PollFailure) -> None:
        """Make the span of a poll that failed."""
        span = self._past("poll", "receive", event)
        _failed(span, event.cause)
        span.end(_nanoseconds(event))

    def on_task_update_completed(self, event: events.TaskUpdateCompleted) -> None:
        """Make the span of an update."""
        self._update(event).end(_nanoseconds(event))

    def on_task_update_failure(self, event: events.TaskUpdateFailure) -> None:
        """Make the span of an update that failed for good."""
        span = self._update(event)
        span.set_attribute("conductor.update.tries", event.retry_count)
        _failed(span, event.cause)
        span.end(_nanoseconds(event))

    def _started(self, given: ExecuteInput, parent: context.Context) -> Span:
        polled = given.polled
        poll = self._polls.pop(polled.task_id, None)
        common = _attributes.messaging("execute", "process", polled.task_type, given.worker_id)
        return self._tracer.start_span(
            f"process {polled.task_type}",
            parent,
            SpanKind.CONSUMER,
            {**common, **self._server, **_attributes.execution(given)},
            links=[Link(poll)] if poll is not None else None,
        )

    def _update(self, event: events.TaskUpdateCompleted | events.TaskUpdateFailure) -> Span:
        parent = self._executions.pop(event.task_id, None)
        if parent is None:  # the result waited in the outbox of an earlier process
            parent = self._parents.of_document({"workflowInstanceId": event.workflow_instance_id})
        span = self._past("update", "settle", event, parent=as_parent(parent), worker_id=event.worker_id)
        span.set_attribute("conductor.task.id", event.task_id)
        span.set_attribute("conductor.workflow.id", event.workflow_instance_id)
        span.set_attribute("messaging.message.id", event.task_id)
        span.set_attribute("messaging.message.conversation_id", event.workflow_instance_id)
        return span

    def _past(
        self,
        operation: str,
        kind: str,
        event: events.PollCompleted | events.PollFailure | events.TaskUpdateCompleted | events.TaskUpdateFailure,
        *,
        parent: context.Context | None = None,
        links: list[Link] | None = None,
        worker_id: str = "",
    ) -> Span:
        """Start the span of something that is over: its start is the event's time less its duration."""
        started = _nanoseconds(event) - int(event.duration_ms * 1_000_000)
        return self._tracer.start_span(
            f"{kind} {event.task_type}",
            context.Context() if parent is None else parent,
            SpanKind.CLIENT,
            {**_attributes.messaging(operation, kind, event.task_type, worker_id), **self._server},
            links=links,
            start_time=started,
        )


def _without_key(given: ExecuteInput) -> ExecuteInput:
    """Hide the reserved key from the worker function."""
    values = given.polled.input_data
    if KEY not in values:
        return given
    return given.with_input({name: value for name, value in values.items() if name != KEY})


def _ended(span: Span, result: object) -> None:
    if isinstance(result, TaskResult) and result.status in _FAILED:
        span.set_status(Status(StatusCode.ERROR, result.reason_for_incompletion or str(result.status)))
        span.set_attribute("error.type", str(result.status))


def _failed(span: Span, error: BaseException) -> None:
    span.record_exception(error)
    span.set_attribute("error.type", type(error).__qualname__)
    span.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {error}"))


def _remember(known: OrderedDict[str, SpanContext], key: str, value: SpanContext) -> None:
    known[key] = value
    if len(known) > _REMEMBERED:
        known.popitem(last=False)


def _nanoseconds(event: events.RunnerEvent) -> int:
    return int(event.timestamp.timestamp() * 1_000_000_000)
