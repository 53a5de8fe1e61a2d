"""Workflows that changes of a person's task start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from conductor_embedded.decider import StartWorkflow
from conductor_human_tasks._embedded._work import DEFINITION, Document, as_object, as_objects

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from conductor_embedded import TaskState, TaskStatus
    from conductor_embedded.decider import Draft
    from conductor_human_tasks._embedded._work import Work


class Watch:
    """Writes a change of a task's work into the draft when its block ends, and asks for what the change triggers.

    Args:
        draft: the decision.
        task: the task, as the decision may change it.
        work: its work, which the block changes.
        is_new: whether the task did not exist for people before.
        before: the task's status before the change; as it is now unless told otherwise.
    """

    def __init__(
        self, draft: Draft, task: TaskState, work: Work, *, is_new: bool = False, before: TaskStatus | None = None
    ) -> None:
        self._draft = draft
        self._task = task
        self._work = work
        self._state = None if is_new else work.state(before or task.status)
        self._is_new = is_new
        self._assignee = work.assignee
        self._claimant = work.claimant

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            return
        work, task = self._work, self._task
        work.changed = self._draft.now_ms
        work.changed_by = None if work.claimant is None else str(work.claimant.get("user"))
        task.extra = work.to_extra()
        task.wake_at = work.turn_ends if task.is_open else None
        happened = set(self._happened())
        definition = as_object(task.input.get(DEFINITION))
        for trigger in as_objects(definition.get("taskTriggers")):
            if trigger.get("triggerType") in happened:
                self._start(as_object(trigger.get("startWorkflowRequest")))

    def _happened(self) -> Iterator[str]:
        work = self._work
        state = work.state(self._task.status)
        if state != self._state:
            yield state
        if not self._is_new and work.assignee != self._assignee:
            yield "ASSIGNEE_CHANGED"
        if work.claimant != self._claimant:
            yield "CLAIMANT_CHANGED"

    def _start(self, request: Document) -> None:
        if request.get("name"):
            self._draft.effects.append(
                StartWorkflow(self._draft.execution.workflow_id, "", self._draft.now_ms, request)
            )
