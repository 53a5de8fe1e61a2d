"""How executions are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, ApiError, Call, Face, Flow, Sleep, Workflow, endpoint, get, post
from conductor_workflows.models import (
    CorrelationIdsSearchRequest,
    SearchResult,
    TaskPage,
    WorkflowStatusSummary,
    WorkflowSummary,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_core.models import TaskStatus

_PERHAPS_TOO_NEW = frozenset({403, 404, 500})
_RETRY_SECONDS = 10.0


class Queries(Api[Face]):
    """Executions by id, by correlation id and by search."""

    @endpoint
    def get_workflow(self, workflow_id: str, *, include_tasks: bool = True, retry: int = 0) -> Flow[Workflow]:
        """Fetch one execution, with its tasks unless told otherwise.

        Args:
            workflow_id: the execution.
            include_tasks: whether its tasks come too.
            retry: tries after one that the server refused with 500, 404 or 403, each 10 seconds later: for an execution
                that is so new that not every part of a cluster knows it.
        """
        call = get("/workflow/{}", workflow_id, query={"includeTasks": include_tasks}, returns=Workflow)
        for _ in range(retry):
            try:
                return (yield from call)
            except ApiError as error:
                if error.status not in _PERHAPS_TOO_NEW:
                    raise
            yield Sleep(_RETRY_SECONDS)
        return (yield from call)

    @endpoint
    def get_execution(self, workflow_id: str, *, include_tasks: bool = True) -> Call[Workflow]:
        """Fetch one execution with one call, with its tasks unless told otherwise."""
        return get("/workflow/{}", workflow_id, query={"includeTasks": include_tasks}, returns=Workflow)

    @endpoint
    def get_workflow_status(
        self, workflow_id: str, *, include_output: bool = False, include_variables: bool = False
    ) -> Call[WorkflowStatusSummary]:
        """Fetch the state of one execution, with its output and variables when asked."""
        query = {"includeOutput": include_output, "includeVariables": include_variables}
        return get("/workflow/{}/status", workflow_id, query=query, returns=WorkflowStatusSummary)

    @endpoint
    def get_workflow_tasks(
        self, workflow_id: str, *, start: int = 0, count: int = 15, status: Sequence[TaskStatus] = ()
    ) -> Call[TaskPage]:
        """Fetch one page of an execution's tasks, of all states or of the given ones."""
        query = {"start": start, "count": count, "status": list(status)}
        return get("/workflow/{}/tasks", workflow_id, query=query, returns=TaskPage)

    @endpoint
    def search(
        self,
        query: str | None = None,
        *,
        free_text: str = "*",
        start: int = 0,
        size: int = 100,
        sort: str | None = None,
        skip_cache: bool | None = None,
    ) -> Call[SearchResult[WorkflowSummary]]:
        """Find executions by a query like ``workflowType='orders' AND status IN (FAILED)`` and by free text.

        Args:
            query: conditions on workflowType, status, correlationId, version, startTime and others; None is none.
            free_text: words to look for in inputs and outputs; ``*`` is everything.
            start: number of hits to skip.
            size: most hits to return.
            sort: a field, and ``:ASC`` or ``:DESC``.
            skip_cache: ask the store itself, on servers that cache.
        """
        page = {
            "start": start,
            "size": size,
            "sort": sort,
            "freeText": free_text,
            "query": query,
            "skipCache": skip_cache,
        }
        return get("/workflow/search", query=page, returns=SearchResult[WorkflowSummary])

    @endpoint
    def get_running_workflows(
        self, name: str, *, version: int | None = None, start_time: int | None = None, end_time: int | None = None
    ) -> Call[list[str]]:
        """Return the ids of running executions; times in epoch milliseconds bound when they started."""
        query = {"version": version, "startTime": start_time, "endTime": end_time}
        return get("/workflow/running/{}", name, query=query, returns=list[str])

    @endpoint
    def get_by_correlation_id(
        self, name: str, correlation_id: str, *, include_closed: bool = False, include_tasks: bool = False
    ) -> Call[list[Workflow]]:
        """Fetch the executions of one workflow with one correlation id; finished ones when asked."""
        query = {"includeClosed": include_closed, "includeTasks": include_tasks}
        return get("/workflow/{}/correlated/{}", name, correlation_id, query=query, returns=list[Workflow])

    @endpoint
    def get_by_correlation_ids_of_workflow(
        self,
        name: str,
        correlation_ids: Sequence[str],
        *,
        include_closed: bool = False,
        include_tasks: bool = False,
    ) -> Call[dict[str, list[Workflow]]]:
        """Fetch the executions of one workflow for each of several correlation ids."""
        return post(
            "/workflow/{}/correlated",
            name,
            query={"includeClosed": include_closed, "includeTasks": include_tasks},
            body=list(correlation_ids),
            returns=dict[str, list[Workflow]],
            repeatable=True,
        )

    @endpoint
    def get_by_correlation_ids(
        self, request: CorrelationIdsSearchRequest, *, include_closed: bool = False, include_tasks: bool = False
    ) -> Call[dict[str, list[Workflow]]]:
        """Fetch the executions of several workflows for several correlation ids."""
        return post(
            "/workflow/correlated/batch",
            query={"includeClosed": include_closed, "includeTasks": include_tasks},
            body=request,
            returns=dict[str, list[Workflow]],
            repeatable=True,
            hint="use get_by_correlation_ids_of_workflow for each workflow",
        )
