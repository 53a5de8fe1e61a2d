"""Ends an execution: cancels what is open, sets the output, and tells those who wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._state import TaskStatus, WorkflowStatus
from conductor_embedded._values import as_text
from conductor_embedded.decider._effects import NotifyParent, StartFailureWorkflow
from conductor_embedded.decider._inputs import workflow_output

if TYPE_CHECKING:
    from conductor_embedded._state import Execution
    from conductor_embedded.decider._draft import Draft, WorkflowEnds

FAILURE_WORKFLOW: Final = "conductor.failure_workflow"
"""The key in the output of a failed execution: the id of its failure workflow, or why there is none."""
_INPUT: Final = 2  # where the name of the input stands in `$workflow.input.x`
# Those that ran out of time are not named.
_NAMED_FAILURES: Final = frozenset({TaskStatus.FAILED, TaskStatus.FAILED_WITH_TERMINAL_ERROR})


def finish(draft: Draft, end: WorkflowEnds) -> None:
    """Give an execution its final state."""
    execution = draft.execution
    output = workflow_output(execution) if end.output is None else end.output
    _cancel_open_tasks(draft, end)
    execution.status = end.status
    execution.output = output
    execution.reason = end.reason
    execution.failed_task_id = end.failed_task_id
    execution.end_time = execution.update_time = draft.now_ms
    _note_failures(draft)
    notify_parent(draft)
    if end.status in {WorkflowStatus.FAILED, WorkflowStatus.TIMED_OUT} and end.runs_failure_workflow:
        _start_failure_workflow(draft)


def notify_parent(draft: Draft) -> None:
    """Tell the parent, if there is one, that its sub-workflow has ended or goes on again."""
    execution = draft.execution
    parent, task = execution.parent_workflow_id, execution.parent_workflow_task_id
    if parent is not None and task is not None:
        draft.effects.append(NotifyParent(parent, task, draft.now_ms, execution.workflow_id))


def _cancel_open_tasks(draft: Draft, end: WorkflowEnds) -> None:
    for task in draft.open_tasks():
        canceled = draft.end_task(task, TaskStatus.CANCELED)
        canceled.update_time = draft.now_ms
        system_task = draft.context.system_tasks.get(task.task_type)
        if system_task is not None:
            system_task.cancel(draft, canceled, end.reason)


def _note_failures(draft: Draft) -> None:
    execution = draft.execution
    failed = [task for task in execution.tasks if task.status in _NAMED_FAILURES]
    references = (*execution.failed_reference_names, *(task.reference_name for task in failed))
    names = (*execution.failed_task_names, *(task.definition_name for task in failed))
    execution.failed_reference_names = list(dict.fromkeys(references))
    execution.failed_task_names = list(dict.fromkeys(names))


def _start_failure_workflow(draft: Draft) -> None:
    execution = draft.execution
    name = _failure_workflow(execution)
    if name is None:
        return
    failure_id = draft.context.new_id()
    execution.output = {**execution.output, FAILURE_WORKFLOW: failure_id}
    version = execution.definition.failure_workflow_version
    draft.effects.append(StartFailureWorkflow(execution.workflow_id, draft.now_ms, name, failure_id, version))


def _failure_workflow(execution: Execution) -> str | None:
    """Return the name of the failure workflow; one like `$workflow.input.x` is the name of an input that holds it."""
    name = execution.definition.failure_workflow
    if name is None or not name.startswith("$"):
        return name
    parts = name.split(".")
    return as_text(execution.input.get(parts[_INPUT])) or None if len(parts) > _INPUT else None
