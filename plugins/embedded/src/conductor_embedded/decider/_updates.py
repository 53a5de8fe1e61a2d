"""What workers, users and sub-workflows report on tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._json import is_list
from conductor_embedded._state import TaskState, TaskStatus, WorkflowStatus
from conductor_embedded.decider._again import revive
from conductor_embedded.decider._finish import FAILURE_WORKFLOW
from conductor_embedded.decider._operations import short_name
from conductor_embedded.errors import Conflict, InvalidRequest, NotFound

if TYPE_CHECKING:
    from conductor_embedded.decider._draft import Draft
    from conductor_embedded.decider._events import (
        ChildChanged,
        ChildRefused,
        ChildStarted,
        FailureWorkflowRefused,
        TaskAddressed,
        TaskReturned,
        TasksTaken,
        TaskUpdated,
        VariablesChanged,
    )

_TASK_STATUS_OF_CHILD = {
    WorkflowStatus.COMPLETED: TaskStatus.COMPLETED,
    WorkflowStatus.FAILED: TaskStatus.FAILED,
    WorkflowStatus.TIMED_OUT: TaskStatus.TIMED_OUT,
    WorkflowStatus.TERMINATED: TaskStatus.CANCELED,
}


def take_tasks(draft: Draft, event: TasksTaken) -> bool:
    """Hand tasks to a worker; those that are no longer waiting are left out."""
    for task_id in event.task_ids:
        task = draft.execution.task(task_id)
        if task is None or task.status is not TaskStatus.SCHEDULED or task.queue is None:
            continue
        mine = draft.edit(task)
        mine.status = TaskStatus.IN_PROGRESS
        mine.poll_count += 1
        mine.worker_id = event.worker_id
        mine.callback_after_seconds = 0
        mine.start_time = mine.start_time or draft.now_ms
        mine.update_time = draft.now_ms
    return False


def return_task(draft: Draft, event: TaskReturned) -> bool:
    """Put a task back that could not be delivered; it keeps its age."""
    task = draft.execution.task(event.task_id)
    if task is not None and task.status is TaskStatus.IN_PROGRESS and task.queue is not None:
        mine = draft.edit(task)
        mine.status = TaskStatus.SCHEDULED
        mine.poll_count -= 1
        mine.start_time = mine.start_time if mine.poll_count else 0
        mine.worker_id = None
    return False


def update_task(draft: Draft, event: TaskUpdated) -> bool:
    """Take a report; a task that has ended keeps its first result."""
    task = draft.execution.task(event.task_id)
    if task is None or not task.is_open:
        return False
    mine = draft.edit(task)
    if event.extend_lease:
        mine.update_time = draft.now_ms
        return False
    mine.output = {**mine.output, **event.output} if event.merge else event.output
    mine.reason = event.reason
    if event.is_polled:
        mine.poll_count += 1
        mine.start_time = mine.start_time or draft.now_ms
        mine.callback_after_seconds = 0
    # Whoever adds something by reference name leaves the task with its worker, unless he names himself.
    mine.worker_id = event.worker_id or (mine.worker_id if event.merge else None)
    mine.update_time = draft.now_ms
    if not event.merge:
        mine.callback_after_seconds = max(0, event.callback_after_seconds)
    if event.status.is_terminal:
        draft.end_task(mine, event.status)
    else:
        _wait_for_next_report(draft, mine)
    system_task = draft.context.system_tasks.get(mine.task_type)
    if system_task is not None:
        system_task.reported(draft, mine)
    return True


def address_task(draft: Draft, event: TaskAddressed) -> bool:
    """Let a task's type read what a route has to say to the task."""
    task = draft.execution.task(event.task_id)
    if task is None:
        raise NotFound(f"No such task found by id: {event.task_id}")
    system_task = draft.context.system_tasks.get(task.task_type)
    if system_task is None:
        raise InvalidRequest(f"Task {event.task_id} is of type {task.task_type}, which takes no messages")
    system_task.receive(draft, task, event.message)
    return True


def start_child(draft: Draft, event: ChildStarted) -> bool:
    """Note the sub-workflow that a task waits for."""
    task = draft.execution.task(event.task_id)
    if task is None or task.status is not TaskStatus.SCHEDULED:
        return False
    mine = draft.edit(task)
    mine.status = TaskStatus.IN_PROGRESS
    mine.sub_workflow_id = event.child_id
    mine.output = {"subWorkflowId": event.child_id}
    mine.poll_count += 1
    mine.callback_after_seconds = 0
    mine.start_time = mine.update_time = draft.now_ms
    return True


def refuse_child(draft: Draft, event: ChildRefused) -> bool:
    """Fail a task whose sub-workflow could not be started."""
    task = draft.execution.task(event.task_id)
    if task is None or task.status is not TaskStatus.SCHEDULED:
        return False
    draft.end_task(task, TaskStatus.FAILED, reason=event.reason)
    return True


def child_changed(draft: Draft, event: ChildChanged) -> bool:
    """Carry the end of a sub-workflow over to its task, or open the task again when the sub-workflow goes on."""
    task = draft.execution.task(event.task_id)
    if task is None or task.sub_workflow_id != event.child_id or task.retried:
        return False
    if not event.status.is_terminal:
        return revive(draft, task)
    if not task.is_open:
        return False
    status = _TASK_STATUS_OF_CHILD[event.status]
    reason = None
    if status is not TaskStatus.COMPLETED:
        short = f"{event.child_name}.{event.child_version}/{event.child_id}"
        reason = f"Sub workflow {short} failure reason: {event.reason or 'null'}"
    draft.end_task(task, status, output={**task.output, **event.output}, reason=reason)
    return True


def refuse_failure_workflow(draft: Draft, event: FailureWorkflowRefused) -> bool:
    """Say in the output of a failed execution that there is no failure workflow, in place of its id."""
    execution = draft.execution
    if FAILURE_WORKFLOW in execution.output:
        text = f"Error workflow {event.name} failed to start.  reason: {event.reason}"
        execution.output = {**execution.output, FAILURE_WORKFLOW: text}
    return False


def change_variables(draft: Draft, event: VariablesChanged) -> bool:
    """Set variables from outside."""
    execution = draft.execution
    if execution.status.is_terminal:
        raise Conflict(f"Workflow {short_name(execution)} has ended, variables cannot be updated.")
    old, values = execution.variables, dict(event.values)
    for key, value in event.values.items() if event.append else ():
        before = old.get(key)
        if is_list(before):
            values[key] = [*before, *(value if is_list(value) else [value])]
    execution.variables = {**old, **values}
    return True


def _wait_for_next_report(draft: Draft, task: TaskState) -> None:
    task.update_time = draft.now_ms
    if task.queue is None:
        task.status = TaskStatus.IN_PROGRESS
        task.start_time = task.start_time or draft.now_ms
        return
    task.status = TaskStatus.SCHEDULED
    task.available_at = draft.now_ms + task.callback_after_seconds * 1000
