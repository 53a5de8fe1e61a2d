"""Agents as the server keeps them: compiled, deployed, looked up and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_agents._answers import AgentStartResponse, AgentSummary, CompileResponse, InspectResult
from conductor_core import Api, Call, Face, WorkflowDef, delete, endpoint, get, post

if TYPE_CHECKING:
    from conductor_agents._requests import AgentStartRequest, InspectPlanRequest


class Definitions(Api[Face]):
    """Agents by name."""

    @endpoint
    def compile_agent(self, request: AgentStartRequest) -> Call[CompileResponse]:
        """Return the workflow that an agent is compiled to; nothing is stored or started."""
        return post("/agent/compile", body=request, returns=CompileResponse, repeatable=True)

    @endpoint
    def deploy_agent(self, request: AgentStartRequest) -> Call[AgentStartResponse]:
        """Compile an agent and store it under its name, for starts by that name; nothing is started."""
        return post("/agent/deploy", body=request, returns=AgentStartResponse)

    @endpoint
    def list_agents(self) -> Call[list[AgentSummary]]:
        """List all deployed agents."""
        return get("/agent/list", returns=list[AgentSummary])

    @endpoint
    def get_agent(self, name: str, *, version: int | None = None) -> Call[dict[str, Any]]:
        """Return the document that an agent was deployed from, the latest version unless told otherwise.

        Raises:
            NotFoundError: no agent has this name.
        """
        return get("/agent/{}", name, query={"version": version}, returns=dict[str, Any])

    @endpoint
    def get_agent_definition(self, name: str, *, version: int | None = None) -> Call[WorkflowDef]:
        """Return the workflow that a deployed agent was compiled to."""
        return get("/agent/definitions/{}", name, query={"version": version}, returns=WorkflowDef)

    @endpoint
    def delete_agent(self, name: str, *, version: int | None = None) -> Call[None]:
        """Delete a deployed agent; its executions stay."""
        return delete("/agent/{}", name, query={"version": version})

    @endpoint
    def inspect_plan(self, request: InspectPlanRequest) -> Call[InspectResult]:
        """Compile a plan as a plan-and-execute agent would, without running it; the answer says what is wrong with it."""
        return post("/agent/inspect-plan", body=request, returns=InspectResult, repeatable=True)
