"""What listeners are told: one frozen dataclass per event of the task runner, and of clients.

Field names are those of the official SDKs, so listeners written for them read the same. Durations are
float milliseconds on a monotonic clock, timestamps are UTC. Fields may be added, never removed.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core.models import TaskResult


_now = functools.partial(datetime.now, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event carries."""

    hook: ClassVar[str]
    timestamp: datetime = field(default_factory=_now)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerEvent(Event):
    """What every event of the task runner carries."""

    task_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PollStarted(RunnerEvent):
    """A poll request is about to be sent; ``poll_count`` is the number of tasks asked for."""

    hook: ClassVar[str] = "conductor_on_poll_started"
    worker_id: str
    poll_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PollCompleted(RunnerEvent):
    """A poll was answered."""

    hook: ClassVar[str] = "conductor_on_poll_completed"
    duration_ms: float
    tasks_received: int
    tasks: tuple[Mapping[str, object], ...] = field(default=(), repr=False)
    """The tasks as the server sent them; they are shared with the runner, so leave them as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollFailure(RunnerEvent):
    """A poll failed; the runner backs off and goes on."""

    hook: ClassVar[str] = "conductor_on_poll_failure"
    duration_ms: float
    cause: BaseException


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPaused(RunnerEvent):
    """A paused runner looked, and sent no poll."""

    hook: ClassVar[str] = "conductor_on_task_paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskQueueFull(RunnerEvent):
    """A runner has no free slot and does not poll; told once until one is free again."""

    hook: ClassVar[str] = "conductor_on_task_queue_full"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRestarted(RunnerEvent):
    """A poll loop ended without being asked to, and is started again; ``restarts`` counts since the start."""

    hook: ClassVar[str] = "conductor_on_worker_restarted"
    restarts: int
    cause: BaseException | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEvent(RunnerEvent):
    """What every event about one task carries."""

    task_id: str
    worker_id: str
    workflow_instance_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskExecutionStarted(TaskEvent):
    """The worker function is about to run."""

    hook: ClassVar[str] = "conductor_on_task_execution_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskExecutionCompleted(TaskEvent):
    """The worker function returned; ``output_size_bytes`` is the size of its output as JSON."""

    hook: ClassVar[str] = "conductor_on_task_execution_completed"
    duration_ms: float
    output_size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskExecutionFailure(TaskEvent):
    """The worker function raised, or its input could not be used."""

    hook: ClassVar[str] = "conductor_on_task_execution_failure"
    cause: BaseException
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskUpdateCompleted(TaskEvent):
    """The server took the result."""

    hook: ClassVar[str] = "conductor_on_task_update_completed"
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskUpdateFailure(TaskEvent):
    """The last try to report a result failed; ``task_result`` is the whole result."""

    hook: ClassVar[str] = "conductor_on_task_update_failure"
    cause: BaseException
    retry_count: int
    task_result: TaskResult
    duration_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResultPayloadSize(RunnerEvent):
    """A result is about to be sent; ``size_bytes`` is the size of its output as JSON."""

    hook: ClassVar[str] = "conductor_on_task_result_payload_size"
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPayloadUsed(RunnerEvent):
    """A task's input or output is kept outside of the server: ``READ`` of ``TASK_INPUT``, ``WRITE`` of ``TASK_OUTPUT``."""

    hook: ClassVar[str] = "conductor_on_task_payload_used"
    operation: Literal["READ", "WRITE"]
    payload_type: Literal["TASK_INPUT", "TASK_OUTPUT"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersStopped(Event):
    """All workers of a handler have stopped; the last event, for listeners that have kept something back until now."""

    hook: ClassVar[str] = "conductor_on_workers_stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowEvent(Event):
    """What every event about a call for a workflow carries.

    Attributes:
        name: name of the workflow.
        version: its version; None when the call leaves it to the server.
    """

    name: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowStarted(WorkflowEvent):
    """A client asked for the start of a workflow, with or without success."""

    hook: ClassVar[str] = "conductor_on_workflow_started"
    success: bool
    workflow_id: str | None = None
    cause: BaseException | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowInputPayloadSize(WorkflowEvent):
    """A client started a workflow; ``size_bytes`` is the size of its input as JSON."""

    hook: ClassVar[str] = "conductor_on_workflow_input_payload_size"
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowPayloadUsed(WorkflowEvent):
    """An input or output is kept outside of the server: ``WRITE`` of ``WORKFLOW_INPUT``, ``READ`` of ``WORKFLOW_OUTPUT``."""

    hook: ClassVar[str] = "conductor_on_workflow_payload_used"
    operation: Literal["READ", "WRITE"]
    payload_type: Literal["WORKFLOW_INPUT", "WORKFLOW_OUTPUT"]


EVENT_TYPES: tuple[type[Event], ...] = (
    PollStarted,
    PollCompleted,
    PollFailure,
    TaskPaused,
    TaskQueueFull,
    WorkerRestarted,
    TaskPayloadUsed,
    TaskExecutionStarted,
    TaskExecutionCompleted,
    TaskExecutionFailure,
    TaskResultPayloadSize,
    TaskUpdateCompleted,
    TaskUpdateFailure,
    WorkersStopped,
)
"""Every event class of the task runner, in the order in which one task meets them."""

CLIENT_EVENT_TYPES: tuple[type[WorkflowEvent], ...] = (WorkflowStarted, WorkflowInputPayloadSize, WorkflowPayloadUsed)
"""Every event class of clients; listeners are told them inline, so these are plain functions."""
