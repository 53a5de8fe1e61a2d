"""What follows a failed task: another attempt, going on without it, or the end of the execution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._state import TaskState, TaskStatus, WorkflowStatus
from conductor_embedded.decider._draft import Draft, WorkflowEnds
from conductor_embedded.decider._schedule import start_node
from conductor_embedded.decider._timers import has_no_time_left, no_time_left

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskDefinition, TaskNode

MAX_DELAY_SECONDS: Final = 2_147_483_647
_WORKFLOW_STATUS: Final = {
    TaskStatus.CANCELED: WorkflowStatus.TERMINATED,
    TaskStatus.TIMED_OUT: WorkflowStatus.TIMED_OUT,
}


def handle_failure(draft: Draft, task: TaskState) -> bool:
    """Decide what follows a failed task.

    Returns:
        True when another attempt is scheduled; False when the execution goes on as if the task had succeeded.

    Raises:
        WorkflowEnds: Nobody tries again, and the execution cannot go on without the task.
    """
    node = draft.execution.node(task.reference_name)
    if node is not None and _may_retry(draft, task, node):
        if has_no_time_left(task, node.task_definition, draft.now_ms):
            raise no_time_left(draft, task, node.task_definition)
        _retry(draft, task, node)
        return True
    if node is not None and node.is_optional:
        draft.edit(task).status = TaskStatus.COMPLETED_WITH_ERRORS
        return False
    if node is not None and node.is_permissive:
        return False
    raise ending_of(task)


def ending_of(task: TaskState, named: str = "") -> WorkflowEnds:
    """Return the end that a failed task brings to its execution; `named` is what its reason calls the failure."""
    status = _WORKFLOW_STATUS.get(task.status, WorkflowStatus.FAILED)
    reason = "null" if task.reason is None else task.reason
    text = f"Task {task.task_id} failed with status: {named or status} and reason: '{reason}'"
    return WorkflowEnds(status, text, failed_task_id=task.task_id)


def retry_delay_ms(definition: TaskDefinition, retry_count: int, jitter: float) -> int:
    """Return how long the next attempt waits, in milliseconds.

    Args:
        definition: Says the logic, the delay, the cap and the greatest jitter.
        retry_count: The attempts that were repeated so far: 0 for the first attempt.
        jitter: A random share of the greatest jitter, from 0 to 1.
    """
    delay = definition.retry_delay_seconds
    match definition.retry_logic:
        case "LINEAR_BACKOFF":
            delay *= max(1, definition.backoff_scale_factor) * (retry_count + 1)
        case "EXPONENTIAL_BACKOFF":
            delay *= 2 ** min(retry_count, 31)
        case _:
            pass
    if definition.max_retry_delay_seconds > 0:
        delay = min(delay, definition.max_retry_delay_seconds)
    delay = min(max(delay, 0), MAX_DELAY_SECONDS)
    return delay * 1000 + round(definition.backoff_jitter_ms * jitter)


def _may_retry(draft: Draft, task: TaskState, node: TaskNode) -> bool:
    if not task.status.is_retriable or task.retry_count >= node.retry_count:
        return False
    system_task = draft.context.system_tasks.get(node.type)
    return system_task is None or system_task.is_retriable


def _retry(draft: Draft, task: TaskState, node: TaskNode) -> None:
    definition = node.task_definition
    jitter = draft.context.random.random() if definition.backoff_jitter_ms > 0 else 0.0
    delay_ms = retry_delay_ms(definition, task.retry_count, jitter)
    draft.edit(task).retried = True
    known = set(draft.changed)
    start_node(draft, node, task, delay_ms // 1000)
    for attempt in draft.changed.values():
        # Jitter is finer than the whole seconds that the task's document shows.
        if attempt.task_id not in known and attempt.available_at > draft.now_ms:
            attempt.available_at += delay_ms % 1000
