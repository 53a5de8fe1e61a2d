"""Results for the task that an execution waits at, and tasks as this client sees them."""

from __future__ import annotations

from collections.abc import Mapping

from conductor_core import Api, Call, Face, Task, TaskResult, Workflow, endpoint, get, post
from conductor_core.models import TaskResultStatus
from conductor_workflows.models import ReturnStrategy, SignalResponse

Values = Mapping[str, object]
_HINT = "use update_task_sync with the reference name of the task that waits"


class Signalling(Api[Face]):
    """Completes tasks from outside."""

    @endpoint
    def signal(
        self,
        workflow_id: str,
        status: TaskResultStatus = TaskResultStatus.COMPLETED,
        output: Values | None = None,
        *,
        return_strategy: ReturnStrategy = ReturnStrategy.TARGET_WORKFLOW,
    ) -> Call[SignalResponse]:
        """Complete the task that an execution waits at, in a sub-workflow too, and return what the strategy asks for.

        Args:
            workflow_id: the execution.
            status: what became of the task.
            output: output of the task.
            return_strategy: what the answer is about: the execution, the one that waits, or the task that it waits at.
        """
        path = (workflow_id, status)
        query = {"returnStrategy": return_strategy}
        body = dict(output or {})
        return post("/tasks/{}/{}/signal/sync", *path, query=query, body=body, returns=SignalResponse, hint=_HINT)

    @endpoint
    def signal_async(
        self,
        workflow_id: str,
        status: TaskResultStatus = TaskResultStatus.COMPLETED,
        output: Values | None = None,
    ) -> Call[None]:
        """Complete the task that an execution waits at, and do not wait for what comes of it."""
        return post("/tasks/{}/{}/signal", workflow_id, status, body=dict(output or {}), hint=_HINT)

    @endpoint
    def get_task(self, task_id: str) -> Call[Task]:
        """Fetch one task."""
        return get("/tasks/{}", task_id, returns=Task)

    @endpoint
    def update_task(
        self, task_id: str, workflow_id: str, status: TaskResultStatus, output: Values | None = None
    ) -> Call[str]:
        """Store the result of a task, and return its id."""
        result = TaskResult(task_id=task_id, workflow_instance_id=workflow_id, status=status)
        result.output_data = dict(output or {})
        return post("/tasks", body=result, returns=str, repeatable=True)

    @endpoint
    def update_task_by_ref_name(
        self, task_ref_name: str, workflow_id: str, status: TaskResultStatus, output: Values | None = None
    ) -> Call[str]:
        """Store the result of the open task of this reference name, and return its id."""
        path = (workflow_id, task_ref_name, status)
        return post("/tasks/{}/{}/{}", *path, body=dict(output or {}), returns=str)

    @endpoint
    def update_task_sync(
        self,
        task_ref_name: str,
        workflow_id: str,
        status: TaskResultStatus,
        output: Values | None = None,
        *,
        worker_id: str | None = None,
    ) -> Call[Workflow]:
        """Store the result of the open task of this reference name, and return the workflow after its next decision."""
        path = (workflow_id, task_ref_name, status)
        query = {"workerid": worker_id}
        return post("/tasks/{}/{}/{}/sync", *path, query=query, body=dict(output or {}), returns=Workflow)
