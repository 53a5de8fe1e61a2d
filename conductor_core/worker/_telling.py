"""Makes the events of the task runner; loaded when somebody listens to one that happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from conductor_core import events

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from conductor_core.models import TaskResult
    from conductor_core.worker._config import WorkerConfig
    from conductor_core.worker._polled import PolledTask

    Emit: TypeAlias = Callable[[events.Event], Awaitable[None]]
    Told: TypeAlias = Awaitable[None]


class Teller:
    """Makes one event for each method, and hands it on; to be awaited.

    Args:
        emit: tells whoever listens.
    """

    def __init__(self, emit: Emit) -> None:
        self._emit = emit

    def poll_started(self, config: WorkerConfig, count: int) -> Told:
        """Tell that a poll is about to be sent."""
        return self._emit(events.PollStarted(task_type=config.name, worker_id=config.worker_id, poll_count=count))

    def poll_completed(self, task_type: str, documents: tuple[Mapping[str, object], ...], duration_ms: float) -> Told:
        """Tell that a poll was answered."""
        return self._emit(
            events.PollCompleted(
                task_type=task_type, duration_ms=duration_ms, tasks_received=len(documents), tasks=documents
            )
        )

    def poll_failed(self, task_type: str, error: BaseException, duration_ms: float) -> Told:
        """Tell that a poll failed."""
        return self._emit(events.PollFailure(task_type=task_type, duration_ms=duration_ms, cause=error))

    def paused(self, task_type: str) -> Told:
        """Tell that a paused runner sent no poll."""
        return self._emit(events.TaskPaused(task_type=task_type))

    def queue_full(self, task_type: str) -> Told:
        """Tell that a runner has no free slot."""
        return self._emit(events.TaskQueueFull(task_type=task_type))

    def worker_restarted(self, task_type: str, restarts: int, cause: BaseException | None) -> Told:
        """Tell that a poll loop is started again."""
        return self._emit(events.WorkerRestarted(task_type=task_type, restarts=restarts, cause=cause))

    def workers_stopped(self) -> Told:
        """Tell that nothing follows."""
        return self._emit(events.WorkersStopped())

    def execution_started(self, config: WorkerConfig, task: PolledTask) -> Told:
        """Tell that a worker function is about to run."""
        return self._emit(
            events.TaskExecutionStarted(
                task_type=config.name,
                task_id=task.task_id,
                worker_id=config.worker_id,
                workflow_instance_id=task.workflow_instance_id,
            )
        )

    def execution_completed(self, config: WorkerConfig, task: PolledTask, duration_ms: float, size: int) -> Told:
        """Tell that a worker function returned an output of so many bytes."""
        return self._emit(
            events.TaskExecutionCompleted(
                task_type=config.name,
                task_id=task.task_id,
                worker_id=config.worker_id,
                workflow_instance_id=task.workflow_instance_id,
                duration_ms=duration_ms,
                output_size_bytes=size,
            )
        )

    def execution_failed(
        self, config: WorkerConfig, task: PolledTask, duration_ms: float, cause: BaseException
    ) -> Told:
        """Tell that a worker function raised, or could not be called."""
        return self._emit(
            events.TaskExecutionFailure(
                task_type=config.name,
                task_id=task.task_id,
                worker_id=config.worker_id,
                workflow_instance_id=task.workflow_instance_id,
                cause=cause,
                duration_ms=duration_ms,
            )
        )

    def result_size(self, task_type: str, size: int) -> Told:
        """Tell how many bytes an output has that is about to be sent."""
        return self._emit(events.TaskResultPayloadSize(task_type=task_type, size_bytes=size))

    def payload_used(
        self, task_type: str, operation: Literal["READ", "WRITE"], payload_type: Literal["TASK_INPUT", "TASK_OUTPUT"]
    ) -> Told:
        """Tell that an input or output is kept outside of the server."""
        return self._emit(events.TaskPayloadUsed(task_type=task_type, operation=operation, payload_type=payload_type))

    def update_completed(self, task_type: str, worker_id: str, task: PolledTask, duration_ms: float) -> Told:
        """Tell that the server took a result."""
        return self._emit(
            events.TaskUpdateCompleted(
                task_type=task_type,
                task_id=task.task_id,
                worker_id=worker_id,
                workflow_instance_id=task.workflow_instance_id,
                duration_ms=duration_ms,
            )
        )

    def update_failed(
        self,
        task_type: str,
        worker_id: str,
        task: PolledTask,
        *,
        result: TaskResult,
        cause: BaseException,
        tries: int,
        duration_ms: float,
    ) -> Told:
        """Tell that the last try to report a result failed."""
        return self._emit(
            events.TaskUpdateFailure(
                task_type=task_type,
                task_id=task.task_id,
                worker_id=worker_id,
                workflow_instance_id=task.workflow_instance_id,
                cause=cause,
                retry_count=tries,
                task_result=result,
                duration_ms=duration_ms,
            )
        )
