"""Executions that a workflow starts and does not wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_workflows.builder._task import TaskBuilder, checked_name, given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_workflows.builder._expression import Expression
    from conductor_workflows.builder._task import TaskOptions


class StartWorkflowTask(TaskBuilder):
    """Starts a registered workflow and goes on at once; its output is the new execution's id.

    Args:
        task_ref_name: unique name of this task.
        workflow_name: name of the workflow; may be an expression.
        workflow_input: input of the execution, values or expressions.
        version: its version; None takes the highest.
        correlation_id: correlation id of the execution.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "START_WORKFLOW"

    def __init__(
        self,
        task_ref_name: str,
        workflow_name: str,
        workflow_input: Mapping[str, object] | None = None,
        version: int | str | None = None,
        correlation_id: str | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, **options)
        request = {
            "name": checked_name(workflow_name, f"workflow_name of task {task_ref_name!r}"),
            "version": version,
            "input": dict(workflow_input or {}),
            "correlationId": correlation_id,
        }
        self.input_parameter("startWorkflow", given(request))

    def workflow_id(self) -> Expression:
        """Return the expression for the id of the execution that was started."""
        return self.output("workflowId")
