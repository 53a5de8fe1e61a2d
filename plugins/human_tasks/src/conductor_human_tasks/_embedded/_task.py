"""HUMAN with people: the task type. Everything that happens to such a task is part of a decision of the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from conductor_embedded import SystemTask, TaskState, TaskStatus
from conductor_embedded.routing import Conflict, InvalidRequest
from conductor_embedded.system_tasks import begin
from conductor_human_tasks._embedded._claims import claimant_of
from conductor_human_tasks._embedded._triggers import Watch
from conductor_human_tasks._embedded._work import DEFINITION, Document, Work, as_object, as_objects, turns_of

if TYPE_CHECKING:
    from conductor_embedded.decider import Draft

Action: TypeAlias = Callable[["Draft", TaskState, Work, Mapping[str, object]], None]


class PersonsTask(SystemTask):
    """Waits for a person: has assignees one after the other, and at most one claimant."""

    type: ClassVar[str] = "HUMAN"
    is_replacement: ClassVar[bool] = True

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Begin to wait, or let the next assignee's turn begin."""
        if begin(draft, task):
            mine, work = draft.edit(task), Work()
            with Watch(draft, mine, work, is_new=True):
                work.begin(turns_of(definition_of(mine)), draft.now_ms)
            return True
        if task.wake_at is None or task.wake_at > draft.now_ms:
            return False
        mine = draft.edit(task)
        work = Work.of(mine.extra)
        with Watch(draft, mine, work):
            work.next_turn(draft.now_ms)
            if work.is_out_of_turns and definition_of(mine).get("assignmentCompletionStrategy") == "TERMINATE":
                draft.end_task(mine, TaskStatus.TIMED_OUT, reason="Nobody has claimed the task in time")
        return True

    def reported(self, draft: Draft, task: TaskState) -> None:
        """Note a report that came by the API of tasks."""
        with Watch(draft, task, Work.of(task.extra), before=TaskStatus.IN_PROGRESS):
            pass

    def receive(self, draft: Draft, task: TaskState, message: Mapping[str, object]) -> None:
        """Do what a route asks for.

        Raises:
            Conflict: the task's state does not allow it.
            EngineError: it is somebody else's turn.
        """
        action = str(message["do"])
        if task.is_open == (action == "forget"):
            state = Work.of(task.extra).state(task.status)
            hint = "only a task that has ended can be deleted" if task.is_open else "it can no longer be changed"
            raise Conflict(f"Human task {task.task_id} is {state}: {hint}")
        mine, work = draft.edit(task), Work.of(task.extra)
        with Watch(draft, mine, work):
            _ACTIONS[action](draft, mine, work, message)

    def reset(self, draft: Draft, task: TaskState) -> None:
        """Forget who worked on it: a rerun begins from the first assignee."""
        del draft
        task.extra = {}


def definition_of(task: TaskState) -> Document:
    """Return what the workflow definition says about the task as a person's."""
    return as_object(task.input.get(DEFINITION))


def _claim(_draft: Draft, task: TaskState, work: Work, message: Mapping[str, object]) -> None:
    work.claim(claimant_of(work, message, task.task_id))


def _release(draft: Draft, task: TaskState, work: Work, _message: Mapping[str, object]) -> None:
    _require_claim(task, work, "there is nothing to release")
    work.release(draft.now_ms)


def _reassign(draft: Draft, task: TaskState, work: Work, message: Mapping[str, object]) -> None:
    turns = as_objects(message.get("assignments"))
    if not turns or any(not as_object(turn.get("assignee")).get("user") for turn in turns):
        raise InvalidRequest("assignments must name at least one assignee, and a user in each")
    if work.claimant is not None:
        raise Conflict(f"Human task {task.task_id} is claimed; it must be released before it is reassigned")
    work.begin(turns, draft.now_ms)


def _update(draft: Draft, task: TaskState, work: Work, message: Mapping[str, object]) -> None:
    if message.get("unclaimed") is not True:
        _require_claim(task, work, "claim it first")
    task.output = {**task.output, **as_object(message.get("output"))}
    task.update_time = draft.now_ms
    if message.get("complete") is True:
        draft.end_task(task, TaskStatus.COMPLETED)


def _skip(draft: Draft, task: TaskState, _work: Work, message: Mapping[str, object]) -> None:
    reason = message.get("reason")
    draft.end_task(task, TaskStatus.SKIPPED, reason=None if reason is None else str(reason))


def _forget(_draft: Draft, _task: TaskState, work: Work, _message: Mapping[str, object]) -> None:
    work.is_forgotten = True


def _require_claim(task: TaskState, work: Work, hint: str) -> None:
    if work.claimant is None:
        raise Conflict(f"Human task {task.task_id} is not claimed: {hint}")


_ACTIONS: Final[Mapping[str, Action]] = {
    "claim": _claim,
    "release": _release,
    "reassign": _reassign,
    "update": _update,
    "skip": _skip,
    "forget": _forget,
}
