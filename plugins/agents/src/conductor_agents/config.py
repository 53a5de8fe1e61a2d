"""An agent as the server compiles it: the document inside a start, and the parts it is made of.

All fields may be left out. A field that this version does not know is kept and sent.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from conductor_core.models import ConductorModel, JsonObject, Tolerant

__all__ = [
    "AgentConfig",
    "CallbackConfig",
    "CliConfig",
    "CodeExecutionConfig",
    "GuardrailConfig",
    "HandoffConfig",
    "MemoryConfig",
    "OutputTypeConfig",
    "PrefillToolCallConfig",
    "Strategy",
    "TerminationConfig",
    "ThinkingConfig",
    "ToolConfig",
    "WorkerRef",
]


class Strategy(StrEnum):
    """How an agent works with those inside it."""

    HANDOFF = "handoff"
    SEQUENTIAL = "sequential"
    PARALLEL = "parallel"
    ROUTER = "router"
    ROUND_ROBIN = "round_robin"
    RANDOM = "random"
    SWARM = "swarm"
    MANUAL = "manual"
    PLAN_EXECUTE = "plan_execute"


class WorkerRef(ConductorModel):
    """A decision that a worker of this task type takes."""

    task_name: str


class GuardrailConfig(ConductorModel):
    """A check of what goes into a model or tool, or of what comes out."""

    name: str
    guardrail_type: str | None = None
    position: str | None = None
    on_fail: str | None = None
    max_retries: int | None = None
    patterns: list[str] | None = None
    mode: str | None = None
    message: str | None = None
    model: str | None = None
    policy: str | None = None
    max_tokens: int | None = None
    task_name: str | None = None


class ToolConfig(ConductorModel):
    """Something that the model may call."""

    name: str
    description: str | None = None
    input_schema: JsonObject | None = None
    output_schema: JsonObject | None = None
    tool_type: str | None = None
    approval_required: bool | None = None
    timeout_seconds: int | None = None
    max_calls: int | None = None
    config: JsonObject | None = None
    guardrails: list[GuardrailConfig] | None = None
    stateful: bool | None = None


class OutputTypeConfig(ConductorModel):
    """The JSON Schema that the last answer has to fit."""

    schema_: JsonObject | None = Field(default=None, alias="schema")
    class_name: str | None = None


class MemoryConfig(ConductorModel):
    """Messages that a conversation begins with, and how many it keeps."""

    messages: list[JsonObject] | None = None
    max_messages: int | None = None


class TerminationConfig(ConductorModel):
    """When an agent is done; conditions can be combined."""

    type: str
    text: str | None = None
    case_sensitive: bool | None = None
    stop_message: str | None = None
    max_messages: int | None = None
    max_total_tokens: int | None = None
    max_prompt_tokens: int | None = None
    max_completion_tokens: int | None = None
    conditions: list[TerminationConfig] | None = None


class HandoffConfig(ConductorModel):
    """When another agent goes on."""

    type: str
    target: str | None = None
    tool_name: str | None = None
    result_contains: str | None = None
    text: str | None = None
    task_name: str | None = None


class CallbackConfig(ConductorModel):
    """A worker that is called before or after something."""

    position: str
    task_name: str


class CodeExecutionConfig(ConductorModel):
    """Whether an agent may run code, and which."""

    enabled: bool | None = None
    allowed_languages: list[str] | None = None
    allowed_commands: list[str] | None = None
    timeout: int | None = None
    """Seconds."""


class CliConfig(ConductorModel):
    """Whether an agent may run commands, and which."""

    enabled: bool | None = None
    allowed_commands: list[str] | None = None
    timeout: int | None = None
    """Seconds."""
    allow_shell: bool | None = None


class ThinkingConfig(ConductorModel):
    """How much a model may think before it answers."""

    enabled: bool | None = None
    budget_tokens: int | None = None


class PrefillToolCallConfig(ConductorModel):
    """A tool call that is made before the model is asked."""

    tool_name: str
    arguments: JsonObject | None = None


class AgentConfig(ConductorModel):
    """An agent: its model, what it is told, what it may call, and the agents inside it."""

    name: str
    description: str | None = None
    model: str | None = None
    """Provider and model, like ``openai/gpt-4o-mini``."""
    base_url: str | None = None
    instructions: str | JsonObject | None = None
    """A text, or a reference to a prompt template."""
    tools: list[ToolConfig] | None = None
    agents: list[AgentConfig] | None = None
    strategy: Tolerant[Strategy] | None = None
    router: AgentConfig | WorkerRef | JsonObject | None = None
    """An agent or a worker that chooses who goes on."""
    output_type: OutputTypeConfig | None = None
    guardrails: list[GuardrailConfig] | None = None
    memory: MemoryConfig | None = None
    max_turns: int | None = None
    max_tokens: int | None = None
    context_window_budget: int | None = None
    timeout_seconds: int | None = None
    temperature: float | None = None
    reasoning_effort: str | None = None
    stop_when: WorkerRef | None = None
    termination: TerminationConfig | None = None
    handoffs: list[HandoffConfig] | None = None
    callbacks: list[CallbackConfig] | None = None
    allowed_transitions: dict[str, list[str]] | None = None
    introduction: str | None = None
    metadata: JsonObject | None = None
    code_execution: CodeExecutionConfig | None = None
    cli_config: CliConfig | None = None
    include_contents: str | None = None
    thinking_config: ThinkingConfig | None = None
    enable_planning: bool | None = None
    planner: AgentConfig | None = None
    fallback: AgentConfig | None = None
    fallback_max_turns: int | None = None
    required_tools: list[str] | None = None
    prefill_tools: list[PrefillToolCallConfig] | None = None
    gate: JsonObject | None = None
    credentials: list[str] | None = None
    """Names of credentials that its workers are handed with each task."""
    plan_source: JsonObject | None = None
    planner_context: list[JsonObject] | None = None
    masked_fields: list[str] | None = None
    external: bool | None = None
    """It is deployed already, and only referred to."""
    synthesize: bool | None = None
