"""What users do with executions, one at a time or many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._state import Execution, TaskStatus
from conductor_embedded._values import Document, as_map, as_text
from conductor_embedded.decider import (
    CallbacksReset,
    Looked,
    Paused,
    Rerun,
    Restarted,
    Resumed,
    Retried,
    TaskSkipped,
    Terminated,
)
from conductor_embedded.errors import EngineError, InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conductor_embedded._core import Core
    from conductor_embedded._starter import Starter

_MAX_BULK: Final = 1000
_BULK_PATHS: Final = {
    "pause": "pauseWorkflow",
    "resume": "resumeWorkflow",
    "terminate": "terminate",
    "restart": "restart",
    "retry": "retry",
    "remove": "deleteWorkflow",
    "terminate_remove": "terminateRemove",
}


class Operations:
    """Operations on executions.

    Args:
        core: The engine's heart.
        starter: Finds the latest definitions.
        run_some: Does some of the background work that is due.
    """

    def __init__(self, core: Core, starter: Starter, run_some: Callable[[], None]) -> None:
        self._core = core
        self._starter = starter
        self._run_some = run_some

    def pause(self, workflow_id: str) -> None:
        """Stop scheduling new tasks."""
        self._core.apply(workflow_id, Paused())

    def resume(self, workflow_id: str) -> None:
        """Go on after a pause."""
        self._core.apply(workflow_id, Resumed())

    def terminate(self, workflow_id: str, reason: str | None) -> None:
        """End an execution as TERMINATED."""
        self._core.apply(workflow_id, Terminated(reason))

    def decide(self, workflow_id: str) -> None:
        """Look at an execution now."""
        self._core.apply(workflow_id, Looked())

    def reset_callbacks(self, workflow_id: str) -> None:
        """Make the delayed tasks of an execution pollable at once."""
        self._core.apply(workflow_id, CallbacksReset())

    def restart(self, workflow_id: str, *, use_latest: bool) -> None:
        """Begin a finished execution again."""
        execution = self._core.get(workflow_id)
        definition = self._starter.latest(execution.definition) if use_latest else None
        self._core.apply(workflow_id, Restarted(definition))

    def retry(self, workflow_id: str, *, resume_subworkflow_tasks: bool) -> None:
        """Schedule the failed tasks once more, here or, if asked for, in the sub-workflow that failed."""
        if resume_subworkflow_tasks:
            inner = self._failed_descendant(self._core.get(workflow_id))
            if inner is not None:
                self._core.apply(inner.workflow_id, Retried())
                # The executions above are opened again by effects that are due now.
                self._run_some()
                return
        self._core.apply(workflow_id, Retried())

    def rerun(self, workflow_id: str, request: Document) -> str:
        """Run a finished execution again from a task."""
        task_input, workflow_input = request.get("taskInput"), request.get("workflowInput")
        event = Rerun(
            task_id=as_text(request.get("reRunFromTaskId")) or None,
            task_input=None if task_input is None else as_map(task_input),
            workflow_input=None if workflow_input is None else as_map(workflow_input),
            correlation_id=as_text(request.get("correlationId")),
        )
        execution = self._core.get(workflow_id)
        inner = None if event.task_id is None else self._owner(execution, event.task_id)
        if inner is None or inner is execution or not execution.status.is_terminal:
            self._core.apply(workflow_id, event)
        else:
            self._core.apply(inner.workflow_id, Rerun(event.task_id, event.task_input))
            self._run_some()
        return workflow_id

    def skip_task(self, workflow_id: str, reference_name: str, request: Document) -> None:
        """Skip a task that is not scheduled yet."""
        values, output = as_map(request.get("taskInput")), as_map(request.get("taskOutput"))
        self._core.apply(workflow_id, TaskSkipped(reference_name, values, output))

    def remove(self, workflow_id: str, *, archive: bool) -> None:
        """Forget an execution."""
        execution = self._core.get(workflow_id)
        if archive and not execution.status.is_terminal:
            raise InvalidRequest(f"Cannot archive workflow: {workflow_id} with status: {execution.status}")
        self._core.forget(workflow_id)

    def bulk(self, operation: str, workflow_ids: Sequence[str], options: Document) -> Document:
        """Do one operation on many executions."""
        path = _BULK_PATHS.get(operation)
        if path is None:
            raise InvalidRequest(f"operation must be one of {', '.join(_BULK_PATHS)}, not {operation!r}")
        _check_bulk(path, workflow_ids)
        successes: list[str] = []
        errors: dict[str, str] = {}
        for workflow_id in workflow_ids:
            try:
                for step in self._steps(operation, options):
                    step(workflow_id)
                    successes.append(workflow_id)
            except EngineError as error:
                errors[workflow_id] = error.message
        return {"bulkErrorResults": errors, "bulkSuccessfulResults": successes}

    def _steps(self, operation: str, options: Document) -> list[Callable[[str], None]]:
        use_latest, resume = options.get("use_latest") is True, options.get("resume_subworkflow_tasks") is True
        archive, reason = options.get("archive") is not False, as_text(options.get("reason"))
        steps: dict[str, list[Callable[[str], None]]] = {
            "pause": [self.pause],
            "resume": [self.resume],
            "terminate": [lambda item: self.terminate(item, reason)],
            "restart": [lambda item: self.restart(item, use_latest=use_latest)],
            "retry": [lambda item: self.retry(item, resume_subworkflow_tasks=resume)],
            "remove": [lambda item: self.remove(item, archive=archive)],
            # Each step counts: the real server lists such an id twice.
            "terminate_remove": [
                lambda item: self.terminate(item, reason),
                lambda item: self.remove(item, archive=archive),
            ],
        }
        return steps[operation]

    def _owner(self, execution: Execution, task_id: str) -> Execution | None:
        """Return the execution that has a task: this one, or one of its sub-workflows."""
        if execution.task(task_id) is not None:
            return execution
        children = (self._core.find(task.sub_workflow_id) for task in execution.tasks if task.sub_workflow_id)
        owners = (self._owner(child, task_id) for child in children if child is not None)
        return next((owner for owner in owners if owner is not None), None)

    def _failed_descendant(self, execution: Execution) -> Execution | None:
        for task in reversed(execution.tasks):
            if task.sub_workflow_id is None or task.retried or task.status is TaskStatus.CANCELED:
                continue
            if not task.status.is_failure:
                continue
            child = self._core.find(task.sub_workflow_id)
            if child is not None and child.status.is_terminal:
                return self._failed_descendant(child) or child
        return None


def _check_bulk(path: str, workflow_ids: Sequence[str]) -> None:
    message = None
    if not workflow_ids:
        message = "WorkflowIds list cannot be null."
    elif len(workflow_ids) > _MAX_BULK:
        message = f"Cannot process more than {_MAX_BULK} workflows. Please use multiple requests."
    if message is not None:
        raise InvalidRequest(
            "Validation failed, check below errors for detail.",
            validation_errors=[{"path": f"{path}.arg0", "message": message}],
        )
