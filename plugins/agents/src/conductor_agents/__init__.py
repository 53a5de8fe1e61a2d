"""The agent client of Conductor, and agents in code. Names are imported when they are first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_agents.api import AgentApi
    from conductor_agents.config import (
        AgentConfig,
        CallbackConfig,
        CliConfig,
        CodeExecutionConfig,
        GuardrailConfig,
        HandoffConfig,
        MemoryConfig,
        OutputTypeConfig,
        PrefillToolCallConfig,
        Strategy,
        TerminationConfig,
        ThinkingConfig,
        ToolConfig,
        WorkerRef,
    )
    from conductor_agents.models import (
        AgentCapabilities,
        AgentCard,
        AgentCardRequest,
        AgentCardResponse,
        AgentCardSignature,
        AgentExecutionDetail,
        AgentExecutionSummary,
        AgentExtension,
        AgentInterface,
        AgentProvider,
        AgentResponse,
        AgentRun,
        AgentSkill,
        AgentStartRequest,
        AgentStartResponse,
        AgentStatus,
        AgentSummary,
        CompileResponse,
        CreateTrackingExecutionRequest,
        CreateTrackingExecutionResponse,
        CurrentTask,
        ExecutionSummary,
        InjectTaskRequest,
        InjectTaskResponse,
        InspectPlanRequest,
        InspectResult,
        PendingTool,
        PruneResponse,
        RerunExecutionRequest,
        SubWorkflowParam,
        TaskDetail,
        TaskList,
        TokenUsage,
    )

__all__ = [
    "AgentApi",
    "AgentCapabilities",
    "AgentCard",
    "AgentCardRequest",
    "AgentCardResponse",
    "AgentCardSignature",
    "AgentConfig",
    "AgentExecutionDetail",
    "AgentExecutionSummary",
    "AgentExtension",
    "AgentInterface",
    "AgentProvider",
    "AgentResponse",
    "AgentRun",
    "AgentSkill",
    "AgentStartRequest",
    "AgentStartResponse",
    "AgentStatus",
    "AgentSummary",
    "CallbackConfig",
    "CliConfig",
    "CodeExecutionConfig",
    "CompileResponse",
    "CreateTrackingExecutionRequest",
    "CreateTrackingExecutionResponse",
    "CurrentTask",
    "ExecutionSummary",
    "GuardrailConfig",
    "HandoffConfig",
    "InjectTaskRequest",
    "InjectTaskResponse",
    "InspectPlanRequest",
    "InspectResult",
    "MemoryConfig",
    "OutputTypeConfig",
    "PendingTool",
    "PrefillToolCallConfig",
    "PruneResponse",
    "RerunExecutionRequest",
    "Strategy",
    "SubWorkflowParam",
    "TaskDetail",
    "TaskList",
    "TerminationConfig",
    "ThinkingConfig",
    "TokenUsage",
    "ToolConfig",
    "WorkerRef",
]

_MODULES = {
    "api": "AgentApi",
    "config": "AgentConfig CallbackConfig CliConfig CodeExecutionConfig GuardrailConfig HandoffConfig "
    "MemoryConfig OutputTypeConfig PrefillToolCallConfig Strategy TerminationConfig ThinkingConfig "
    "ToolConfig WorkerRef",
    "models": "AgentCapabilities AgentCard AgentCardRequest AgentCardResponse AgentCardSignature "
    "AgentExecutionDetail AgentExecutionSummary AgentExtension AgentInterface AgentProvider "
    "AgentResponse AgentRun AgentSkill AgentStartRequest AgentStartResponse AgentStatus AgentSummary "
    "CompileResponse CreateTrackingExecutionRequest CreateTrackingExecutionResponse CurrentTask "
    "ExecutionSummary InjectTaskRequest InjectTaskResponse InspectPlanRequest InspectResult "
    "PendingTool PruneResponse RerunExecutionRequest SubWorkflowParam TaskDetail TaskList TokenUsage",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - part of what makes the import cheap

    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
