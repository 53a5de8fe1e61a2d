"""Carries an execution on until nothing more can be done now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._state import TaskState, TaskStatus, WorkflowStatus
from conductor_embedded.decider._draft import Draft, WorkflowEnds
from conductor_embedded.decider._finish import finish
from conductor_embedded.decider._retry import ending_of, handle_failure
from conductor_embedded.decider._schedule import schedule
from conductor_embedded.decider._timers import WORK_IN_A_PAUSE, check_task_timeouts, check_workflow_timeout

if TYPE_CHECKING:
    from collections.abc import Container

    from conductor_embedded.system_tasks import SystemTask


def settle(draft: Draft) -> None:
    """Do everything that is due: time limits, successors, system tasks, the end."""
    if draft.execution.status.is_terminal:
        return
    try:
        check_workflow_timeout(draft)
        if draft.execution.status is WorkflowStatus.PAUSED:
            _run_system_tasks(draft, WORK_IN_A_PAUSE)
            return
        check_task_timeouts(draft)
        _carry_on(draft)
    except WorkflowEnds as end:
        finish(draft, end)
    else:
        _mark_executed(draft)


def _carry_on(draft: Draft) -> None:
    execution = draft.execution
    if all(task.status is TaskStatus.SKIPPED for task in execution.tasks):
        schedule(draft, execution.definition.first_reference)
    while _follow_ended_tasks(draft) | _run_system_tasks(draft):
        pass
    if not any(task.is_open for task in execution.tasks):
        raise _completion(draft)


def _follow_ended_tasks(draft: Draft) -> bool:
    progressed = False
    for task in tuple(draft.execution.tasks):
        if task.is_open or task.retried or task.executed or task.task_id in draft.handled or _is_skipped(task):
            continue
        progressed = True
        draft.handled.add(task.task_id)
        _follow(draft, task)
    return progressed


def _follow(draft: Draft, task: TaskState) -> None:
    if task.status.is_failure and handle_failure(draft, task):
        return
    node = draft.execution.node(task.reference_name)
    if node is None:
        return
    system_task = draft.context.system_tasks.get(node.type)
    following = node.next_reference if system_task is None else system_task.next_reference(node, task)
    if schedule(draft, following):
        draft.edit(_current(draft, task)).executed = True


def _run_system_tasks(draft: Draft, types: Container[str] | None = None) -> bool:
    progressed = False
    for task in draft.open_tasks():
        if task.queue is not None or (types is not None and task.task_type not in types):
            continue
        current = _current(draft, task)
        if not current.is_open or current.available_at > draft.now_ms:
            continue
        if current.status is TaskStatus.SCHEDULED and current.wake_at is not None:
            current = draft.edit(current)
            current.wake_at = None
        system_task = draft.context.system_tasks.get(current.task_type)
        if system_task is not None and _execute(draft, system_task, current):
            progressed = True
    return progressed


def _execute(draft: Draft, system_task: SystemTask, task: TaskState) -> bool:
    """Let a task's type look at it: with secrets in its input where it begins, which the task's document never shows."""
    written = task.input
    filled = draft.context.fill_in(written) if task.status is TaskStatus.SCHEDULED else written
    if filled is written:
        return system_task.execute(draft, task)
    mine = draft.edit(task)
    mine.input = filled
    try:
        return system_task.execute(draft, mine)
    finally:
        mine.input = written


def _completion(draft: Draft) -> WorkflowEnds:
    for task in draft.execution.tasks:
        # A permissive task that failed lets everything else run before the execution fails.
        if task.status.is_failure and not task.retried:
            return ending_of(task, str(task.status))
    return WorkflowEnds(WorkflowStatus.COMPLETED)


def _mark_executed(draft: Draft) -> None:
    for task in tuple(draft.execution.tasks):
        if task.task_id in draft.handled and not task.executed and not task.retried:
            draft.edit(task).executed = True


def _current(draft: Draft, task: TaskState) -> TaskState:
    return draft.changed.get(task.task_id, task)


def _is_skipped(task: TaskState) -> bool:
    # Only what was skipped before its turn: what is skipped later has somebody waiting behind it.
    return task.status is TaskStatus.SKIPPED and task.seq == 0
