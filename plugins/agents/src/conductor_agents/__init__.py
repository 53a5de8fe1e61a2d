"""The agent client of Conductor, and agents in code. Names are imported when they are first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_agents._dsl._agent import Agent, PromptTemplate
    from conductor_agents._dsl._callback import CallbackEvent, CallbackHandler
    from conductor_agents._dsl._code import CodeExecution, CodeExecutor, DockerCodeExecutor, LocalCodeExecutor
    from conductor_agents._dsl._command_line import CommandLine
    from conductor_agents._dsl._decorator import AgentOptions, agent
    from conductor_agents._dsl._document import agent_document
    from conductor_agents._dsl._gate import TextGate
    from conductor_agents._dsl._guardrail import (
        BaseGuardrail,
        ExternalGuardrail,
        Guardrail,
        GuardrailResult,
        LLMGuardrail,
        RegexGuardrail,
    )
    from conductor_agents._dsl._handoff import Handoff, HandoffTurn, OnCondition, OnTextMention, OnToolResult
    from conductor_agents._dsl._index_tools import index_tool, search_tool
    from conductor_agents._dsl._making_tools import audio_tool, image_tool, pdf_tool, video_tool
    from conductor_agents._dsl._memory import ConversationMemory
    from conductor_agents._dsl._processes import FinishedProcess
    from conductor_agents._dsl._remote_tools import api_tool, http_tool, mcp_tool
    from conductor_agents._dsl._run_settings import RunSettings
    from conductor_agents._dsl._semantic import InMemoryStore, MemoryEntry, MemoryStore, SemanticMemory
    from conductor_agents._dsl._termination import (
        MaxMessageTermination,
        StopMessageTermination,
        TerminationCondition,
        TextMentionTermination,
        TokenUsageTermination,
        Turn,
    )
    from conductor_agents._dsl._tool import Tool, ToolCall, ToolDefinition, tool
    from conductor_agents._dsl._waiting_tools import agent_tool, human_tool, wait_for_message_tool
    from conductor_agents._running._async_runtime import AsyncAgentRuntime
    from conductor_agents._running._execution import AgentExecution, AsyncAgentExecution
    from conductor_agents._running._input import InputRefusedError
    from conductor_agents._running._request import RunOptions
    from conductor_agents._running._result import AgentFailedError, AgentResult, OutputMismatchError
    from conductor_agents._running._runtime import AgentRuntime
    from conductor_agents._skill_packages import pack_skill
    from conductor_agents._workers._credentials import CredentialMissingError, credential
    from conductor_agents._workers._state import ToolState, tool_state
    from conductor_agents._workers._tools import GuardrailError
    from conductor_agents._workers._workers_of import workers_of
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
    from conductor_agents.errors import AgentStallError, StalledTask
    from conductor_agents.models import (
        AgentCapabilities,
        AgentCard,
        AgentCardRequest,
        AgentCardResponse,
        AgentCardSignature,
        AgentEvent,
        AgentEventType,
        AgentExecutionDetail,
        AgentExecutionSummary,
        AgentExtension,
        AgentInterface,
        AgentProvider,
        AgentResponse,
        AgentRun,
        AgentSchedule,
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
        ReconciledSchedules,
        RerunExecutionRequest,
        SkillDeployRequest,
        SkillDetail,
        SkillFileContent,
        SkillFileEntry,
        SkillManifest,
        SkillRef,
        SkillSummary,
        StoredAgentSchedule,
        SubWorkflowParam,
        TaskDetail,
        TaskList,
        TokenUsage,
    )

__all__ = [
    "Agent",
    "AgentApi",
    "AgentCapabilities",
    "AgentCard",
    "AgentCardRequest",
    "AgentCardResponse",
    "AgentCardSignature",
    "AgentConfig",
    "AgentEvent",
    "AgentEventType",
    "AgentExecution",
    "AgentExecutionDetail",
    "AgentExecutionSummary",
    "AgentExtension",
    "AgentFailedError",
    "AgentInterface",
    "AgentOptions",
    "AgentProvider",
    "AgentResponse",
    "AgentResult",
    "AgentRun",
    "AgentRuntime",
    "AgentSchedule",
    "AgentSkill",
    "AgentStallError",
    "AgentStartRequest",
    "AgentStartResponse",
    "AgentStatus",
    "AgentSummary",
    "AsyncAgentExecution",
    "AsyncAgentRuntime",
    "BaseGuardrail",
    "CallbackConfig",
    "CallbackEvent",
    "CallbackHandler",
    "CliConfig",
    "CodeExecution",
    "CodeExecutionConfig",
    "CodeExecutor",
    "CommandLine",
    "CompileResponse",
    "ConversationMemory",
    "CreateTrackingExecutionRequest",
    "CreateTrackingExecutionResponse",
    "CredentialMissingError",
    "CurrentTask",
    "DockerCodeExecutor",
    "ExecutionSummary",
    "ExternalGuardrail",
    "FinishedProcess",
    "Guardrail",
    "GuardrailConfig",
    "GuardrailError",
    "GuardrailResult",
    "Handoff",
    "HandoffConfig",
    "HandoffTurn",
    "InMemoryStore",
    "InjectTaskRequest",
    "InjectTaskResponse",
    "InputRefusedError",
    "InspectPlanRequest",
    "InspectResult",
    "LLMGuardrail",
    "LocalCodeExecutor",
    "MaxMessageTermination",
    "MemoryConfig",
    "MemoryEntry",
    "MemoryStore",
    "OnCondition",
    "OnTextMention",
    "OnToolResult",
    "OutputMismatchError",
    "OutputTypeConfig",
    "PendingTool",
    "PrefillToolCallConfig",
    "PromptTemplate",
    "PruneResponse",
    "ReconciledSchedules",
    "RegexGuardrail",
    "RerunExecutionRequest",
    "RunOptions",
    "RunSettings",
    "SemanticMemory",
    "SkillDeployRequest",
    "SkillDetail",
    "SkillFileContent",
    "SkillFileEntry",
    "SkillManifest",
    "SkillRef",
    "SkillSummary",
    "StalledTask",
    "StopMessageTermination",
    "StoredAgentSchedule",
    "Strategy",
    "SubWorkflowParam",
    "TaskDetail",
    "TaskList",
    "TerminationCondition",
    "TerminationConfig",
    "TextGate",
    "TextMentionTermination",
    "ThinkingConfig",
    "TokenUsage",
    "TokenUsageTermination",
    "Tool",
    "ToolCall",
    "ToolConfig",
    "ToolDefinition",
    "ToolState",
    "Turn",
    "WorkerRef",
    "agent",
    "agent_document",
    "agent_tool",
    "api_tool",
    "audio_tool",
    "credential",
    "http_tool",
    "human_tool",
    "image_tool",
    "index_tool",
    "mcp_tool",
    "pack_skill",
    "pdf_tool",
    "search_tool",
    "tool",
    "tool_state",
    "video_tool",
    "wait_for_message_tool",
    "workers_of",
]

_MODULES = {
    "_dsl._agent": "Agent PromptTemplate",
    "_dsl._callback": "CallbackEvent CallbackHandler",
    "_dsl._code": "CodeExecution CodeExecutor DockerCodeExecutor LocalCodeExecutor",
    "_dsl._command_line": "CommandLine",
    "_dsl._decorator": "AgentOptions agent",
    "_dsl._document": "agent_document",
    "_dsl._gate": "TextGate",
    "_dsl._guardrail": "BaseGuardrail ExternalGuardrail Guardrail GuardrailResult LLMGuardrail RegexGuardrail",
    "_dsl._handoff": "Handoff HandoffTurn OnCondition OnTextMention OnToolResult",
    "_dsl._index_tools": "index_tool search_tool",
    "_dsl._making_tools": "audio_tool image_tool pdf_tool video_tool",
    "_dsl._memory": "ConversationMemory",
    "_dsl._processes": "FinishedProcess",
    "_dsl._remote_tools": "api_tool http_tool mcp_tool",
    "_dsl._run_settings": "RunSettings",
    "_dsl._semantic": "InMemoryStore MemoryEntry MemoryStore SemanticMemory",
    "_dsl._termination": "MaxMessageTermination StopMessageTermination TerminationCondition "
    "TextMentionTermination TokenUsageTermination Turn",
    "_dsl._tool": "Tool ToolCall ToolDefinition tool",
    "_dsl._waiting_tools": "agent_tool human_tool wait_for_message_tool",
    "_running._async_runtime": "AsyncAgentRuntime",
    "_running._execution": "AgentExecution AsyncAgentExecution",
    "_running._input": "InputRefusedError",
    "_running._request": "RunOptions",
    "_running._result": "AgentFailedError AgentResult OutputMismatchError",
    "_running._runtime": "AgentRuntime",
    "_skill_packages": "pack_skill",
    "_workers._credentials": "CredentialMissingError credential",
    "_workers._state": "ToolState tool_state",
    "_workers._tools": "GuardrailError",
    "_workers._workers_of": "workers_of",
    "api": "AgentApi",
    "config": "AgentConfig CallbackConfig CliConfig CodeExecutionConfig GuardrailConfig HandoffConfig "
    "MemoryConfig OutputTypeConfig PrefillToolCallConfig Strategy TerminationConfig ThinkingConfig "
    "ToolConfig WorkerRef",
    "errors": "AgentStallError StalledTask",
    "models": "AgentCapabilities AgentCard AgentCardRequest AgentCardResponse AgentCardSignature "
    "AgentEvent AgentEventType AgentExecutionDetail AgentExecutionSummary AgentExtension AgentInterface "
    "AgentProvider AgentResponse AgentRun AgentSchedule AgentSkill AgentStartRequest AgentStartResponse "
    "AgentStatus AgentSummary CompileResponse CreateTrackingExecutionRequest "
    "CreateTrackingExecutionResponse CurrentTask ExecutionSummary InjectTaskRequest InjectTaskResponse "
    "InspectPlanRequest InspectResult PendingTool PruneResponse ReconciledSchedules RerunExecutionRequest "
    "SkillDeployRequest SkillDetail SkillFileContent SkillFileEntry SkillManifest SkillRef SkillSummary "
    "StoredAgentSchedule SubWorkflowParam TaskDetail TaskList TokenUsage",
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
