"""The workflow executor: executions by the older methods and their order of arguments."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from conductor_core import Conductor
from conductor_core.models import StartWorkflowRequest, TaskResult, TaskResultStatus
from conductor_migration._configuration import AnyConfiguration, settings_of
from conductor_migration._methods import EXECUTOR
from conductor_migration._requests import update_task_by_ref_name, update_task_sync

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core.models import Task, Workflow
    from conductor_migration._older import Older


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
        method = EXECUTOR.get(name)
        return getattr(self.conductor.workflows, name) if method is None else partial(self._call, method)

    def _call(self, method: Older, /, *positional: Any, **keywords: Any) -> Any:
        return getattr(self.conductor.workflows, method.target)(**method.bound(positional, keywords))

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
        task_id: str = update_task_by_ref_name(self.conductor, workflow_id, task_reference_name, status, task_output)
        return task_id

    def update_task_by_ref_name_sync(
        self, task_output: Mapping[str, object], workflow_id: str, task_reference_name: str, status: str
    ) -> Workflow:
        """Store the result of the open task of a reference name, and return the execution."""
        found: Workflow = update_task_sync(self.conductor, workflow_id, task_reference_name, status, task_output)
        return found

    def close(self) -> None:
        """Close the connection."""
        self.conductor.close()
