"""One operation on many executions; each answer says of every id whether it worked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, delete, endpoint, post, put
from conductor_core.models import BulkResponse
from conductor_workflows.models import BulkWorkflows

if TYPE_CHECKING:
    from collections.abc import Sequence


class Bulk(Api[Face]):
    """The operations of :class:`WorkflowApi` for up to 1000 ids at once."""

    @endpoint
    def bulk_pause(self, workflow_ids: Sequence[str]) -> Call[BulkResponse]:
        """Stop scheduling tasks in many executions."""
        return put("/workflow/bulk/pause", body=list(workflow_ids), returns=BulkResponse)

    @endpoint
    def bulk_resume(self, workflow_ids: Sequence[str]) -> Call[BulkResponse]:
        """Go on with many paused executions."""
        return put("/workflow/bulk/resume", body=list(workflow_ids), returns=BulkResponse)

    @endpoint
    def bulk_restart(self, workflow_ids: Sequence[str], *, use_latest_definitions: bool = False) -> Call[BulkResponse]:
        """Run many finished executions again from the beginning."""
        query = {"useLatestDefinitions": use_latest_definitions}
        return post("/workflow/bulk/restart", query=query, body=list(workflow_ids), returns=BulkResponse)

    @endpoint
    def bulk_retry(self, workflow_ids: Sequence[str]) -> Call[BulkResponse]:
        """Go on with many failed executions from their failed tasks."""
        return post("/workflow/bulk/retry", body=list(workflow_ids), returns=BulkResponse)

    @endpoint
    def bulk_terminate(
        self, workflow_ids: Sequence[str], reason: str | None = None, *, trigger_failure_workflow: bool = False
    ) -> Call[BulkResponse]:
        """End many executions as TERMINATED; failure workflows start only when asked for."""
        query = {"reason": reason, "triggerFailureWorkflow": trigger_failure_workflow or None}
        return post("/workflow/bulk/terminate", query=query, body=list(workflow_ids), returns=BulkResponse)

    @endpoint
    def bulk_delete(self, workflow_ids: Sequence[str]) -> Call[BulkResponse]:
        """Remove many executions."""
        return post("/workflow/bulk/delete", body=list(workflow_ids), returns=BulkResponse, hint="use bulk_remove")

    @endpoint
    def bulk_remove(self, workflow_ids: Sequence[str], *, archive_workflow: bool = True) -> Call[BulkResponse]:
        """Remove many executions, on open-source servers; ones that still run only without archiving them."""
        query = {"archiveWorkflow": archive_workflow}
        body = list(workflow_ids)
        return delete("/workflow/bulk/remove", query=query, body=body, returns=BulkResponse, hint="use bulk_delete")

    @endpoint
    def bulk_terminate_remove(
        self, workflow_ids: Sequence[str], reason: str | None = None, *, archive_workflow: bool = True
    ) -> Call[BulkResponse]:
        """End many executions and remove them, on open-source servers."""
        query = {"reason": reason, "archiveWorkflow": archive_workflow}
        hint = "use bulk_terminate and then bulk_delete"
        body = list(workflow_ids)
        return delete("/workflow/bulk/terminate-remove", query=query, body=body, returns=BulkResponse, hint=hint)

    @endpoint
    def bulk_search(self, workflow_ids: Sequence[str], *, include_tasks: bool = False) -> Call[BulkWorkflows]:
        """Fetch many executions by their ids, on open-source servers."""
        query = {"includeTasks": include_tasks}
        body = list(workflow_ids)
        hint = "use get_workflow for each id"
        return post("/workflow/bulk/search", query=query, body=body, returns=BulkWorkflows, repeatable=True, hint=hint)

    @endpoint
    def terminate_and_remove(
        self, workflow_id: str, reason: str | None = None, *, archive_workflow: bool = True
    ) -> Call[None]:
        """End one execution and remove it, on open-source servers."""
        query = {"reason": reason, "archiveWorkflow": archive_workflow}
        hint = "use terminate and then delete_workflow"
        return delete("/workflow/{}/terminate-remove", workflow_id, query=query, hint=hint)
