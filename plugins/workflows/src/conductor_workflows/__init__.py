"""The workflow client of Conductor, and the builder of workflow definitions.

Names are imported when they are first used, so that ``import conductor_workflows`` stays cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_workflows.api import WorkflowApi
    from conductor_workflows.builder import (
        ConductorWorkflow,
        DefinitionSource,
        Expression,
        ForkTask,
        InlineSubWorkflowTask,
        InlineTask,
        JavascriptTask,
        JoinTask,
        SetVariableTask,
        SimpleTask,
        SubWorkflowTask,
        SwitchTask,
        TaskBuilder,
        TaskSource,
        TerminateTask,
        WaitForDurationTask,
        WaitTask,
        WaitUntilTask,
    )
    from conductor_workflows.models import (
        Consistency,
        CorrelationIdsSearchRequest,
        IdempotencyStrategy,
        RerunWorkflowRequest,
        SearchResult,
        SkipTaskRequest,
        StartedWorkflow,
        StartWorkflowRequest,
        TaskPage,
        WorkflowRun,
        WorkflowStatusSummary,
        WorkflowSummary,
    )

__all__ = [
    "ConductorWorkflow",
    "Consistency",
    "CorrelationIdsSearchRequest",
    "DefinitionSource",
    "Expression",
    "ForkTask",
    "IdempotencyStrategy",
    "InlineSubWorkflowTask",
    "InlineTask",
    "JavascriptTask",
    "JoinTask",
    "RerunWorkflowRequest",
    "SearchResult",
    "SetVariableTask",
    "SimpleTask",
    "SkipTaskRequest",
    "StartWorkflowRequest",
    "StartedWorkflow",
    "SubWorkflowTask",
    "SwitchTask",
    "TaskBuilder",
    "TaskPage",
    "TaskSource",
    "TerminateTask",
    "WaitForDurationTask",
    "WaitTask",
    "WaitUntilTask",
    "WorkflowApi",
    "WorkflowRun",
    "WorkflowStatusSummary",
    "WorkflowSummary",
]

_MODULES = {
    "api": "WorkflowApi",
    "builder": "ConductorWorkflow DefinitionSource Expression ForkTask InlineSubWorkflowTask InlineTask JavascriptTask "
    "JoinTask SetVariableTask SimpleTask SubWorkflowTask SwitchTask TaskBuilder TaskSource TerminateTask "
    "WaitForDurationTask WaitTask WaitUntilTask",
    "models": "Consistency CorrelationIdsSearchRequest IdempotencyStrategy RerunWorkflowRequest SearchResult "
    "SkipTaskRequest StartWorkflowRequest StartedWorkflow TaskPage WorkflowRun WorkflowStatusSummary WorkflowSummary",
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
