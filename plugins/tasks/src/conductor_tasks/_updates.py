"""How a task gets its result."""

from __future__ import annotations

from collections.abc import Mapping

from conductor_core import Api, Call, Face, endpoint, post
from conductor_core.models import Task, TaskResult, TaskResultStatus, Workflow

Output = Mapping[str, object]


class Updates(Api[Face]):
    """Results, by task id or by the task's reference name within its workflow."""

    @endpoint
    def update_task(self, result: TaskResult) -> Call[str]:
        """Store a result and return the task's id; the result of a task that has ended is ignored by the server."""
        return post("/tasks", body=result, returns=str, repeatable=True)

    @endpoint
    def update_task_v2(self, result: TaskResult) -> Call[Task | None]:
        """Store a result and take the next task of the same type and domain, or None when nothing is waiting."""
        return post(
            "/tasks/update-v2",
            body=result,
            returns=Task,
            none_when_empty=True,
            hint="use update_task, which every server has, and poll for the next task",
        )

    @endpoint
    def update_task_by_ref_name(
        self,
        workflow_id: str,
        task_ref_name: str,
        status: TaskResultStatus,
        output: Output | None = None,
        *,
        worker_id: str | None = None,
    ) -> Call[str]:
        """Update the open task of this reference name and return its id, or an empty text when none is open.

        The output is sent as it is, and merged into what the task has.
        """
        path = (workflow_id, task_ref_name, status)
        return post("/tasks/{}/{}/{}", *path, query={"workerid": worker_id}, body=dict(output or {}), returns=str)

    @endpoint
    def update_task_result(
        self, workflow_id: str, task_ref_name: str, status: TaskResultStatus, output: Output | None = None
    ) -> Call[str]:
        """Do the same as :meth:`update_task_by_ref_name`, under the name that other libraries have for it."""
        path = (workflow_id, task_ref_name, status)
        return post("/tasks/{}/{}/{}", *path, body=dict(output or {}), returns=str)

    @endpoint
    def update_task_sync(
        self,
        workflow_id: str,
        task_ref_name: str,
        status: TaskResultStatus,
        output: Output | None = None,
        *,
        worker_id: str | None = None,
    ) -> Call[Workflow]:
        """Update the open task of this reference name and return the workflow after its next decision."""
        path = (workflow_id, task_ref_name, status)
        return post(
            "/tasks/{}/{}/{}/sync", *path, query={"workerid": worker_id}, body=dict(output or {}), returns=Workflow
        )

    @endpoint
    def add_task_log(self, task_id: str, message: str) -> Call[None]:
        """Append one line to a task's log."""
        return post("/tasks/{}/log", task_id, text=message)
