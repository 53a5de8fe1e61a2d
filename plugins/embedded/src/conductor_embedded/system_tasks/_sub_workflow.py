"""SUB_WORKFLOW: runs another workflow and takes over its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._values import Document, as_map, as_text
from conductor_embedded.decider._effects import StartChild, TerminateChild
from conductor_embedded.decider._inputs import ExpressionContext, task_input
from conductor_embedded.decider._schedule import new_task
from conductor_embedded.expressions import resolve
from conductor_embedded.system_tasks._base import SystemTask

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded._state import TaskState
    from conductor_embedded.decider._draft import Draft


class SubWorkflow(SystemTask):
    """Starts an execution of another workflow; ends as that one does, with its output."""

    type = "SUB_WORKFLOW"

    def schedule(self, draft: Draft, node: TaskNode, previous: TaskState | None, delay_seconds: int) -> None:
        """Make the task, and ask for the start of the sub-workflow."""
        values = task_input(draft.execution, node, "")
        parameters = _parameters(draft, node)
        task = new_task(draft, node, previous, delay_seconds=delay_seconds, values=_child_request(parameters, values))
        self._ask(draft, task)

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Do nothing: the start and the end of the sub-workflow are events of their own."""
        del draft, task
        return False

    def cancel(self, draft: Draft, task: TaskState, reason: str | None) -> None:
        """End the sub-workflow too."""
        if task.sub_workflow_id is not None:
            text = f"Parent workflow has been terminated with reason: {reason or 'null'}"
            draft.effects.append(TerminateChild(task.sub_workflow_id, draft.now_ms, text))

    def reset(self, draft: Draft, task: TaskState) -> None:
        """Ask for the start of a new sub-workflow."""
        task.reason = None
        self._ask(draft, task)

    @staticmethod
    def _ask(draft: Draft, task: TaskState) -> None:
        task.wake_at = None
        draft.effects.append(StartChild(draft.execution.workflow_id, task.task_id, task.available_at))


def _parameters(draft: Draft, node: TaskNode) -> Document:
    template = as_map(node.document.get("subWorkflowParam"))
    inline = template.get("workflowDefinition")
    if isinstance(inline, dict):
        # The expressions inside belong to the child.
        template = {**template, "workflowDefinition": None}
    parameters = as_map(resolve(template, ExpressionContext(draft.execution)))
    if isinstance(inline, dict):
        return {**parameters, "workflowDefinition": inline}
    if parameters.get("version") is None:
        # That of a branch of a dynamic fork; others have it since their execution began.
        parameters["version"] = draft.context.latest_version(as_text(parameters.get("name")) or "")
    return parameters


def _child_request(parameters: Document, values: Document) -> Document:
    return {
        "subWorkflowDefinition": parameters.get("workflowDefinition"),
        "workflowInput": values,
        "subWorkflowTaskToDomain": parameters.get("taskToDomain"),
        "idempotencyKey": parameters.get("idempotencyKey"),
        "subWorkflowName": parameters.get("name"),
        "priority": parameters.get("priority"),
        "subWorkflowVersion": parameters.get("version"),
        "idempotencyStrategy": parameters.get("idempotencyStrategy"),
    }
