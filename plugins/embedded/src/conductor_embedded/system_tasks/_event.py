"""EVENT: tells a queue what has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded._values import Document, as_text
from conductor_embedded.decider._effects import PublishMessage
from conductor_embedded.decider._inputs import ExpressionContext, task_input
from conductor_embedded.decider._schedule import new_task
from conductor_embedded.expressions import resolve
from conductor_embedded.system_tasks._base import SystemTask, begin

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded.decider._draft import Draft

_OWN = "conductor"


class Event(SystemTask):
    """Puts its input into the queue that its sink stands for; the engine has queues of the kind `conductor` only."""

    type = "EVENT"

    def schedule(self, draft: Draft, node: TaskNode, previous: TaskState | None, delay_seconds: int) -> None:
        """Make the task with its sink among its inputs."""
        values = task_input(draft.execution, node, "")
        sink = resolve(node.document.get("sink"), ExpressionContext(draft.execution))
        values = {**values, "sink": sink, "asyncComplete": node.document.get("asyncComplete") is True}
        new_task(draft, node, previous, delay_seconds=delay_seconds, values=values)

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Tell, and end the task unless somebody outside has to."""
        if not begin(draft, task):
            return False
        mine = draft.edit(task)
        sink = as_text(task.input.get("sink")) or ""
        kind, _, name = sink.partition(":")
        if kind != _OWN:
            problem = f"Unknown queue type {kind}" if name else f"Illegal event {sink}"
            reason = f"Error loading queue:{sink}, for task:{task.task_id}, error: {problem}"
            mine.output = {**task.input, **_origin(draft), "event_produced": sink}
            draft.end_task(mine, TaskStatus.FAILED, reason=reason)
            return True
        workflow_id = draft.execution.workflow_id
        queue = f"{_OWN}:{draft.execution.definition.name}:{name or task.reference_name}"
        mine.output = {**task.input, **_origin(draft), "event_produced": queue}
        payload = {**task.input, **_origin(draft)}
        draft.effects.append(PublishMessage(workflow_id, draft.now_ms, queue, task.task_id, payload))
        if task.input.get("asyncComplete") is not True:
            draft.end_task(mine, TaskStatus.COMPLETED)
        return True


def _origin(draft: Draft) -> Document:
    execution = draft.execution
    return {
        "workflowInstanceId": execution.workflow_id,
        "workflowType": execution.definition.name,
        "workflowVersion": execution.definition.version,
        "correlationId": execution.correlation_id,
        "taskToDomain": execution.task_to_domain,
    }
