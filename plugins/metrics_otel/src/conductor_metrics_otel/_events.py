"""From events of the task runner to metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_core.errors import ApiError
from conductor_metrics_otel import _names as names

if TYPE_CHECKING:
    from conductor_core import events
    from conductor_metrics_otel._recorder import Recorder

TOGETHER: Final = 64
"""Events whose measurements are recorded together; an SDK holds up the loop for about a millisecond with them."""


class MetricsListener:
    """Counts and measures what the task runner tells.

    Polls and updates are requests too: they count for the metric of requests as well.

    Args:
        recorder: where measurements go.
        measure_payloads: measure the inputs of workflows that are started.
    """

    def __init__(self, recorder: Recorder, *, measure_payloads: bool = True) -> None:
        self._recorder = recorder
        self._measure_payloads = measure_payloads
        self._record = recorder.record
        self._by_type: dict[str, _OfType] = {}
        self._untaken = 0

    def on_poll_started(self, event: events.PollStarted) -> None:
        """Count a poll."""
        self._of(event).polls(1)

    def on_poll_completed(self, event: events.PollCompleted) -> None:
        """Measure a poll."""
        seconds, kept = event.duration_ms / 1000, self._of(event)
        kept.poll_time(seconds)
        kept.poll_request(seconds)

    def on_poll_failure(self, event: events.PollFailure) -> None:
        """Count and measure a failed poll."""
        seconds = event.duration_ms / 1000
        self._record(names.POLL_ERRORS, 1, (event.task_type, type(event.cause).__name__))
        self._record(names.POLL_TIME, seconds, (event.task_type, names.FAILURE))
        self._record(names.API_TIME, seconds, (*names.POLL_REQUEST, status_of(event.cause)))

    def on_task_paused(self, event: events.TaskPaused) -> None:
        """Count a poll that was left out."""
        self._record(names.PAUSED, 1, (event.task_type,))

    def on_task_queue_full(self, event: events.TaskQueueFull) -> None:
        """Count a poll that was left out."""
        self._record(names.QUEUE_FULL, 1, (event.task_type,))

    def on_worker_restarted(self, event: events.WorkerRestarted) -> None:
        """Count a death and the start after it."""
        self._record(names.RESTARTS, 1, (event.task_type,))
        if event.cause is not None:
            self._record(names.UNCAUGHT, 1, (type(event.cause).__name__,))

    def on_task_execution_started(self, event: events.TaskExecutionStarted) -> None:
        """Count an execution that begins."""
        kept = self._of(event)
        kept.started(1)
        kept.active(1)

    def on_task_execution_completed(self, event: events.TaskExecutionCompleted) -> None:
        """Measure an execution and its result."""
        kept = self._of(event)
        kept.active(-1)
        kept.execute_time(event.duration_ms / 1000)
        kept.result_size(event.output_size_bytes)

    def on_task_execution_failure(self, event: events.TaskExecutionFailure) -> None:
        """Count and measure an execution that failed."""
        self._of(event).active(-1)
        self._record(names.EXECUTE_ERRORS, 1, (event.task_type, type(event.cause).__name__))
        self._record(names.EXECUTE_TIME, event.duration_ms / 1000, (event.task_type, names.FAILURE))

    def on_task_update_completed(self, event: events.TaskUpdateCompleted) -> None:
        """Measure an update."""
        seconds, kept = event.duration_ms / 1000, self._of(event)
        kept.update_time(seconds)
        kept.update_request(seconds)

    def on_task_update_failure(self, event: events.TaskUpdateFailure) -> None:
        """Count and measure an update that failed for good."""
        seconds = event.duration_ms / 1000
        self._record(names.UPDATE_ERRORS, 1, (event.task_type, type(event.cause).__name__))
        self._record(names.UPDATE_TIME, seconds, (event.task_type, names.FAILURE))
        self._record(names.API_TIME, seconds, (*names.UPDATE_REQUEST, status_of(event.cause)))

    def on_task_payload_used(self, event: events.TaskPayloadUsed) -> None:
        """Count an input or output that is kept outside of the server."""
        self._record(names.EXTERNAL_PAYLOADS, 1, (event.task_type, event.operation, event.payload_type))

    def on_workflow_started(self, event: events.WorkflowStarted) -> None:
        """Count a start that failed."""
        if event.cause is not None:
            self._record(names.START_ERRORS, 1, (event.name, type(event.cause).__name__))

    def on_workflow_input_payload_size(self, event: events.WorkflowInputPayloadSize) -> None:
        """Measure the input of a workflow that was started."""
        if self._measure_payloads:
            version = "" if event.version is None else str(event.version)
            self._record(names.INPUT_SIZE, event.size_bytes, (event.name, version))

    def on_workflow_payload_used(self, event: events.WorkflowPayloadUsed) -> None:
        """Count an input or output that is kept outside of the server."""
        self._record(names.EXTERNAL_PAYLOADS, 1, (event.name, event.operation, event.payload_type))

    def _of(self, event: events.RunnerEvent) -> _OfType:
        """Return what notes the measurements of a type; now and then those of all types are recorded first."""
        self._untaken += 1
        if self._untaken >= TOGETHER:
            self._untaken = 0
            self._recorder.settle()
        found = self._by_type.get(event.task_type)
        if found is None:
            found = self._by_type[event.task_type] = _OfType(self._recorder, event.task_type)
        return found


class _OfType:
    """What every task of one type is counted and measured with, looked up once."""

    __slots__ = (
        "active",
        "execute_time",
        "poll_request",
        "poll_time",
        "polls",
        "result_size",
        "started",
        "update_request",
        "update_time",
    )

    def __init__(self, recorder: Recorder, task_type: str) -> None:
        only, well = (task_type,), (task_type, names.SUCCESS)
        self.polls = recorder.noted(names.POLLS, only)
        self.poll_time = recorder.noted(names.POLL_TIME, well)
        self.poll_request = recorder.noted(names.API_TIME, (*names.POLL_REQUEST, "200"))
        self.started = recorder.noted(names.STARTED, only)
        self.active = recorder.noted(names.ACTIVE, only)
        self.execute_time = recorder.noted(names.EXECUTE_TIME, well)
        self.result_size = recorder.noted(names.RESULT_SIZE, only)
        self.update_time = recorder.noted(names.UPDATE_TIME, well)
        self.update_request = recorder.noted(names.API_TIME, (*names.UPDATE_REQUEST, "200"))


def status_of(error: BaseException) -> str:
    """Return the status label of a request that failed."""
    return str(error.status) if isinstance(error, ApiError) else names.NETWORK_FAILURE
