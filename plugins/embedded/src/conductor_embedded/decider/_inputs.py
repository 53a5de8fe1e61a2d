"""Evaluates the templates of a definition: what `${...}` can see, and how inputs come together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from conductor_embedded._definitions import split_reference
from conductor_embedded._values import Document, as_map
from conductor_embedded.expressions import TASK_ID_NAME, resolve

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded._state import Execution, TaskState


class ExpressionContext(Mapping[str, object]):
    """The document that expressions look into; the parts of it are made when they are asked for.

    Args:
        execution: Its tasks are found by reference name, the newest attempt of each.
        task_id: The task whose input is evaluated, if there is one.
    """

    def __init__(self, execution: Execution, task_id: str | None = None) -> None:
        self._execution = execution
        self._task_id = task_id
        self._parts: dict[str, object] = {}

    def __getitem__(self, key: str) -> object:
        if key not in self._parts:
            self._parts[key] = self._part(key)
        return self._parts[key]

    def __iter__(self) -> Iterator[str]:
        yield "workflow"
        if self._task_id is not None:
            yield TASK_ID_NAME
        yield from dict.fromkeys(
            split_reference(task.reference_name)[0] if task.loop_over_task else task.reference_name
            for task in self._execution.tasks
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _part(self, key: str) -> object:
        if key == "workflow":
            return _workflow_part(self._execution)
        if key == TASK_ID_NAME and self._task_id is not None:
            return self._task_id
        task = self._execution.named(key)
        if task is None:
            raise KeyError(key)
        return _task_part(task, self._execution)


def task_input(execution: Execution, node: TaskNode, task_id: str) -> Document:
    """Evaluate a task's input: its input parameters, filled up from the task definition's input template."""
    context = ExpressionContext(execution, task_id)
    values = as_map(resolve(node.input_parameters, context))
    template = node.task_definition.input_template
    if template:
        defaults = as_map(resolve(template, context))
        values = {
            **defaults,
            **{key: value for key, value in values.items() if value is not None or key not in defaults},
        }
    return values


def workflow_output(execution: Execution) -> Document:
    """Evaluate the output of an execution that ends: its output parameters, else the last task's output.

    To be called while the execution still has its old status, which `${workflow.status}` shows.
    """
    template = execution.definition.output_parameters
    if template:
        return as_map(resolve(template, ExpressionContext(execution)))
    return execution.tasks[-1].output if execution.tasks else {}


def _workflow_part(execution: Execution) -> Document:
    return {
        "input": execution.input,
        "output": execution.output,
        "status": str(execution.status),
        "workflowId": execution.workflow_id,
        "parentWorkflowId": execution.parent_workflow_id,
        "parentWorkflowTaskId": execution.parent_workflow_task_id,
        "workflowType": execution.definition.name,
        "version": execution.definition.version,
        "correlationId": execution.correlation_id,
        "reasonForIncompletion": execution.reason,
        "schemaVersion": 2,
        "variables": execution.variables,
        "createTime": execution.create_time,
    }


def _task_part(task: TaskState, execution: Execution) -> Document:
    return {
        "input": task.input,
        "output": task.output,
        "taskType": task.task_type,
        "status": str(task.status),
        "referenceTaskName": task.reference_name,
        "retryCount": task.retry_count,
        "correlationId": execution.correlation_id,
        "pollCount": task.poll_count,
        "taskDefName": task.definition_name,
        "scheduledTime": task.scheduled_time,
        "startTime": task.start_time,
        "endTime": task.end_time,
        "workflowInstanceId": execution.workflow_id,
        "taskId": task.task_id,
        "reasonForIncompletion": task.reason,
        "callbackAfterSeconds": task.callback_after_seconds,
        "workerId": task.worker_id,
        "iteration": task.iteration,
    }
