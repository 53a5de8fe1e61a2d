"""What users do with whole executions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._state import Execution, TaskState, TaskStatus, WorkflowStatus
from conductor_embedded.decider._draft import Draft, WorkflowEnds
from conductor_embedded.decider._finish import finish, notify_parent
from conductor_embedded.decider._schedule import start_node
from conductor_embedded.errors import Conflict, InternalError, InvalidRequest, NotFound

if TYPE_CHECKING:
    from conductor_embedded.decider._events import (
        CallbacksReset,
        Paused,
        Rerun,
        Restarted,
        Resumed,
        Retried,
        TaskSkipped,
        Terminated,
    )

_FAILED = frozenset(
    {TaskStatus.FAILED, TaskStatus.FAILED_WITH_TERMINAL_ERROR, TaskStatus.TIMED_OUT, TaskStatus.CANCELED}
)


def short_name(execution: Execution) -> str:
    """Return how messages name an execution."""
    return f"{execution.definition.name}.{execution.definition.version}/{execution.workflow_id}"


def pause(draft: Draft, event: Paused) -> bool:
    """Schedule nothing more until the execution is resumed."""
    del event
    execution = draft.execution
    if execution.status.is_terminal:
        raise Conflict(f"Workflow {short_name(execution)} has ended, status cannot be updated.")
    execution.status = WorkflowStatus.PAUSED
    return False


def resume(draft: Draft, event: Resumed) -> bool:
    """Go on after a pause."""
    del event
    execution = draft.execution
    if execution.status is not WorkflowStatus.PAUSED:
        raise InternalError(
            f"The workflow {execution.workflow_id} is not PAUSED so cannot resume. Current status is {execution.status}"
        )
    execution.status = WorkflowStatus.RUNNING
    execution.last_retried_time = draft.now_ms
    return True


def terminate(draft: Draft, event: Terminated) -> bool:
    """End an execution; one that has failed or was terminated before stays as it is."""
    execution = draft.execution
    if execution.status is WorkflowStatus.COMPLETED:
        raise Conflict("Cannot terminate a COMPLETED workflow.")
    if not execution.status.is_terminal:
        finish(draft, WorkflowEnds(WorkflowStatus.TERMINATED, event.reason, runs_failure_workflow=False))
    return False


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
    _reopen_execution(draft)
    return True


def retry(draft: Draft, event: Retried) -> bool:
    """Try the failed tasks once more."""
    del event
    execution = draft.execution
    if not execution.status.is_terminal:
        raise NotFound(f"Workflow is still running.  status={execution.status}")
    if not _retriable_tasks(execution):
        raise Conflict(
            "There are no retryable tasks! Use restart if you want to attempt entire workflow execution again."
        )
    execution.last_retried_time = draft.now_ms
    reopen(draft)
    return True


def reopen(draft: Draft) -> None:
    """Let an execution that has ended go on: joins wait again, other failed tasks are tried once more."""
    for task in _retriable_tasks(draft.execution):
        node = draft.execution.node(task.reference_name)
        if node is None:
            continue
        mine = draft.edit(task)
        if task.task_type in {"JOIN", "DO_WHILE"}:
            mine.status = TaskStatus.IN_PROGRESS
            mine.reason = None
            mine.end_time = 0
            continue
        mine.retried = mine.executed = True
        known = set(draft.changed)
        start_node(draft, node, mine)
        for attempt in draft.changed.values():
            if attempt.task_id not in known:
                attempt.reason = None
    _reopen_execution(draft)


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
        for later in [other for other in execution.tasks if other.seq > task.seq]:
            draft.remove(later)
        execution.next_seq = task.seq + 1
        _reset(draft, task, event)
        _complete_forks(draft)
    _reopen_execution(draft)
    return True


def skip_task(draft: Draft, event: TaskSkipped) -> bool:
    """Mark a task as skipped before its turn."""
    execution = draft.execution
    name = event.reference_name
    if execution.status is not WorkflowStatus.RUNNING:
        raise InternalError(
            f"The workflow {execution.workflow_id} is not running so the task referenced by {name} cannot be skipped"
        )
    node = execution.node(name)
    if node is None:
        raise InternalError(
            f"The task referenced by {name} does not exist in the WorkflowDefinition {execution.definition.name}"
        )
    if execution.latest(name) is not None:
        raise InternalError(f"The task referenced {name} has already been processed, cannot be skipped")
    skipped = TaskState(
        task_id=draft.context.new_id(),
        reference_name=name,
        task_type=node.name if node.type == "SIMPLE" else node.type,
        definition_name=node.name,
        status=TaskStatus.SKIPPED,
        seq=0,
        input=event.input,
        output=event.output,
        scheduled_time=draft.now_ms,
        end_time=draft.now_ms,
    )
    draft.add(skipped, first=True)
    return True


def reset_callbacks(draft: Draft, event: CallbacksReset) -> bool:
    """Make delayed tasks pollable at once."""
    del event
    execution = draft.execution
    if execution.status.is_terminal:
        raise Conflict(f"Workflow is in terminal state. Status = {execution.status}")
    for task in draft.open_tasks():
        if task.status is TaskStatus.SCHEDULED and task.queue is not None and task.available_at > draft.now_ms:
            mine = draft.edit(task)
            mine.callback_after_seconds = 0
            mine.available_at = draft.now_ms
    return False


def _require_end(execution: Execution, verb: str) -> None:
    if not execution.status.is_terminal:
        raise Conflict(
            f"Workflow: {short_name(execution)}.{execution.status} is not in terminal state, unable to {verb}."
        )


def _reopen_execution(draft: Draft) -> None:
    execution = draft.execution
    execution.status = WorkflowStatus.RUNNING
    execution.reason = None
    execution.failed_task_id = None
    notify_parent(draft)


def _remove_all_tasks(draft: Draft) -> None:
    for task in tuple(draft.execution.tasks):
        draft.remove(task)
    draft.execution.next_seq = 1


def _retriable_tasks(execution: Execution) -> list[TaskState]:
    newest = {task.reference_name: task for task in execution.tasks}
    return [task for task in newest.values() if task.status in _FAILED and not task.retried]


def _complete_forks(draft: Draft) -> None:
    # A rerun from inside a branch has removed the join, and the branches behind this one.
    for task in tuple(draft.execution.tasks):
        node = draft.execution.node(task.reference_name)
        system_task = None if node is None else draft.context.system_tasks.get(node.type)
        if node is not None and system_task is not None:
            system_task.complete(draft, node, task)


def _reset(draft: Draft, task: TaskState, event: Rerun) -> None:
    node = draft.execution.node(task.reference_name)
    system_task = None if node is None else draft.context.system_tasks.get(node.type)
    if node is not None and system_task is not None and system_task.schedules_others:
        # Its branches are made with it, so it is made anew.
        draft.remove(task)
        draft.execution.next_seq = task.seq
        start_node(draft, node)
        return
    mine = draft.edit(task)
    mine.status = TaskStatus.SCHEDULED
    mine.input = mine.input if event.task_input is None else event.task_input
    mine.output = {}
    mine.retried = mine.executed = False
    mine.poll_count = mine.start_time = mine.end_time = mine.start_delay_seconds = 0
    mine.callback_after_seconds = 0
    mine.scheduled_time = mine.first_scheduled_time = mine.available_at = mine.update_time = draft.now_ms
    mine.sub_workflow_id = mine.wake_at = None
    if system_task is not None:
        system_task.reset(draft, mine)
