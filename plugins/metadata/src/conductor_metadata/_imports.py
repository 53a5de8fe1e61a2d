"""Definitions in bulk: from other languages, and to other places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, WorkflowDef, endpoint, post

if TYPE_CHECKING:
    from conductor_metadata.models import IncomingBpmnFile


class Imports(Api[Face]):
    """Definitions that come from files, or go there."""

    @endpoint
    def import_bpmn(self, file: IncomingBpmnFile, *, overwrite: bool = True) -> Call[list[WorkflowDef]]:
        """Turn a BPMN file into workflow definitions, store them and return them."""
        hint = "the open-source server reads no BPMN: build the definition with conductor_workflows.ConductorWorkflow"
        query = {"overwrite": overwrite}
        return post(
            "/metadata/workflow-importer/import-bpm", query=query, body=file, returns=list[WorkflowDef], hint=hint
        )

    @endpoint
    def upload_definitions(self) -> Call[None]:
        """Copy all definitions of tasks and workflows to the storage that the cluster is set up with."""
        hint = "read them with get_all_workflow_defs and get_all_task_defs, and keep them where you like"
        return post("/metadata/workflow-task-defs/upload", repeatable=True, hint=hint)
