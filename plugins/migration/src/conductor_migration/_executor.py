"""The workflow executor: executions by the older methods and their order of arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core import Conductor
from conductor_core.models import StartWorkflowRequest, TaskResult, TaskResultStatus
from conductor_migration._configuration import AnyConfiguration, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core.models import Task


class WorkflowExecutor:
    """Starts executions and steers them. What is not defined here is the method of ``conductor.workflows``.

    Args:
        configuration: where the server is, or a conductor to share; the environment when None.
    """

    def __init__(self, configuration: AnyConfiguration | Conductor = None) -> None:
        self.conductor: Conductor = (
            configuration if isinstance(configuration, Conductor) else Conductor(settings_of(configuration))
        )

    @property
    def workflows(self) -> Any:  # of a distribution that this one does not need
        """The client behind it, ``conductor.workflows``."""
        return self.conductor.workflows

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "conductor":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(self.conductor.workflows, name)

    def execute(
        self,
        name: str,
        version: int | None = None,
        workflow_input: Mapping[str, object] | None = None,
        wait_until_task_ref: str | None = None,
        wait_for_seconds: int = 10,
        request_id: str | None = None,
        correlation_id: str | None = None,
        domain: str | None = None,
    ) -> Any:
        """Start an execution and wait on the server for its end, at most ``wait_for_seconds``."""
        request = StartWorkflowRequest(
            name=name,
            version=version,
            input=dict(workflow_input or {}),
            correlation_id=correlation_id,
            task_to_domain=None if domain is None else {"*": domain},
        )
        return self.conductor.workflows.execute_workflow(
            request,
            request_id=request_id,
            wait_until_task_ref=wait_until_task_ref,
            wait_for_seconds=wait_for_seconds,
        )

    def start_workflows(self, *start_workflow_request: StartWorkflowRequest) -> list[str]:
        """Start executions one after the other, and return their ids."""
        return [self.conductor.workflows.start_workflow(request) for request in start_workflow_request]

    def remove_workflow(self, workflow_id: str, archive_workflow: bool = True) -> None:  # noqa: FBT001, FBT002 - the older signature
        """Delete an execution."""
        self.conductor.workflows.delete_workflow(workflow_id, archive_workflow=archive_workflow)

    def get_task(self, task_id: str) -> Task:
        """Fetch one task."""
        return self.conductor.tasks.get_task(task_id)

    def update_task(self, task_id: str, workflow_id: str, task_output: Mapping[str, object], status: str) -> str:
        """Store a task's result, and return the task's id."""
        result = TaskResult(task_id=task_id, workflow_instance_id=workflow_id, status=TaskResultStatus(status))
        result.output_data = dict(task_output)
        return self.conductor.tasks.update_task(result)

    def update_task_by_ref_name(
        self, task_output: Mapping[str, object], workflow_id: str, task_reference_name: str, status: str
    ) -> str:
        """Store the result of the open task of a reference name, and return the task's id."""
        outcome = TaskResultStatus(status)
        return self.conductor.tasks.update_task_by_ref_name(workflow_id, task_reference_name, outcome, task_output)

    def close(self) -> None:
        """Close the connection."""
        self.conductor.close()
