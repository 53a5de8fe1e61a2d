"""What is written in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conductor_embedded.decider import Effect

if TYPE_CHECKING:
    from conductor_embedded._definitions import WorkflowDefinition
    from conductor_embedded._state import Execution, TaskState


@dataclass(slots=True)
class ExecutionChange:
    """The new state of one execution and of those of its tasks that changed.

    `whole` says that the execution itself changed, not only its tasks and the time it wants to be looked at.
    """

    execution: Execution
    tasks: tuple[TaskState, ...]
    removed: frozenset[str]
    wake_ms: int | None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class StoredEffect:
    """An effect that is still to be done, by its number in the store."""

    number: int
    effect: Effect


@dataclass(frozen=True, slots=True)
class PollRecord:
    """Who polled a queue last, and when (epoch milliseconds)."""

    queue: str
    task_type: str
    domain: str | None
    worker_id: str | None
    last_poll_time: int


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task in a queue or with a worker. `unconfirmed` says that it was handed out, but maybe not delivered."""

    task: TaskState
    workflow_id: str
    priority: int
    unconfirmed: bool
    definition: WorkflowDefinition


@dataclass(slots=True)
class Batch:
    """Changes that are stored together or not at all.

    `done` are numbers of effects that have been done, `unconfirmed` ids of tasks that are being handed out with this
    batch, and `logs` lines of (task id, text, epoch milliseconds).
    """

    changes: list[ExecutionChange] = field(default_factory=list[ExecutionChange])
    effects: list[Effect] = field(default_factory=list[Effect])
    done: list[int] = field(default_factory=list[int])
    logs: list[tuple[str, str, int]] = field(default_factory=list[tuple[str, str, int]])
    unconfirmed: frozenset[str] = frozenset()
