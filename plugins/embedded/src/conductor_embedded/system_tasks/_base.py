"""What a task type of the engine is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from conductor_embedded._state import TaskStatus
from conductor_embedded.decider._schedule import new_task
from conductor_embedded.errors import InvalidRequest

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded._state import TaskState
    from conductor_embedded._values import Document
    from conductor_embedded.decider._draft import Draft


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of a job.

    Attributes:
        status: Of the task: IN_PROGRESS leaves it open for somebody else.
        output: Of the task.
        reason: Why it has failed.
    """

    status: TaskStatus
    output: Document
    reason: str | None = None


class SystemTask(ABC):
    """A task type that the engine runs itself.

    Its methods are part of a decision: they change the draft and nothing else, do no I/O and ask no clock. The smallest
    complete one:

        class Pass(SystemTask):
            type = "ACME_PASS"

            def execute(self, draft, task):
                draft.end_task(task, TaskStatus.COMPLETED)
                return True

    Give it to the engine through the hook `conductor_embedded_system_tasks`.
    """

    type: ClassVar[str]
    """The type in workflow definitions, and of the task unless `schedule` says otherwise."""
    is_retriable: ClassVar[bool] = True
    """Whether a failed attempt is repeated as its task definition says."""
    schedules_others: ClassVar[bool] = False
    """Whether `schedule` makes tasks of other nodes too."""
    is_replacement: ClassVar[bool] = False
    """Whether it takes the place of a plainer one of the same type, as a plugin's may of the engine's own."""

    def schedule(self, draft: Draft, node: TaskNode, previous: TaskState | None, delay_seconds: int) -> None:
        """Make the task; by default one that is SCHEDULED until `execute` has looked at it.

        Args:
            draft: The decision; `conductor_embedded.decider.new_task` adds a task to it.
            node: The task in the workflow definition.
            previous: The attempt that this one repeats, if any.
            delay_seconds: How long a repeated attempt has to wait.
        """
        new_task(draft, node, previous, delay_seconds=delay_seconds)

    @abstractmethod
    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Look at an open task; called in every decision until the task has ended.

        Returns:
            True when anything has changed. `draft.edit(task)` gives the task to change, `draft.end_task` ends it.

        Raises:
            WorkflowEnds: The task ends the execution.
        """

    async def run(self, task: TaskState) -> JobResult:
        """Do what takes time, beside the engine: asked for by the effect `StartJob`, on the engine's event loop.

        It may be done twice when the process ends in between.
        """
        raise NotImplementedError(f"{type(self).__name__} has no jobs, but asked for one for {task.task_id}")

    def next_reference(self, node: TaskNode, task: TaskState) -> str | None:
        """Return the reference name of what follows the task when it has ended."""
        del task
        return node.next_reference

    def is_remade(self, values: Document) -> bool:
        """Tell whether a rerun from a task with this input makes the task anew, with those of other nodes."""
        del values
        return self.schedules_others

    def complete(self, draft: Draft, node: TaskNode, task: TaskState) -> None:  # noqa: B027 - most types make no others
        """Make those of the other nodes' tasks that are not there, after a rerun has removed some."""

    def cancel(  # noqa: B027 - most types have nothing to do
        self, draft: Draft, task: TaskState, reason: str | None
    ) -> None:
        """Do what is needed when the task was canceled because the execution has ended with this reason."""

    def reported(self, draft: Draft, task: TaskState) -> None:  # noqa: B027 - most types have nothing to do
        """Do what is needed when somebody has reported on the task; `task` may be changed, and may have ended."""

    def receive(self, draft: Draft, task: TaskState, message: Document) -> None:
        """Read what a route says to the task through `EngineApi.send_to_task`; the task may have ended.

        Raises:
            EngineError: The message does not fit the task's state; nothing is changed.
        """
        del draft, message
        raise InvalidRequest(f"Task {task.task_id} is of type {task.task_type}, which takes no messages")

    def reset(self, draft: Draft, task: TaskState) -> None:  # noqa: B027 - most types have nothing to do
        """Do what is needed when a rerun has put the task back to SCHEDULED."""


def begin(draft: Draft, task: TaskState) -> bool:
    """Set a task that waits for something to IN_PROGRESS; tells whether it was not yet."""
    if task.status is not TaskStatus.SCHEDULED:
        return False
    mine = draft.edit(task)
    mine.status = TaskStatus.IN_PROGRESS
    mine.start_time = mine.start_time or draft.now_ms
    mine.callback_after_seconds = 0
    return True
