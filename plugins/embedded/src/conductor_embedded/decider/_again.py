"""Lets executions that have ended go on: restart, retry, rerun, and the parent of a sub-workflow that goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._state import Execution, TaskState, TaskStatus, WorkflowStatus
from conductor_embedded.decider._effects import ResumeChild
from conductor_embedded.decider._finish import notify_parent
from conductor_embedded.decider._operations import short_name
from conductor_embedded.decider._rerun import begin_again_from
from conductor_embedded.decider._schedule import start_node
from conductor_embedded.errors import Conflict, InvalidRequest, NotFound

if TYPE_CHECKING:
    from conductor_embedded.decider._draft import Draft
    from conductor_embedded.decider._events import Rerun, Restarted, Retried

_WAITING: Final = frozenset({"JOIN", "EXCLUSIVE_JOIN", "DO_WHILE"})
"""Types that go on as they are, where others begin anew."""


def restart(draft: Draft, event: Restarted) -> bool:
    """Begin again with the same input; the variables stay as they are."""
    execution = draft.execution
    _require_end(execution, "restart")
    if not execution.definition.is_restartable:
        raise NotFound(f"Workflow: {short_name(execution)}.{execution.status} is non-restartable")
    execution.definition = event.definition or execution.definition
    _remove_all_tasks(draft)
    execution.create_time = execution.start_time = draft.now_ms
    execution.end_time = execution.last_retried_time = 0
    execution.output = {}
    _reopen(draft)
    return True


def retry(draft: Draft, event: Retried) -> bool:
    """Try the failed tasks once more."""
    del event
    execution = draft.execution
    if not execution.status.is_terminal:
        raise NotFound(f"Workflow is still running.  status={execution.status}")
    failed = _failed_tasks(execution)
    if not failed:
        raise Conflict(
            "There are no retryable tasks! Use restart if you want to attempt entire workflow execution again."
        )
    execution.last_retried_time = draft.now_ms
    for task in failed:
        _try_again(draft, task)
    _reopen(draft)
    return True


def rerun(draft: Draft, event: Rerun) -> bool:
    """Run again from a task, or from the start."""
    execution = draft.execution
    _require_end(execution, "rerun")
    task = None if event.task_id is None else execution.task(event.task_id)
    if event.task_id is not None and task is None:
        raise InvalidRequest(f"Task {event.task_id} not found")
    execution.failed_reference_names = []
    execution.failed_task_names = []
    execution.input = execution.input if event.workflow_input is None else event.workflow_input
    execution.correlation_id = event.correlation_id or execution.correlation_id
    if task is None:
        _remove_all_tasks(draft)
    else:
        begin_again_from(draft, task, event.task_input)
    _reopen(draft)
    return True


def revive(draft: Draft, task: TaskState) -> bool:
    """Let an execution go on because the sub-workflow of one of its tasks does; tells whether anything has changed.

    The tasks that were canceled with it begin again under their ids, and their sub-workflows go on too.
    """
    if task.is_open or task.status is TaskStatus.COMPLETED_WITH_ERRORS:
        return False
    execution = draft.execution
    for other in _failed_tasks(execution):
        if other.task_id != task.task_id:
            _repair(draft, other)
    mine = draft.edit(task)
    _open_again(mine)
    mine.update_time = draft.now_ms
    execution.failed_reference_names = []
    execution.failed_task_names = []
    execution.last_retried_time = draft.now_ms
    _reopen(draft)
    return True


def _try_again(draft: Draft, task: TaskState) -> None:
    node = draft.execution.node(task.reference_name)
    if node is None:
        return
    mine = draft.edit(task)
    if task.task_type in _WAITING:
        is_new_try = task.status is not TaskStatus.CANCELED or task.task_type == "EXCLUSIVE_JOIN"
        mine.retry_count += 1 if is_new_try else 0
        mine.status = TaskStatus.IN_PROGRESS
        mine.executed = False
        return
    mine.retried = mine.executed = True
    known = set(draft.changed)
    start_node(draft, node, mine)
    for attempt in draft.changed.values():
        if attempt.task_id not in known:
            attempt.reason = None


def _repair(draft: Draft, task: TaskState) -> None:
    mine = draft.edit(task)
    if task.sub_workflow_id is not None:
        _open_again(mine)
        draft.effects.append(ResumeChild(task.sub_workflow_id, draft.now_ms))
        return
    if task.task_type in _WAITING:
        _open_again(mine)
        return
    mine.retry_count += 1
    mine.status = TaskStatus.SCHEDULED
    mine.reason = mine.worker_id = mine.wake_at = None
    mine.retried = mine.executed = False
    mine.poll_count = mine.start_time = mine.end_time = 0
    mine.scheduled_time = mine.available_at = draft.now_ms
    system_task = draft.context.system_tasks.get(task.task_type)
    if system_task is not None:
        system_task.reset(draft, mine)


def _open_again(mine: TaskState) -> None:
    mine.status = TaskStatus.IN_PROGRESS
    mine.reason = None
    mine.end_time = 0
    mine.executed = False


def _reopen(draft: Draft) -> None:
    execution = draft.execution
    if execution.status is not WorkflowStatus.PAUSED:
        execution.status = WorkflowStatus.RUNNING
    execution.reason = None
    execution.failed_task_id = None
    notify_parent(draft)


def _require_end(execution: Execution, verb: str) -> None:
    if not execution.status.is_terminal:
        raise Conflict(
            f"Workflow: {short_name(execution)}.{execution.status} is not in terminal state, unable to {verb}."
        )


def _remove_all_tasks(draft: Draft) -> None:
    for task in tuple(draft.execution.tasks):
        draft.remove(task)
    draft.execution.next_seq = 1


def _failed_tasks(execution: Execution) -> list[TaskState]:
    newest = {task.reference_name: task for task in execution.tasks}
    return [task for task in newest.values() if task.status.is_failure and not task.retried]
