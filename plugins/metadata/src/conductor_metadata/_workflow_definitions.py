"""Definitions of workflows, and their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, Flow, WorkflowDef, delete, endpoint, get, post, put
from conductor_metadata.models import BulkResponse, DefinitionSource, WorkflowVersion, definition_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_LIST_ALL = "use get_all_workflow_defs, which every server has"


class WorkflowDefinitions(Api[Face]):
    """Workflow definitions. One is taken as a ``WorkflowDef`` or as anything with ``to_workflow_def()``."""

    @endpoint
    def register_workflow_def(
        self, definition: WorkflowDef | DefinitionSource, *, overwrite: bool = True, new_version: bool = False
    ) -> Call[None]:
        """Store a workflow definition.

        Args:
            definition: the definition.
            overwrite: replace the same name and version; False makes an existing one a ConflictError.
            new_version: store it as the next version, on servers that know it.
        """
        query = {"overwrite": overwrite, "newVersion": new_version or None}
        return post("/metadata/workflow", query=query, body=definition_of(definition), repeatable=overwrite)

    @endpoint
    def update_workflow_defs(
        self,
        definitions: Sequence[WorkflowDef | DefinitionSource],
        *,
        overwrite: bool | None = None,
        new_version: bool = False,
    ) -> Flow[BulkResponse]:
        """Store many workflow definitions, each over its own version; the answer names those that were refused."""
        query = {"overwrite": overwrite, "newVersion": new_version or None}
        body = [definition_of(definition) for definition in definitions]
        stored = yield from put(
            "/metadata/workflow", query=query, body=body, returns=BulkResponse, none_when_empty=True
        )
        return stored or BulkResponse()

    @endpoint
    def get_workflow_def(self, name: str, version: int | None = None, *, metadata: bool = False) -> Call[WorkflowDef]:
        """Fetch one definition: the highest version unless one is given; with its tags when ``metadata`` is set."""
        query = {"version": version, "metadata": metadata or None}
        return get("/metadata/workflow/{}", name, query=query, returns=WorkflowDef)

    @endpoint
    def get_all_workflow_defs(
        self,
        *,
        name: str | None = None,
        short: bool = False,
        access: str | None = None,
        metadata: bool = False,
        tag_key: str | None = None,
        tag_value: str | None = None,
    ) -> Call[list[WorkflowDef]]:
        """Fetch all definitions in all versions; filters have an effect on servers that know them."""
        query = {
            "name": name,
            "short": short or None,
            "access": access,
            "metadata": metadata or None,
            "tagKey": tag_key,
            "tagValue": tag_value,
        }
        return get("/metadata/workflow", query=query, returns=list[WorkflowDef])

    @endpoint
    def get_latest_workflow_defs(self) -> Call[list[WorkflowDef]]:
        """Fetch the highest version of each definition."""
        return get("/metadata/workflow/latest-versions", returns=list[WorkflowDef], hint=_LIST_ALL)

    @endpoint
    def get_workflow_versions(self, name: str) -> Call[list[WorkflowVersion]]:
        """Return the versions of one workflow."""
        return get("/metadata/workflow/{}/versions", name, returns=list[WorkflowVersion], hint=_LIST_ALL)

    @endpoint
    def get_workflow_names(self) -> Call[list[str]]:
        """Return the names of all workflows."""
        return get("/metadata/workflow/names", returns=list[str], hint=_LIST_ALL)

    @endpoint
    def get_workflow_names_and_versions(self) -> Call[dict[str, list[WorkflowVersion]]]:
        """Return the versions of every workflow, by its name."""
        path = "/metadata/workflow/names-and-versions"
        return get(path, returns=dict[str, list[WorkflowVersion]], hint=_LIST_ALL)

    @endpoint
    def validate_workflow_def(self, definition: WorkflowDef | DefinitionSource) -> Call[None]:
        """Check a definition without storing it; one with mistakes is a BadRequestError that lists them."""
        return post("/metadata/workflow/validate", body=definition_of(definition), repeatable=True)

    @endpoint
    def unregister_workflow(self, name: str, version: int) -> Call[None]:
        """Delete one version of a definition; the others stay."""
        return delete("/metadata/workflow/{}/{}", name, version)
