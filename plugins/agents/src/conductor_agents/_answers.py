"""What the server says of agents and of their executions."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from conductor_core.models import ConductorModel, JsonObject, Task, Tolerant, WorkflowStatus


class CompileResponse(ConductorModel):
    """The workflow that an agent is compiled to."""

    workflow_def: JsonObject = Field(default_factory=dict[str, Any])
    required_workers: list[str] = Field(default_factory=list[str])
    """Task types that somebody has to work on for it."""


class AgentStartResponse(ConductorModel):
    """What was deployed or started."""

    execution_id: str | None = None
    """None where nothing was started."""
    agent_name: str = ""
    required_workers: list[str] = Field(default_factory=list[str])
    """Task types that somebody has to work on for it."""


class PendingTool(ConductorModel):
    """What an agent waits for: a person who approves, chooses or writes, or a message."""

    task_ref_name: str = ""
    tool_name: str | None = Field(default=None, alias="tool_name")
    parameters: Any = None
    tool_calls: list[JsonObject] | None = None
    response_schema: JsonObject | None = Field(default=None, alias="response_schema")
    """JSON Schema of an answer."""
    response_ui_schema: JsonObject | None = Field(default=None, alias="response_ui_schema")


class AgentStatus(ConductorModel):
    """How far an execution is."""

    execution_id: str = ""
    status: Tolerant[WorkflowStatus] = ""
    is_complete: bool = False
    """It has ended, well or not."""
    is_running: bool = False
    is_waiting: bool = False
    """It waits for an answer by ``respond``; ``pending_tool`` says for which."""
    output: JsonObject | None = None
    """Of an execution that has ended."""
    reason_for_incompletion: str | None = None
    pending_tool: PendingTool | None = None
    start_time: int | None = None
    """Epoch milliseconds."""
    end_time: int | None = None
    """Epoch milliseconds."""


class TokenUsage(ConductorModel):
    """Tokens that models took and gave."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class TaskDetail(ConductorModel):
    """One step of an execution."""

    task_type: str = ""
    reference_task_name: str = ""
    status: str = ""
    sub_workflow_id: str | None = None
    """The execution of an agent inside."""
    output_data: JsonObject | None = None


class AgentRun(ConductorModel):
    """An execution with its steps."""

    execution_id: str = ""
    agent_name: str = ""
    version: int | None = None
    status: Tolerant[WorkflowStatus] = ""
    start_time: int | None = None
    """Epoch milliseconds."""
    end_time: int | None = None
    """Epoch milliseconds."""
    input: JsonObject | None = None
    output: JsonObject | None = None
    token_usage: TokenUsage | None = None
    """Of this execution alone, without those inside it."""
    tasks: list[TaskDetail] = Field(default_factory=list[TaskDetail])


class CurrentTask(ConductorModel):
    """The step that an execution is at."""

    task_ref_name: str = ""
    task_type: str = ""
    status: str = ""
    input_data: JsonObject | None = None
    output_data: JsonObject | None = None


class AgentExecutionDetail(ConductorModel):
    """An execution and the step it is at."""

    execution_id: str = ""
    agent_name: str = ""
    version: int | None = None
    status: Tolerant[WorkflowStatus] = ""
    input: JsonObject | None = None
    output: JsonObject | None = None
    current_task: CurrentTask | None = None


class AgentSummary(ConductorModel):
    """A deployed agent as lists hold it."""

    name: str = ""
    version: int | None = None
    type: str | None = None
    tags: list[str] | None = None
    create_time: int | None = None
    """Epoch milliseconds."""
    update_time: int | None = None
    """Epoch milliseconds."""
    description: str | None = None
    checksum: str | None = None
    schema_version: int | None = None
    restartable: bool | None = None
    workflow_status_listener_enabled: bool | None = None
    owner_email: str | None = None
    input_parameters: list[str] | None = None
    output_parameters: JsonObject | None = None
    timeout_policy: str | None = None
    timeout_seconds: int | None = None
    failure_workflow: str | None = None


class AgentExecutionSummary(ConductorModel):
    """An execution as searches find it."""

    execution_id: str = ""
    agent_name: str = ""
    version: int | None = None
    status: Tolerant[WorkflowStatus] | None = None
    start_time: str | None = None
    """ISO 8601."""
    end_time: str | None = None
    """ISO 8601."""
    update_time: str | None = None
    """ISO 8601."""
    execution_time: int | None = None
    """Milliseconds."""
    input: str | None = None
    """The beginning of it, as the server's index keeps it."""
    output: str | None = None
    """The beginning of it, as the server's index keeps it."""
    created_by: str | None = None


class ExecutionSummary(ConductorModel):
    """An execution as the search over all executions finds it."""

    workflow_type: str = ""
    """The agent's name."""
    version: int | None = None
    workflow_id: str = ""
    """The execution's id."""
    correlation_id: str | None = None
    start_time: str | None = None
    """ISO 8601."""
    update_time: str | None = None
    """ISO 8601."""
    end_time: str | None = None
    """ISO 8601."""
    status: Tolerant[WorkflowStatus] | None = None
    input: str | None = None
    output: str | None = None
    reason_for_incompletion: str | None = None
    execution_time: int | None = None
    """Milliseconds."""
    event: str | None = None
    failed_reference_task_names: str | None = None
    failed_task_names: list[str] | None = None
    external_input_payload_storage_path: str | None = None
    external_output_payload_storage_path: str | None = None
    priority: int | None = None
    created_by: str | None = None
    task_to_domain: dict[str, str] | None = None
    idempotency_key: str | None = None
    parent_workflow_id: str | None = None
    classifier: str | None = None
    """``agent`` for executions of agents, on servers that tell them apart."""
    input_size: int | None = None
    """Bytes."""
    output_size: int | None = None
    """Bytes."""


class TaskList(ConductorModel):
    """A page of an execution's steps, and how many there are in each state."""

    results: list[Task] = Field(default_factory=list[Task])
    total_hits: int = 0
    summary: dict[str, int] = Field(default_factory=dict[str, int])


class InspectResult(ConductorModel):
    """What a plan compiles to, or why it does not."""

    workflow_def: JsonObject | None = None
    error: str | None = None
    warnings: list[str] | None = None
    stats: JsonObject | None = None


class InjectTaskResponse(ConductorModel):
    """The task that was put in."""

    task_id: str = ""


class CreateTrackingExecutionResponse(ConductorModel):
    """The execution that was made."""

    execution_id: str = ""


class PruneResponse(ConductorModel):
    """How many records were deleted."""

    deleted: int = 0
