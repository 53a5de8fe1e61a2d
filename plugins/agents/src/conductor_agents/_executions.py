"""Executions of agents: started, looked at and found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_agents._answers import (
    AgentExecutionDetail,
    AgentExecutionSummary,
    AgentRun,
    AgentStartResponse,
    AgentStatus,
    ExecutionSummary,
    TaskList,
)
from conductor_core import Api, Call, Face, Workflow, endpoint, get, post
from conductor_core.models import SearchResult, TaskExecLog

if TYPE_CHECKING:
    from conductor_agents._requests import AgentStartRequest

_NEWEST_FIRST = "startTime:DESC"


class Executions(Api[Face]):
    """Executions by id, and the search for them."""

    @endpoint
    def start_agent(self, request: AgentStartRequest) -> Call[AgentStartResponse]:
        """Start an agent, deployed or brought along; the answer names the task types that need workers.

        A try is repeated after a failure only when the request has an ``idempotency_key``.
        """
        repeatable = request.idempotency_key is not None
        return post("/agent/start", body=request, returns=AgentStartResponse, repeatable=repeatable)

    @endpoint
    def get_status(self, execution_id: str) -> Call[AgentStatus]:
        """Return how far an execution is, and what it waits for; cheaper than the execution itself."""
        return get("/agent/{}/status", execution_id, returns=AgentStatus)

    @endpoint
    def get_execution(self, execution_id: str) -> Call[AgentRun]:
        """Return an execution with its steps and the tokens that it used."""
        return get("/agent/execution/{}", execution_id, returns=AgentRun)

    @endpoint
    def get_execution_detail(self, execution_id: str) -> Call[AgentExecutionDetail]:
        """Return an execution and the step that it is at."""
        return get("/agent/executions/{}", execution_id, returns=AgentExecutionDetail)

    @endpoint
    def get_full_execution(self, execution_id: str) -> Call[Workflow]:
        """Return the workflow execution behind an agent's, with its tasks and its definition."""
        return get("/agent/executions/{}/full", execution_id, returns=Workflow)

    @endpoint
    def get_execution_tasks(
        self, execution_id: str, *, status: str | None = None, start: int = 0, count: int = 15
    ) -> Call[TaskList]:
        """List the tasks of an execution page by page.

        Args:
            execution_id: the execution.
            status: only tasks in this state.
            start: number of tasks to skip.
            count: most tasks to return.
        """
        query = {"status": status, "start": start, "count": count}
        return get("/agent/executions/{}/tasks", execution_id, query=query, returns=TaskList)

    @endpoint
    def get_task_logs(self, task_id: str) -> Call[list[TaskExecLog]]:
        """List what a worker has logged for a task."""
        return get("/agent/tasks/{}/log", task_id, returns=list[TaskExecLog])

    @endpoint
    def list_executions(
        self,
        *,
        agent_name: str | None = None,
        status: str | None = None,
        session_id: str | None = None,
        free_text: str | None = None,
        classifier: str | None = None,
        start: int = 0,
        size: int = 20,
        sort: str = _NEWEST_FIRST,
    ) -> Call[SearchResult[AgentExecutionSummary]]:
        """Find executions of agents page by page.

        Args:
            agent_name: only of this agent.
            status: only in this state, like ``FAILED``.
            session_id: only of this session; some servers do not look at it.
            free_text: words to look for.
            classifier: how the server tells executions of agents from others, where it does not go by their names.
            start: number of hits to skip.
            size: most hits to return.
            sort: a field, and ``:ASC`` or ``:DESC``.
        """
        query = {
            "start": start,
            "size": size,
            "sort": sort,
            "freeText": free_text,
            "status": status,
            "agentName": agent_name,
            "sessionId": session_id,
            "classifier": classifier,
        }
        return get("/agent/executions", query=query, returns=SearchResult[AgentExecutionSummary])

    @endpoint
    def search_executions(
        self,
        query: str | None = None,
        *,
        free_text: str | None = None,
        classifier: str | None = None,
        start: int = 0,
        size: int = 20,
        sort: str = _NEWEST_FIRST,
    ) -> Call[SearchResult[ExecutionSummary]]:
        """Find executions of agents and of workflows by a query like ``workflowType = 'helper' AND status = 'FAILED'``.

        Args:
            query: conditions on fields; None is no condition.
            free_text: words to look for.
            classifier: only executions of a kind, on servers that tell them apart.
            start: number of hits to skip.
            size: most hits to return.
            sort: a field, and ``:ASC`` or ``:DESC``.
        """
        page = {
            "start": start,
            "size": size,
            "sort": sort,
            "freeText": free_text,
            "query": query,
            "classifier": classifier,
        }
        return get("/agent/executions/search", query=page, returns=SearchResult[ExecutionSummary])
