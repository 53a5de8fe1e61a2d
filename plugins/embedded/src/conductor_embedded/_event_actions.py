"""What an event handler does when a message has come: each action is one decision, or a few."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conductor_embedded._java_text import java_text
from conductor_embedded._json import is_list, is_object
from conductor_embedded._state import TaskStatus
from conductor_embedded._values import Document, as_map, as_text
from conductor_embedded.decider import Looked, TaskUpdated, Terminated, VariablesChanged
from conductor_embedded.errors import InvalidRequest, NotFound
from conductor_embedded.expressions import resolve

if TYPE_CHECKING:
    from conductor_embedded._core import Core
    from conductor_embedded._starter import Starter
    from conductor_embedded._state import Execution, TaskState
    from conductor_embedded.decider import PublishMessage


class EventActions:
    """Runs actions; a refusal is an `EngineError`, and nothing has changed then."""

    def __init__(self, core: Core, starter: Starter) -> None:
        self._core = core
        self._starter = starter

    def run(self, action: Document, message: PublishMessage) -> None:
        """Do one action of a handler.

        Raises:
            EngineError: It cannot be done.
        """
        payload = as_map(expanded(message.payload)) if action.get("expandInlineJSON") is True else message.payload
        kind = as_text(action.get("action")) or ""
        details = as_map(action.get(kind))
        match kind:
            case "start_workflow":
                self._start(details, payload, message)
            case "complete_task":
                self._end_task(details, TaskStatus.COMPLETED, payload, message)
            case "fail_task":
                self._end_task(details, TaskStatus.FAILED, payload, message)
            case "terminate_workflow":
                values = as_map(resolve(details, payload))
                self._core.apply(_workflow_id(values), Terminated(as_text(values.get("terminationReason"))))
            case "update_workflow_variables":
                values = as_map(resolve(details, payload))
                changed = VariablesChanged(as_map(values.get("variables")), append=details.get("appendArray") is True)
                self._core.apply(_workflow_id(values), changed)
            case _:
                raise InvalidRequest(f"Action not supported {kind} for event {message.event}")

    def _start(self, details: Document, payload: Document, message: PublishMessage) -> None:
        correlation_id = resolve(details.get("correlationId"), payload)
        request: Document = {
            **details,
            "input": {**as_map(resolve(as_map(details.get("input")), payload)), **_origin(message)},
            "correlationId": None if correlation_id is None else java_text(correlation_id),
            "taskToDomain": details.get("taskToDomain") or as_map(payload.get("taskToDomain")),
            "event": message.event,
        }
        execution = self._starter.prepare(request)
        self._core.commit([self._core.decide(execution, Looked())])

    def _end_task(self, details: Document, status: TaskStatus, payload: Document, message: PublishMessage) -> None:
        template = {key: details.get(key) for key in ("workflowId", "taskId", "taskRefName", "reasonForIncompletion")}
        values = as_map(resolve({**template, **as_map(details.get("output"))}, payload))
        execution, task = self._task(values)
        reason = values.get("reasonForIncompletion")
        event = TaskUpdated(
            task_id=task.task_id,
            status=status,
            output={**values, **_origin(message)},
            reason=None if status is TaskStatus.COMPLETED or reason is None else java_text(reason),
            worker_id=task.worker_id,
        )
        self._core.apply(execution.workflow_id, event)

    def _task(self, values: Document) -> tuple[Execution, TaskState]:
        task_id, name = as_text(values.get("taskId")), as_text(values.get("taskRefName"))
        workflow_id = as_text(values.get("workflowId"))
        found = self._core.find_task(task_id) if task_id else None
        if found is None and not task_id and workflow_id and name:
            execution = self._core.get(workflow_id)
            task = execution.named(name)
            found = None if task is None else (execution, task)
        if found is None:
            where = f"taskId: {task_id}, reference name: {name}, workflowId: {workflow_id}"
            raise NotFound(f"No task found with {where}")
        return found


def expanded(value: object) -> object:
    """Return a payload with the texts in it that are JSON objects or lists read."""
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        try:
            return expanded(json.loads(value))
        except (ValueError, RecursionError):
            return value
    if is_object(value):
        return {key: expanded(item) for key, item in value.items()}
    return [expanded(item) for item in value] if is_list(value) else value


def _origin(message: PublishMessage) -> Document:
    return {"conductor.event.messageId": message.message_id, "conductor.event.name": message.event}


def _workflow_id(values: Document) -> str:
    found = as_text(values.get("workflowId"))
    if not found:
        raise InvalidRequest("the action names no workflowId")
    return found
