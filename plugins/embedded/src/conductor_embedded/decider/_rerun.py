"""Begins an ended execution again from one of its tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._definitions import nested_tasks, reference_of
from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded.decider._schedule import start_node

if TYPE_CHECKING:
    from conductor_embedded._state import Execution
    from conductor_embedded._values import Document
    from conductor_embedded.decider._draft import Draft

_WAITING: Final = frozenset({"JOIN", "EXCLUSIVE_JOIN", "DO_WHILE"})
_SUB_WORKFLOW: Final = "SUB_WORKFLOW"


def begin_again_from(draft: Draft, task: TaskState, task_input: Document | None) -> None:
    """Make a task open again, and take back what came after it.

    Args:
        draft: The decision.
        task: Where to begin; it keeps its id.
        task_input: Its input in place of the one it had.
    """
    execution = draft.execution
    for later in _taken_back(execution, task):
        draft.remove(later)
    execution.next_seq = max((other.seq for other in execution.tasks), default=0) + 1
    _reset(draft, task, task_input)
    for other in tuple(execution.tasks):
        if other.status.is_failure and not other.retried and other.reference_name != task.reference_name:
            _open_again(draft, other)
    _complete(draft)


def _taken_back(execution: Execution, task: TaskState) -> list[TaskState]:
    later = [other for other in execution.tasks if other.seq > task.seq]
    if task.task_type != _SUB_WORKFLOW or task.iteration:
        return later
    # The other branches of a fork keep what they have done: on the server too, from a sub-workflow only.
    behind = _behind(execution, task.reference_name)
    return [
        other
        for other in later
        if other.reference_name in behind and not (other.status.is_failure and other.task_type in _WAITING)
    ]


def _behind(execution: Execution, reference: str) -> set[str]:
    """Return the names of all that follows a task."""
    found: set[str] = set()
    node = execution.node(reference)
    waiting = [] if node is None else [node.next_reference]
    while waiting:
        name = waiting.pop()
        following = None if name is None or name in found else execution.node(name)
        if name is None or following is None:
            continue
        found.add(name)
        inner = [following.local(reference_of(task)) for tasks in nested_tasks(following.document) for task in tasks]
        waiting += [following.next_reference, *inner]
    return found


def _reset(draft: Draft, task: TaskState, task_input: Document | None) -> None:
    node = draft.execution.node(task.reference_name)
    system_task = None if node is None else draft.context.system_tasks.get(node.type)
    values = task.input if task_input is None else task_input
    if node is not None and system_task is not None and system_task.is_remade(values):
        # Its branches are made with it, so it is made anew.
        draft.remove(task)
        draft.execution.next_seq = task.seq
        start_node(draft, node)
        return
    mine = draft.edit(task)
    mine.status = TaskStatus.SCHEDULED
    mine.input = values
    mine.output = {}
    mine.retried = mine.executed = False
    mine.poll_count = mine.start_time = mine.end_time = mine.start_delay_seconds = 0
    mine.callback_after_seconds = 0
    mine.scheduled_time = mine.first_scheduled_time = mine.available_at = mine.update_time = draft.now_ms
    mine.sub_workflow_id = mine.wake_at = None
    if system_task is not None:
        system_task.reset(draft, mine)


def _open_again(draft: Draft, task: TaskState) -> None:
    """Make a task of another branch open again, which had failed or was canceled with it."""
    mine = draft.edit(task)
    mine.reason = mine.wake_at = None
    mine.executed = False
    mine.end_time = 0
    if task.task_type in _WAITING:
        mine.status = TaskStatus.IN_PROGRESS
        return
    mine.status = TaskStatus.SCHEDULED
    mine.start_time = 0
    mine.available_at = draft.now_ms
    if task.sub_workflow_id is not None:
        mine.output = {key: value for key, value in mine.output.items() if key != "subWorkflowId"}
        mine.sub_workflow_id = None
    system_task = draft.context.system_tasks.get(task.task_type)
    if system_task is not None:
        system_task.reset(draft, mine)


def _complete(draft: Draft) -> None:
    # A rerun from inside a branch has removed the join, and the branches behind this one.
    for task in tuple(draft.execution.tasks):
        node = draft.execution.node(task.reference_name)
        system_task = None if node is None else draft.context.system_tasks.get(node.type)
        if node is not None and system_task is not None:
            system_task.complete(draft, node, task)
