"""Searches for executions, page by page and to the end."""

from __future__ import annotations

from conductor_core import Api, Call, Face, Stream, Task, Workflow, all_pages, endpoint, get, stream
from conductor_workflows._queries import Queries
from conductor_workflows.models import (
    ExternalStorageLocation,
    PayloadOperation,
    PayloadType,
    SearchResult,
    WorkflowSummary,
)


class Searching(Api[Face]):
    """What a search finds: whole executions, by their tasks, and all pages of it."""

    @stream
    def search_all(
        self,
        query: str | None = None,
        *,
        free_text: str = "*",
        sort: str | None = None,
        page_size: int = 100,
        skip_cache: bool | None = None,
    ) -> Stream[WorkflowSummary]:
        """Give every execution that a search finds, page after page.

        Args:
            query: conditions, as for :meth:`search`.
            free_text: words to look for in inputs and outputs.
            sort: a field, and ``:ASC`` or ``:DESC``; one is needed when executions start meanwhile.
            page_size: hits that one call fetches.
            skip_cache: ask the store itself, on servers that cache.
        """
        search = Queries.search.call
        return all_pages(
            lambda start: search(
                self, query, free_text=free_text, start=start, size=page_size, sort=sort, skip_cache=skip_cache
            )
        )

    @stream
    def get_all_workflow_tasks(self, workflow_id: str, *, page_size: int = 100) -> Stream[Task]:
        """Give every task of an execution, page after page; for executions too big for one answer."""
        tasks = Queries.get_workflow_tasks.call
        return all_pages(lambda start: tasks(self, workflow_id, start=start, count=page_size))

    @endpoint
    def search_v2(
        self,
        query: str | None = None,
        *,
        free_text: str = "*",
        start: int = 0,
        size: int = 100,
        sort: str | None = None,
    ) -> Call[SearchResult[Workflow]]:
        """Find executions as :meth:`search` does, and return them whole; on open-source servers."""
        page = {"start": start, "size": size, "sort": sort, "freeText": free_text, "query": query}
        hint = "use search, and get_workflow for each"
        return get("/workflow/search-v2", query=page, returns=SearchResult[Workflow], hint=hint)

    @endpoint
    def search_by_tasks(
        self,
        query: str | None = None,
        *,
        free_text: str = "*",
        start: int = 0,
        size: int = 100,
        sort: str | None = None,
    ) -> Call[SearchResult[WorkflowSummary]]:
        """Find executions by conditions on their tasks; on open-source servers."""
        page = {"start": start, "size": size, "sort": sort, "freeText": free_text, "query": query}
        hint = "use tasks.search, and get_workflow for each workflow_id"
        return get("/workflow/search-by-tasks", query=page, returns=SearchResult[WorkflowSummary], hint=hint)

    @endpoint
    def search_by_tasks_v2(
        self,
        query: str | None = None,
        *,
        free_text: str = "*",
        start: int = 0,
        size: int = 100,
        sort: str | None = None,
    ) -> Call[SearchResult[Workflow]]:
        """Find executions by conditions on their tasks, and return them whole; on open-source servers."""
        page = {"start": start, "size": size, "sort": sort, "freeText": free_text, "query": query}
        hint = "use tasks.search, and get_workflow for each workflow_id"
        return get("/workflow/search-by-tasks-v2", query=page, returns=SearchResult[Workflow], hint=hint)

    @endpoint
    def get_external_storage_location(
        self,
        path: str,
        operation: PayloadOperation = PayloadOperation.WRITE,
        payload_type: PayloadType = PayloadType.WORKFLOW_INPUT,
    ) -> Call[ExternalStorageLocation]:
        """Ask where a payload that is too big for the server is to be written to or read from."""
        query = {"path": path, "operation": operation, "payloadType": payload_type}
        hint = "this server keeps all payloads itself"
        return get("/workflow/externalstoragelocation", query=query, returns=ExternalStorageLocation, hint=hint)
