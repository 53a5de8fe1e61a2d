"""Takes reports on tasks: from workers, by reference name, as signals, and their log lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._starter import refuse_external_payload
from conductor_embedded._state import Execution, TaskState, TaskStatus
from conductor_embedded._values import Document, as_int, as_list, as_map, as_text
from conductor_embedded.decider import Event, TaskAddressed, TaskUpdated
from conductor_embedded.errors import InternalError, InvalidRequest, NotFound
from conductor_embedded.store import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conductor_embedded._core import Core

_REPORTS = frozenset(
    {
        TaskStatus.IN_PROGRESS,
        TaskStatus.COMPLETED,
        TaskStatus.FAILED,
        TaskStatus.FAILED_WITH_TERMINAL_ERROR,
    }
)


class Updates:
    """Reports on tasks."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def update(self, result: Document) -> TaskState:
        """Take a TaskResult document; a task that has ended stays as it is. Returns the task as it is now.

        Raises:
            InvalidRequest: An id is missing.
            NotFound: There is no such workflow or task.
            InternalError: The status is missing or unknown.
        """
        workflow_id, task_id = _ids(result)
        refuse_external_payload(result.get("externalOutputPayloadStoragePath"), "the output into the result")
        execution = self._core.get(workflow_id)
        task = execution.task(task_id)
        if task is None:
            raise NotFound(f"No such task found by id: {task_id}")
        if not task.is_open:
            return task
        event = TaskUpdated(
            task_id=task_id,
            status=report_status(result.get("status"), default=_lease_status(result)),
            output=as_map(result.get("outputData")),
            reason=as_text(result.get("reasonForIncompletion")),
            worker_id=as_text(result.get("workerId")),
            callback_after_seconds=as_int(result.get("callbackAfterSeconds")),
            extend_lease=result.get("extendLease") is True,
        )
        # A heartbeat takes nothing but time along.
        lines = [] if event.extend_lease else list(self._log_lines(task_id, result.get("logs")))
        return self._apply(execution, event, logs=lines)

    def update_by_ref(
        self, workflow_id: str, reference_name: str, status: str, output: Document, worker_id: str | None
    ) -> str | None:
        """Update an open task by its reference name; returns its id, or None where there is none."""
        execution = self._core.get(workflow_id)
        wanted = report_status(status)
        task = execution.named(reference_name)
        if task is None or not task.is_open:
            return None
        self._apply(execution, TaskUpdated(task.task_id, wanted, output, merge=True, worker_id=worker_id))
        return task.task_id

    def signal(self, workflow_id: str, status: str, output: Document) -> str | None:
        """Update the task that an execution, or one of its sub-workflows, is blocked in; None where there is none."""
        wanted = report_status(status)
        found = self.blocked_task(self._core.get(workflow_id))
        if found is None:
            return None
        execution, task = found
        self._apply(execution, TaskUpdated(task.task_id, wanted, output, merge=True))
        return task.task_id

    def send(self, task_id: str, message: Document) -> None:
        """Tell a task something that its type understands.

        Raises:
            NotFound: There is no such task.
            EngineError: The message does not fit; nothing has changed.
        """
        workflow_id = self._core.store.workflow_of_task(task_id)
        if workflow_id is None:
            raise NotFound(f"Task not found for taskId: {task_id}")
        self._core.apply(workflow_id, TaskAddressed(task_id, message))

    def blocked_task(self, execution: Execution) -> tuple[Execution, TaskState] | None:
        """Return the open WAIT or HUMAN task that an execution, or one of its sub-workflows, waits in."""
        for task in execution.tasks:
            if not task.is_open:
                continue
            if task.task_type == "HUMAN" or (task.task_type == "WAIT" and task.wake_at is None):
                return execution, task
            child = None if task.sub_workflow_id is None else self._core.find(task.sub_workflow_id)
            inner = None if child is None else self.blocked_task(child)
            if inner is not None:
                return inner
        return None

    def add_log(self, task_id: str, text: str) -> None:
        """Add a line to a task's log."""
        self._core.store.write(Batch(logs=[(task_id, text, self._core.clock.now_ms())]))

    def logs(self, task_id: str) -> list[Document]:
        """Return the log of a task."""
        return [
            {"log": text, "taskId": task_id, "createdTime": created} for text, created in self._core.store.logs(task_id)
        ]

    def _apply(
        self, execution: Execution, event: TaskUpdated, logs: list[tuple[str, str, int]] | None = None
    ) -> TaskState:
        any_event: Event = event
        decision = self._core.apply(execution.workflow_id, any_event, logs=logs or ())
        task = decision.execution.task(event.task_id)
        if task is None:
            raise NotFound(f"No such task found by id: {event.task_id}")
        return task

    def _log_lines(self, task_id: str, logs: object) -> Iterator[tuple[str, str, int]]:
        for line in as_list(logs):
            document = as_map(line)
            text = as_text(document.get("log")) if document else as_text(line)
            if text is not None:
                yield task_id, text, as_int(document.get("createdTime")) or self._core.clock.now_ms()


def report_status(value: object, *, default: TaskStatus | None = None) -> TaskStatus:
    """Return the status of a report.

    Raises:
        InternalError: It is none of those a report may have; the real server answers 500 too.
    """
    if value is None and default is not None:
        return default
    if value not in _REPORTS:
        names = ", ".join(sorted(_REPORTS))
        raise InternalError(f"status must be one of {names}, not {value!r}")
    return TaskStatus(str(value))


def _lease_status(result: Document) -> TaskStatus | None:
    return TaskStatus.IN_PROGRESS if result.get("extendLease") is True else None


def _ids(result: Document) -> tuple[str, str]:
    workflow_id, task_id = as_text(result.get("workflowInstanceId")), as_text(result.get("taskId"))
    errors: list[Document] = []
    if not workflow_id:
        path, message = "updateTask.arg0.workflowInstanceId", "Workflow Id cannot be null or empty"
        errors.append({"path": path, "message": message})
    if not task_id:
        errors.append({"path": "updateTask.arg0.taskId", "message": "Task ID cannot be null or empty"})
    if errors:
        raise InvalidRequest("Validation failed, check below errors for detail.", validation_errors=errors)
    return workflow_id or "", task_id or ""
