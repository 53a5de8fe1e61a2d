"""Registered definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._defaults import complete_task_definition, complete_workflow_definition, version_of
from conductor_embedded._values import Document, as_text
from conductor_embedded.errors import Conflict, InternalError, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_embedded._core import Core


class Metadata:
    """Registers, changes and reads definitions; whether they are valid has been checked before."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._tables = core.store.metadata

    def put_task_definitions(self, documents: Sequence[Document]) -> None:
        """Register task definitions; existing ones are replaced."""
        now = self._core.clock.now_ms()
        self._tables.put_task_definitions([{**complete_task_definition(item), "createTime": now} for item in documents])

    def update_task_definition(self, document: Document) -> None:
        """Replace an existing task definition."""
        name = as_text(document.get("name")) or ""
        known = self._tables.task_definition(name)
        if known is None:
            raise NotFound(f"No such task by name {name}")
        times: Document = {"createTime": known.get("createTime", 0), "updateTime": self._core.clock.now_ms()}
        self._tables.put_task_definitions([{"updatedBy": "", **complete_task_definition(document), **times}])

    def task_definition(self, name: str) -> Document:
        """Return a task definition."""
        found = self._tables.task_definition(name)
        if found is None:
            raise NotFound(f"No such taskType found by name: {name}")
        return found

    def task_definitions(self) -> list[Document]:
        """Return all task definitions."""
        return self._tables.task_definitions()

    def delete_task_definition(self, name: str) -> None:
        """Forget a task definition."""
        if self._tables.task_definition(name) is None:
            raise InternalError("No such task definition")
        self._tables.delete_task_definition(name)

    def create_workflow_definition(self, document: Document, *, overwrite: bool) -> None:
        """Register a workflow definition."""
        whole = complete_workflow_definition(document)
        name, version = as_text(whole.get("name")) or "", version_of(whole)
        if not overwrite and self._tables.workflow_definition(name, version) is not None:
            raise Conflict(f"Workflow with {name}.{version} already exists!")
        whole["createTime"] = self._core.clock.now_ms()
        self._tables.put_workflow_definitions([(name, version, whole)])

    def update_workflow_definitions(self, documents: Sequence[Document]) -> Document:
        """Register or replace workflow definitions, all or none."""
        now = self._core.clock.now_ms()
        rows: list[tuple[str, int, Document]] = []
        for document in documents:
            whole = complete_workflow_definition(document)
            name, version = as_text(whole.get("name")) or "", version_of(whole)
            known = self._tables.workflow_definition(name, version)
            whole["createTime"] = now if known is None else known.get("createTime", 0)
            whole["updateTime"] = now
            rows.append((name, version, whole))
        self._tables.put_workflow_definitions(rows)
        return {"bulkErrorResults": {}, "bulkSuccessfulResults": [name for name, _, _ in rows]}

    def workflow_definition(self, name: str, version: int | None) -> Document:
        """Return a workflow definition, the latest version unless told otherwise."""
        found = self._tables.workflow_definition(name, version)
        if found is None:
            asked = "null" if version is None else version
            raise NotFound(f"No such workflow found by name: {name}, version: {asked}")
        return found

    def workflow_definitions(self) -> list[Document]:
        """Return all versions of all workflow definitions."""
        return self._tables.workflow_definitions()

    def delete_workflow_definition(self, name: str, version: int) -> None:
        """Forget one version of a workflow definition."""
        if self._tables.workflow_definition(name, version) is None:
            raise InternalError(f"No such workflow definition: {name} version: {version}")
        self._tables.delete_workflow_definition(name, version)
