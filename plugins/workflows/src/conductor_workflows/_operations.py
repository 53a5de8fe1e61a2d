"""What can be done with an execution."""

from __future__ import annotations

from collections.abc import Mapping

from conductor_core import Api, Call, Face, Workflow, delete, endpoint, post, put
from conductor_workflows.models import RerunWorkflowRequest, SkipTaskRequest

Values = Mapping[str, object]


class Operations(Api[Face]):
    """Pauses, ends, repeats and changes executions."""

    @endpoint
    def pause(self, workflow_id: str) -> Call[None]:
        """Stop scheduling tasks; those that run may finish."""
        return put("/workflow/{}/pause", workflow_id)

    @endpoint
    def resume(self, workflow_id: str) -> Call[None]:
        """Go on with a paused workflow."""
        return put("/workflow/{}/resume", workflow_id)

    @endpoint
    def terminate(
        self, workflow_id: str, reason: str | None = None, *, trigger_failure_workflow: bool = False
    ) -> Call[None]:
        """End a workflow as TERMINATED; its failure workflow starts only when asked for."""
        query = {"reason": reason, "triggerFailureWorkflow": trigger_failure_workflow}
        return delete("/workflow/{}", workflow_id, query=query)

    @endpoint
    def restart(self, workflow_id: str, *, use_latest_definitions: bool = False) -> Call[None]:
        """Run a finished workflow again from the beginning, on its old definition or on the newest."""
        query = {"useLatestDefinitions": use_latest_definitions}
        return post("/workflow/{}/restart", workflow_id, query=query)

    @endpoint
    def retry(
        self,
        workflow_id: str,
        *,
        resume_subworkflow_tasks: bool = False,
        retry_if_retried_by_parent: bool | None = None,
    ) -> Call[None]:
        """Go on from the failed tasks; inside a failed sub-workflow when ``resume_subworkflow_tasks`` is set."""
        query = {
            "resumeSubworkflowTasks": resume_subworkflow_tasks,
            "retryIfRetriedByParent": retry_if_retried_by_parent,
        }
        return post("/workflow/{}/retry", workflow_id, query=query)

    @endpoint
    def rerun(self, workflow_id: str, request: RerunWorkflowRequest) -> Call[str]:
        """Run a finished workflow again from one of its tasks or from the start, and return its id."""
        return post("/workflow/{}/rerun", workflow_id, body=request, returns=str)

    @endpoint
    def skip_task_from_workflow(
        self, workflow_id: str, task_ref_name: str, request: SkipTaskRequest | None = None
    ) -> Call[None]:
        """Mark a task that is not scheduled yet as skipped, with input and output in its place."""
        return put("/workflow/{}/skiptask/{}", workflow_id, task_ref_name, body=request or SkipTaskRequest())

    @endpoint
    def jump_to_task(self, workflow_id: str, task_ref_name: str, input: Values | None = None) -> Call[None]:
        """Move a running workflow to another of its tasks."""
        hint = "use rerun with re_run_from_task_id, once the workflow has ended"
        return post("/workflow/{}/jump/{}", workflow_id, task_ref_name, body=dict(input or {}), hint=hint)

    @endpoint
    def update_variables(self, workflow_id: str, variables: Values) -> Call[Workflow]:
        """Change variables of a running workflow."""
        hint = "use a SET_VARIABLE task in the definition"
        return post("/workflow/{}/variables", workflow_id, body=dict(variables), returns=Workflow, hint=hint)

    @endpoint
    def delete_workflow(self, workflow_id: str, *, archive_workflow: bool = True) -> Call[None]:
        """Remove an execution; one that still runs can only be removed without archiving it."""
        return delete("/workflow/{}/remove", workflow_id, query={"archiveWorkflow": archive_workflow})

    @endpoint
    def decide(self, workflow_id: str) -> Call[None]:
        """Make the server look at an execution now."""
        return put("/workflow/decide/{}", workflow_id)

    @endpoint
    def reset_callbacks(self, workflow_id: str) -> Call[None]:
        """Make tasks that wait for their callback time due now."""
        return post("/workflow/{}/resetcallbacks", workflow_id, repeatable=True)
