"""Changes of executions beyond pause, retry and their like."""

from __future__ import annotations

from collections.abc import Mapping

from conductor_core import Api, Call, Face, Workflow, endpoint, post
from conductor_workflows.models import UpgradeWorkflowRequest, WorkflowRun, WorkflowStateUpdate, WorkflowTestRequest

Values = Mapping[str, object]
_MARGIN = 30.0  # seconds that an answer may take beyond the time the server was asked to wait


class Changing(Api[Face]):
    """Tests definitions, and changes executions while they run."""

    @endpoint
    def test_workflow(self, request: WorkflowTestRequest) -> Call[Workflow]:
        """Run a definition on the server with results in place of workers, and return the finished workflow."""
        hint = "run it on the embedded engine, with workers that give these results"
        return post("/workflow/test", body=request, returns=Workflow, hint=hint)

    @endpoint
    def update_state(
        self,
        workflow_id: str,
        update: WorkflowStateUpdate,
        *,
        request_id: str,
        wait_until_task_ref: str | None = None,
        wait_for_seconds: int = 10,
    ) -> Call[WorkflowRun]:
        """Change variables and complete one task at once, and wait for a task or the end.

        Args:
            workflow_id: the execution.
            update: new variables, and the result of one task.
            request_id: an id of the caller's.
            wait_until_task_ref: reference name of a task; the answer comes when it has ended.
            wait_for_seconds: seconds that the server waits.
        """
        query = {
            "requestId": request_id,
            "waitUntilTaskRef": wait_until_task_ref,
            "waitForSeconds": wait_for_seconds,
        }
        return post(
            "/workflow/{}/state",
            workflow_id,
            query=query,
            body=update,
            returns=WorkflowRun,
            timeout=wait_for_seconds + _MARGIN,
            hint="use update_task_sync for the task, and a SET_VARIABLE task in the definition for variables",
        )

    @endpoint
    def upgrade_running_workflow(self, workflow_id: str, request: UpgradeWorkflowRequest) -> Call[None]:
        """Move a running execution to another version of its definition."""
        hint = "terminate it and start the new version"
        return post("/workflow/{}/upgrade", workflow_id, body=request, hint=hint)

    @endpoint
    def send_message(self, workflow_id: str, message: Values) -> Call[str]:
        """Put a message where a PULL_WORKFLOW_MESSAGES task of a running execution takes it from, and return its id.

        Servers say NotFoundError when messages are switched off, ConflictError when the execution does not run, and
        RateLimitedError when too many wait.
        """
        hint = "switch the server's workflow messages on, or complete a WAIT task instead"
        return post("/workflow/{}/messages", workflow_id, body=dict(message), returns=str, hint=hint)
