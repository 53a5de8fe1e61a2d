"""Time limits of tasks and executions: what has run out, and when to look again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._definitions import TaskDefinition
from conductor_embedded._state import Execution, TaskState, TaskStatus, WorkflowStatus
from conductor_embedded.decider._draft import Draft, WorkflowEnds

if TYPE_CHECKING:
    from collections.abc import Iterator


WORK_IN_A_PAUSE: Final = frozenset({"JOIN", "WAIT"})
"""Types of tasks that end in a pause too; what follows them waits for its end."""


def check_workflow_timeout(draft: Draft) -> None:
    """End an execution that has taken too long.

    Raises:
        WorkflowEnds: It has.
    """
    execution = draft.execution
    definition = execution.definition
    due = _workflow_due(execution)
    if due is None or draft.now_ms < due:
        return
    elapsed = (draft.now_ms - _workflow_begin(execution)) // 1000
    raise WorkflowEnds(
        WorkflowStatus.TIMED_OUT,
        f"Workflow timed out after {elapsed} seconds. Timeout configured as {definition.timeout_seconds} seconds. "
        "Timeout policy configured to TIME_OUT_WF",
    )


def check_task_timeouts(draft: Draft) -> None:
    """Time out the tasks whose time has run out.

    Raises:
        WorkflowEnds: A task has run out of time, and its policy ends the execution.
    """
    for task in draft.open_tasks():
        if task.queue is not None:
            _check_task(draft, task, _definition_of(draft.execution, task))


def next_wake(execution: Execution) -> int | None:
    """Return when the execution has to be looked at next (epoch milliseconds), or None for never."""
    if execution.status.is_terminal:
        return None
    if execution.status is WorkflowStatus.PAUSED:
        # Time limits are looked at when something happens to the execution, or it is resumed.
        waiting = (task for task in execution.tasks if task.is_open and task.task_type in WORK_IN_A_PAUSE)
        return min((task.wake_at for task in waiting if task.wake_at is not None), default=None)
    times = list(_task_times(execution))
    due = _workflow_due(execution)
    if due is not None:
        times.append(due)
    return min(times, default=None)


def _task_times(execution: Execution) -> Iterator[int]:
    for task in execution.tasks:
        if not task.is_open:
            continue
        if task.queue is None:
            if task.wake_at is not None:
                yield task.wake_at
            continue
        definition = _definition_of(execution, task)
        limits = (_total_due(task, definition), _run_due(task, definition), _poll_due(task, definition))
        yield from (due for due in (*limits, _response_due(task)) if due is not None)


def _check_task(draft: Draft, task: TaskState, definition: TaskDefinition) -> None:
    now = draft.now_ms
    if _is_past(_total_due(task, definition), now):
        raise _out_of_tries(draft, task, definition)
    if _is_past(_run_due(task, definition), now):
        elapsed = (now - task.start_time) // 1000
        text = f"Task timed out after {elapsed} seconds. Timeout configured as {definition.timeout_seconds} seconds. "
        _time_out(draft, task, definition, text)
    elif _is_past(_poll_due(task, definition), now):
        elapsed = (now - task.scheduled_time) // 1000
        limit = definition.poll_timeout_seconds
        text = f"Task poll timed out after {elapsed} seconds. Poll timeout configured as {limit} seconds. "
        _time_out(draft, task, definition, text)
    elif _is_past(_response_due(task), now):
        limit = task.response_timeout_seconds
        text = f"responseTimeout: {limit} exceeded for the taskId: {task.task_id} with Task Definition: "
        draft.end_task(task, TaskStatus.TIMED_OUT, reason=text + task.definition_name)


def _out_of_tries(draft: Draft, task: TaskState, definition: TaskDefinition) -> WorkflowEnds:
    """End a task that has taken too long with all its attempts; returns the end of the execution."""
    policy = definition.timeout_policy
    text = f"{_total_text(task, definition, draft.now_ms)} including retry delays). Timeout policy: {policy}"
    reason = f"Task {task.definition_name}/{task.task_id} {text}"
    timed_out = draft.end_task(task, TaskStatus.TIMED_OUT, reason=reason)
    if policy != "TIME_OUT_WF":
        return no_time_left(draft, timed_out, definition)
    return WorkflowEnds(WorkflowStatus.TIMED_OUT, reason, failed_task_id=task.task_id)


def no_time_left(draft: Draft, task: TaskState, definition: TaskDefinition) -> WorkflowEnds:
    """Return the end of an execution whose failed task has no time for another attempt."""
    status = WorkflowStatus.TIMED_OUT if task.status is TaskStatus.TIMED_OUT else WorkflowStatus.FAILED
    text = f"{_total_text(task, definition, draft.now_ms)}). No further retries will be attempted."
    return WorkflowEnds(status, f"Task {task.task_id}/{task.definition_name} {text}", failed_task_id=task.task_id)


def has_no_time_left(task: TaskState, definition: TaskDefinition, now_ms: int) -> bool:
    """Tell whether a task has used up the time of all its attempts."""
    limit = definition.total_timeout_seconds
    return limit > 0 and now_ms - task.first_scheduled_time >= limit * 1000


def _total_text(task: TaskState, definition: TaskDefinition, now_ms: int) -> str:
    limit, elapsed = definition.total_timeout_seconds, (now_ms - task.first_scheduled_time) // 1000
    return f"exceeded total timeout of {limit} seconds (elapsed {elapsed} seconds across all attempts"


def _time_out(draft: Draft, task: TaskState, definition: TaskDefinition, text: str) -> None:
    policy = definition.timeout_policy
    reason = f"{text}Timeout policy configured to {policy}"
    draft.end_task(task, TaskStatus.TIMED_OUT, reason=reason)
    if policy == "TIME_OUT_WF":
        raise WorkflowEnds(WorkflowStatus.TIMED_OUT, reason, failed_task_id=task.task_id)


def _is_past(due: int | None, now_ms: int) -> bool:
    return due is not None and now_ms >= due


def _definition_of(execution: Execution, task: TaskState) -> TaskDefinition:
    node = execution.node(task.reference_name)
    return TaskDefinition.of({}) if node is None else node.task_definition


def _total_due(task: TaskState, definition: TaskDefinition) -> int | None:
    limit = definition.total_timeout_seconds
    if limit <= 0 or definition.timeout_policy == "ALERT_ONLY":
        return None
    return task.first_scheduled_time + limit * 1000


def _run_due(task: TaskState, definition: TaskDefinition) -> int | None:
    limit = definition.timeout_seconds
    if limit <= 0 or task.start_time == 0 or definition.timeout_policy == "ALERT_ONLY":
        return None
    return task.start_time + limit * 1000


def _poll_due(task: TaskState, definition: TaskDefinition) -> int | None:
    limit = definition.poll_timeout_seconds
    if limit <= 0 or task.status is not TaskStatus.SCHEDULED or definition.timeout_policy == "ALERT_ONLY":
        return None
    # The clock of a task that was put back, or has a delay, starts when it may be polled.
    return max(task.scheduled_time, task.available_at) + limit * 1000


def _response_due(task: TaskState) -> int | None:
    limit = task.response_timeout_seconds
    if limit <= 0 or task.status is not TaskStatus.IN_PROGRESS:
        return None
    return task.update_time + limit * 1000


def _workflow_begin(execution: Execution) -> int:
    return execution.last_retried_time or execution.start_time


def _workflow_due(execution: Execution) -> int | None:
    definition = execution.definition
    return _workflow_begin(execution) + definition.timeout_seconds * 1000 if definition.times_out else None
