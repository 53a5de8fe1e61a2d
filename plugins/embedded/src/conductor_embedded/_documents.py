"""Executions and tasks as the wire documents of the server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from conductor_embedded._java_text import java_text

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded._state import Execution, TaskState
    from conductor_embedded._values import Document

_LIMITED: Final = frozenset({"DO_WHILE", "HTTP"})
"""Types of the engine whose documents show the rate limit of their definition, as those of worker tasks do."""

_NEVER_SCHEDULED: Final = 0
"""The `seq` of a task that was skipped before its turn."""
_FREE: Final[Document] = {"rateLimitPerFrequency": 0, "rateLimitFrequencyInSeconds": 0}


def task_document(execution: Execution, task: TaskState) -> Document:
    """Return a Task document; null fields are left out."""
    node = execution.node(task.reference_name)
    document: Document = {
        "taskType": task.task_type,
        "status": str(task.status),
        "inputData": task.input,
        "referenceTaskName": task.reference_name,
        "retryCount": task.retry_count,
        "seq": task.seq,
        "correlationId": execution.correlation_id,
        "pollCount": task.poll_count,
        "taskDefName": task.definition_name,
        "scheduledTime": task.scheduled_time,
        "startTime": task.start_time,
        "endTime": task.end_time,
        "updateTime": task.update_time,
        "startDelayInSeconds": task.start_delay_seconds,
        "retriedTaskId": task.retried_task_id,
        "retried": task.retried,
        "executed": task.executed,
        "callbackFromWorker": True,
        "responseTimeoutSeconds": task.response_timeout_seconds,
        "workflowInstanceId": execution.workflow_id,
        "workflowType": None if task.seq == _NEVER_SCHEDULED else execution.definition.name,
        "taskId": task.task_id,
        "reasonForIncompletion": task.reason,
        "callbackAfterSeconds": task.callback_after_seconds,
        "workerId": task.worker_id,
        "outputData": task.output,
        "domain": task.domain,
        "workflowPriority": execution.priority,
        "iteration": task.iteration,
        "subWorkflowId": task.sub_workflow_id,
        "subworkflowChanged": False,
        "firstStartTime": 0,
        "loopOverTask": task.loop_over_task,
        "queueWaitTime": _queue_wait(task),
        "executionMetadata": {"additionalContext": {}, "additionalContextMap": {}, "empty": True},
        **_node_part(node, task),
    }
    return _without_nulls(document)


def workflow_document(execution: Execution, *, include_tasks: bool = True) -> Document:
    """Return a Workflow document; null fields are left out."""
    definition = execution.definition
    document: Document = {
        "ownerApp": "",
        "createTime": execution.create_time,
        "updateTime": execution.update_time,
        "createdBy": execution.created_by,
        "status": str(execution.status),
        "endTime": execution.end_time,
        "workflowId": execution.workflow_id,
        "parentWorkflowId": execution.parent_workflow_id,
        "parentWorkflowTaskId": execution.parent_workflow_task_id,
        "tasks": [task_document(execution, task) for task in execution.tasks] if include_tasks else [],
        "input": execution.input,
        "output": execution.output,
        "correlationId": execution.correlation_id,
        "reasonForIncompletion": execution.reason,
        "event": execution.event,
        "taskToDomain": execution.task_to_domain,
        "failedReferenceTaskNames": execution.failed_reference_names,
        "workflowDefinition": definition.document,
        "priority": execution.priority,
        "variables": execution.variables,
        "lastRetriedTime": execution.last_retried_time,
        "failedTaskNames": execution.failed_task_names,
        "history": [],
        "rateLimited": False,
        "startTime": execution.start_time,
        "workflowName": definition.name,
        "workflowVersion": definition.version,
    }
    return _without_nulls(document)


def workflow_summary(execution: Execution) -> Document:
    """Return a WorkflowSummary document, as searches list it."""
    input_text, output_text = java_text(execution.input), java_text(execution.output)
    ended = execution.status.is_terminal and execution.end_time > 0
    document: Document = {
        "workflowType": execution.definition.name,
        "version": execution.definition.version,
        "workflowId": execution.workflow_id,
        "correlationId": execution.correlation_id,
        "startTime": _iso(execution.start_time),
        "updateTime": _iso(execution.update_time),
        "endTime": _iso(execution.end_time),
        "status": str(execution.status),
        "input": input_text,
        "output": output_text,
        "reasonForIncompletion": execution.reason,
        "executionTime": execution.end_time - execution.start_time if ended else 0,
        "event": execution.event,
        "failedReferenceTaskNames": ",".join(execution.failed_reference_names),
        "priority": execution.priority,
        "failedTaskNames": execution.failed_task_names,
        "taskToDomain": execution.task_to_domain,
        "parentWorkflowId": execution.parent_workflow_id or "",
        "classifier": "workflow",
        "inputSize": len(input_text),
        "outputSize": len(output_text),
    }
    return _without_nulls(document)


def task_summary(execution: Execution, task: TaskState) -> Document:
    """Return a TaskSummary document, as searches list it."""
    document: Document = {
        "workflowId": execution.workflow_id,
        "workflowType": execution.definition.name,
        "correlationId": execution.correlation_id,
        "scheduledTime": _iso(task.scheduled_time),
        "startTime": _iso(task.start_time),
        "updateTime": _iso(task.update_time),
        "endTime": _iso(task.end_time),
        "status": str(task.status),
        "reasonForIncompletion": task.reason,
        "executionTime": task.end_time - task.start_time if task.end_time and task.start_time else 0,
        "queueWaitTime": _queue_wait(task),
        "taskDefName": task.definition_name,
        "taskType": task.task_type,
        "input": java_text(task.input),
        "output": java_text(task.output),
        "taskId": task.task_id,
        "workflowPriority": execution.priority,
        "domain": task.domain,
    }
    return _without_nulls(document)


def _node_part(node: TaskNode | None, task: TaskState) -> Document:
    if node is None:
        return {}
    if task.seq == _NEVER_SCHEDULED:
        return {"workflowTask": {key: value for key, value in node.document.items() if key != "taskDefinition"}} | _FREE
    definition = node.task_definition.document
    is_dynamic = node.type == "DYNAMIC"
    is_limited = node.type in _LIMITED or (task.queue is not None and not is_dynamic)
    limited = definition if is_limited else {}
    return {
        "workflowTask": {**node.document, "name": task.definition_name} if is_dynamic else node.document,
        "rateLimitPerFrequency": limited.get("rateLimitPerFrequency", 0),
        "rateLimitFrequencyInSeconds": limited.get("rateLimitFrequencyInSeconds", 0),
        "taskDefinition": definition if "taskDefinition" in node.document else None,
    }


def _queue_wait(task: TaskState) -> int:
    if task.start_time == 0 or (task.callback_after_seconds > 0 and task.update_time > 0):
        return 0
    return max(0, task.start_time - task.scheduled_time)


def _without_nulls(document: Document) -> Document:
    return {key: value for key, value in document.items() if value is not None}


def _iso(epoch_ms: int) -> str | None:
    if epoch_ms <= 0:
        return None
    moment = datetime.fromtimestamp(epoch_ms / 1000, tz=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
