"""What users do with executions that run: pause, resume, terminate, skip a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._state import Execution, TaskState, TaskStatus, WorkflowStatus
from conductor_embedded.decider._draft import Draft, WorkflowEnds
from conductor_embedded.decider._finish import finish
from conductor_embedded.errors import Conflict, InternalError

if TYPE_CHECKING:
    from conductor_embedded.decider._events import CallbacksReset, Paused, Resumed, TaskSkipped, Terminated


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


def skip_task(draft: Draft, event: TaskSkipped) -> bool:
    """Mark a task as skipped before its turn."""
    execution = draft.execution
    name = event.reference_name
    if execution.status is not WorkflowStatus.RUNNING:
        raise InternalError(
            f"The workflow {execution.workflow_id} is not running so the task referenced by {name} cannot be skipped"
        )
    node = execution.node(name)
    if node is None or node.iteration:
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
