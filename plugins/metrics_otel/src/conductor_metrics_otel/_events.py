"""From events of the task runner to metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.errors import ApiError
from conductor_metrics_otel import _names as names

if TYPE_CHECKING:
    from conductor_core import events
    from conductor_metrics_otel._recorder import Recorder

_POLL = ("GET", "/tasks/poll/batch/{tasktype}")
_UPDATE = ("POST", "/tasks/update-v2")


class MetricsListener:
    """Counts and measures what the task runner tells.

    Polls and updates are requests too: they count for the metric of requests as well.

    Args:
        recorder: where measurements go.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._record = recorder.record

    def on_poll_started(self, event: events.PollStarted) -> None:
        """Count a poll."""
        self._record(names.POLLS, 1, (event.task_type,))

    def on_poll_completed(self, event: events.PollCompleted) -> None:
        """Measure a poll."""
        seconds = event.duration_ms / 1000
        self._record(names.POLL_TIME, seconds, (event.task_type, names.SUCCESS))
        self._record(names.API_TIME, seconds, (*_POLL, "200"))

    def on_poll_failure(self, event: events.PollFailure) -> None:
        """Count and measure a failed poll."""
        seconds = event.duration_ms / 1000
        self._record(names.POLL_ERRORS, 1, (event.task_type, type(event.cause).__name__))
        self._record(names.POLL_TIME, seconds, (event.task_type, names.FAILURE))
        self._record(names.API_TIME, seconds, (*_POLL, status_of(event.cause)))

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
        self._record(names.STARTED, 1, (event.task_type,))
        self._record(names.ACTIVE, 1, (event.task_type,))

    def on_task_execution_completed(self, event: events.TaskExecutionCompleted) -> None:
        """Measure an execution and its result."""
        self._record(names.ACTIVE, -1, (event.task_type,))
        self._record(names.EXECUTE_TIME, event.duration_ms / 1000, (event.task_type, names.SUCCESS))
        self._record(names.RESULT_SIZE, event.output_size_bytes, (event.task_type,))

    def on_task_execution_failure(self, event: events.TaskExecutionFailure) -> None:
        """Count and measure an execution that failed."""
        self._record(names.ACTIVE, -1, (event.task_type,))
        self._record(names.EXECUTE_ERRORS, 1, (event.task_type, type(event.cause).__name__))
        self._record(names.EXECUTE_TIME, event.duration_ms / 1000, (event.task_type, names.FAILURE))

    def on_task_update_completed(self, event: events.TaskUpdateCompleted) -> None:
        """Measure an update."""
        seconds = event.duration_ms / 1000
        self._record(names.UPDATE_TIME, seconds, (event.task_type, names.SUCCESS))
        self._record(names.API_TIME, seconds, (*_UPDATE, "200"))

    def on_task_update_failure(self, event: events.TaskUpdateFailure) -> None:
        """Count and measure an update that failed for good."""
        seconds = event.duration_ms / 1000
        self._record(names.UPDATE_ERRORS, 1, (event.task_type, type(event.cause).__name__))
        self._record(names.UPDATE_TIME, seconds, (event.task_type, names.FAILURE))
        self._record(names.API_TIME, seconds, (*_UPDATE, status_of(event.cause)))


def status_of(error: BaseException) -> str:
    """Return the status label of a request that failed."""
    return str(error.status) if isinstance(error, ApiError) else names.NETWORK_FAILURE
