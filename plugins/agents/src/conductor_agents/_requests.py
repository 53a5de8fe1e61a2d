"""What is sent to start an agent, and to work on its executions."""

from __future__ import annotations

from pydantic import Field

from conductor_agents._skill_documents import SkillRef
from conductor_agents.config import AgentConfig
from conductor_core.models import ConductorModel, JsonObject


class AgentStartRequest(ConductorModel):
    """Which agent, and what it is asked: a deployed one by its name, or one that comes along.

    Compiling and deploying take the same document without a prompt.
    """

    name: str | None = None
    """A deployed agent."""
    version: int | None = None
    """Of the deployed agent; None is the latest."""
    agent_config: AgentConfig | None = None
    """An agent that comes along."""
    prompt: str | None = None
    model: str | None = None
    """A model in place of the agent's own."""
    session_id: str | None = None
    """Executions of one session share a conversation."""
    media: list[str] | None = None
    """Addresses of images and other files."""
    context: JsonObject | None = None
    idempotency_key: str | None = None
    """A second start with the same key gives the first one's execution."""
    framework: str | None = None
    """Says what kind of agent ``raw_config`` describes, like ``skill``."""
    raw_config: JsonObject | None = None
    skill_ref: SkillRef | None = None
    """A registered skill that the agent is made from; ``framework`` is ``skill`` then."""
    timeout_seconds: int | None = None
    run_id: str | None = None
    """Task domain of this run's workers; None shares workers with all runs."""
    static_plan: JsonObject | None = Field(default=None, alias="static_plan")


class InspectPlanRequest(ConductorModel):
    """A plan that is compiled as a plan-and-execute agent would compile it."""

    agent_config: AgentConfig
    plan: JsonObject


class SubWorkflowParam(ConductorModel):
    """The execution behind an injected task."""

    name: str | None = None
    version: int | None = None
    execution_id: str | None = None


class InjectTaskRequest(ConductorModel):
    """A task that is only shown, in an execution whose steps happen elsewhere."""

    task_def_name: str
    reference_task_name: str
    type: str | None = None
    input_data: JsonObject | None = None
    status: str | None = None
    sub_workflow_param: SubWorkflowParam | None = None


class CreateTrackingExecutionRequest(ConductorModel):
    """An execution that is only shown."""

    workflow_name: str
    input: JsonObject | None = None
    parent_workflow_id: str | None = None
    parent_workflow_task_id: str | None = None


class RerunExecutionRequest(ConductorModel):
    """From where an execution is run again, and with what."""

    re_run_from_workflow_id: str | None = None
    workflow_input: JsonObject | None = None
    re_run_from_task_id: str | None = None
    task_input: JsonObject | None = None
    correlation_id: str | None = None


class AgentResponse(ConductorModel):
    """A person's answer to an agent that waits; what else the step asks for goes in as further fields."""

    approved: bool | None = None
    reason: str | None = None
    message: str | None = None
