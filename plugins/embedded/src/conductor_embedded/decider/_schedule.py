"""Puts tasks of a definition into an execution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded.decider._inputs import task_input

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded._values import Document
    from conductor_embedded.decider._draft import Draft

_ELSEWHERE: Final = frozenset({"CALL_MCP_TOOL", "GENERATE_PDF", "JDBC", "KAFKA_PUBLISH", "LIST_MCP_TOOLS"})
_LLM: Final = "LLM_"
"""Types that servers run, and that the engine leaves to workers; the task says so while nobody has taken it."""


def schedule(draft: Draft, reference_name: str | None) -> bool:
    """Schedule a task, or what follows it where it was skipped; tells whether anything is new.

    A task that is already there is left alone: the join behind a fork, or a task that both branches of a loop reach.
    """
    while reference_name is not None:
        node = draft.execution.node(reference_name)
        if node is None:
            return False
        present = draft.execution.latest(reference_name)
        if present is None:
            start_node(draft, node)
            return True
        if present.status is not TaskStatus.SKIPPED:
            return False
        reference_name = node.next_reference
    return False


def start_node(draft: Draft, node: TaskNode, previous: TaskState | None = None, delay_seconds: int = 0) -> None:
    """Make the task, or tasks, of a node.

    Args:
        draft: The decision.
        node: What to schedule.
        previous: The attempt that this one repeats.
        delay_seconds: How long a repeated attempt has to wait.
    """
    system_task = draft.context.system_tasks.get(node.type)
    if system_task is not None:
        system_task.schedule(draft, node, previous, delay_seconds)
    else:
        schedule_worker_task(draft, node, previous, delay_seconds)


def new_task(
    draft: Draft,
    node: TaskNode,
    previous: TaskState | None = None,
    *,
    delay_seconds: int = 0,
    values: Document | None = None,
    task_type: str | None = None,
    definition_name: str | None = None,
    status: TaskStatus = TaskStatus.SCHEDULED,
) -> TaskState:
    """Make one task of a node and add it to the execution.

    Args:
        draft: The decision.
        node: Its input parameters are evaluated, unless `values` gives the input.
        previous: The attempt that this one repeats; its reason is carried over.
        delay_seconds: How long the task has to wait before it is looked at or polled.
        values: The input.
        task_type: The node's type unless told otherwise.
        definition_name: The node's name unless told otherwise.
        status: A task that is IN_PROGRESS or has ended has started now.
    """
    now = draft.now_ms
    task_id = draft.context.new_id()
    delay = delay_seconds if previous is not None else max(delay_seconds, node.start_delay_seconds)
    task = TaskState(
        task_id=task_id,
        reference_name=node.reference_name,
        task_type=task_type or node.type,
        definition_name=definition_name or node.name,
        status=status,
        seq=draft.take_seq(),
        input=_input(draft, node, task_id, previous) if values is None else values,
        scheduled_time=now,
        first_scheduled_time=now,
        start_time=0 if status is TaskStatus.SCHEDULED else now,
        end_time=now if status.is_terminal else 0,
        update_time=now if status.is_terminal else 0,
        start_delay_seconds=delay,
        callback_after_seconds=delay,
        available_at=now + delay * 1000,
        wake_at=now + delay * 1000 if delay > 0 else None,
    )
    task.iteration = node.iteration
    task.loop_over_task = node.iteration > 0
    if previous is not None:
        task.retry_count = previous.retry_count + 1
        task.retried_task_id = previous.task_id
        task.reason = previous.reason
        task.first_scheduled_time = previous.first_scheduled_time
    draft.add(task)
    return task


def _input(draft: Draft, node: TaskNode, task_id: str, previous: TaskState | None) -> Document:
    """Evaluate a task's input; another attempt keeps what else the one before had, such as what a rerun gave it."""
    values = task_input(draft.execution, node, task_id)
    return values if previous is None else {**previous.input, **values}


def schedule_worker_task(
    draft: Draft, node: TaskNode, previous: TaskState | None = None, delay_seconds: int = 0
) -> TaskState:
    """Make a task that workers poll."""
    name = node.name if node.type == "SIMPLE" else node.type
    task = new_task(draft, node, previous, delay_seconds=delay_seconds, task_type=name)
    task.response_timeout_seconds = node.task_definition.response_timeout_seconds
    task.domain = draft.context.pick_domain(name, draft.execution.task_to_domain)
    task.queue = name if task.domain is None else f"{task.domain}:{name}"
    if name in _ELSEWHERE or name.startswith(_LLM):
        task.reason = (
            f"The embedded engine does not run {name} tasks: a worker of that type has to, or a Conductor server"
        )
    return task
