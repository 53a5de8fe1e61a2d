"""The names that programs of conductor-python know, on top of this framework. Names are imported when they are first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_core import worker_task
    from conductor_core.worker import WorkerTask
    from conductor_migration._builders import (
        CallMcpTool,
        GenerateAudio,
        GenerateImage,
        GetDocument,
        ListMcpTools,
        LlmChatComplete,
        LlmGenerateEmbeddings,
        LlmIndexDocument,
        LlmIndexText,
        LlmQueryEmbeddings,
        LlmSearchEmbeddings,
        LlmSearchIndex,
        LlmStoreEmbeddings,
        LlmTextComplete,
        WaitForWebHookTask,
        wait_for_webhook,
    )
    from conductor_migration._clients import (
        OrkesAuthorizationClient,
        OrkesClients,
        OrkesEventClient,
        OrkesIntegrationClient,
        OrkesMetadataClient,
        OrkesPromptClient,
        OrkesSchedulerClient,
        OrkesSchemaClient,
        OrkesSecretClient,
        OrkesServiceRegistryClient,
        OrkesTaskClient,
        OrkesWorkflowClient,
    )
    from conductor_migration._configuration import AuthenticationSettings, Configuration
    from conductor_migration._executor import WorkflowExecutor
    from conductor_migration._handler import TaskHandler
    from conductor_migration._listeners import TaskRunnerEventsListener
    from conductor_migration._metrics import MetricsSettings
    from conductor_migration._models import (
        MetadataTag,
        StartWorkflowRequest,
        StateChangeConfig,
        StateChangeEvent,
        StateChangeEventType,
        TaskDef,
        TaskType,
        TimeoutPolicy,
        WorkflowDef,
        WorkflowTask,
        to_workflow_def,
    )
    from conductor_migration._orchestrator import AIOrchestrator
    from conductor_migration._worker import Worker, WorkerInterface

__all__ = [
    "AIOrchestrator",
    "AuthenticationSettings",
    "CallMcpTool",
    "Configuration",
    "GenerateAudio",
    "GenerateImage",
    "GetDocument",
    "ListMcpTools",
    "LlmChatComplete",
    "LlmGenerateEmbeddings",
    "LlmIndexDocument",
    "LlmIndexText",
    "LlmQueryEmbeddings",
    "LlmSearchEmbeddings",
    "LlmSearchIndex",
    "LlmStoreEmbeddings",
    "LlmTextComplete",
    "MetadataTag",
    "MetricsSettings",
    "OrkesAuthorizationClient",
    "OrkesClients",
    "OrkesEventClient",
    "OrkesIntegrationClient",
    "OrkesMetadataClient",
    "OrkesPromptClient",
    "OrkesSchedulerClient",
    "OrkesSchemaClient",
    "OrkesSecretClient",
    "OrkesServiceRegistryClient",
    "OrkesTaskClient",
    "OrkesWorkflowClient",
    "StartWorkflowRequest",
    "StateChangeConfig",
    "StateChangeEvent",
    "StateChangeEventType",
    "TaskDef",
    "TaskHandler",
    "TaskRunnerEventsListener",
    "TaskType",
    "TimeoutPolicy",
    "WaitForWebHookTask",
    "Worker",
    "WorkerInterface",
    "WorkerTask",
    "WorkflowDef",
    "WorkflowExecutor",
    "WorkflowTask",
    "to_workflow_def",
    "wait_for_webhook",
    "worker_task",
]

_MODULES = {
    "AIOrchestrator": "conductor_migration._orchestrator",
    "AuthenticationSettings": "conductor_migration._configuration",
    "CallMcpTool": "conductor_migration._builders",
    "Configuration": "conductor_migration._configuration",
    "GenerateAudio": "conductor_migration._builders",
    "GenerateImage": "conductor_migration._builders",
    "GetDocument": "conductor_migration._builders",
    "ListMcpTools": "conductor_migration._builders",
    "LlmChatComplete": "conductor_migration._builders",
    "LlmGenerateEmbeddings": "conductor_migration._builders",
    "LlmIndexDocument": "conductor_migration._builders",
    "LlmIndexText": "conductor_migration._builders",
    "LlmQueryEmbeddings": "conductor_migration._builders",
    "LlmSearchEmbeddings": "conductor_migration._builders",
    "LlmSearchIndex": "conductor_migration._builders",
    "LlmStoreEmbeddings": "conductor_migration._builders",
    "LlmTextComplete": "conductor_migration._builders",
    "MetadataTag": "conductor_migration._models",
    "MetricsSettings": "conductor_migration._metrics",
    "OrkesAuthorizationClient": "conductor_migration._clients",
    "OrkesClients": "conductor_migration._clients",
    "OrkesEventClient": "conductor_migration._clients",
    "OrkesIntegrationClient": "conductor_migration._clients",
    "OrkesMetadataClient": "conductor_migration._clients",
    "OrkesPromptClient": "conductor_migration._clients",
    "OrkesSchedulerClient": "conductor_migration._clients",
    "OrkesSchemaClient": "conductor_migration._clients",
    "OrkesSecretClient": "conductor_migration._clients",
    "OrkesServiceRegistryClient": "conductor_migration._clients",
    "OrkesTaskClient": "conductor_migration._clients",
    "OrkesWorkflowClient": "conductor_migration._clients",
    "StartWorkflowRequest": "conductor_migration._models",
    "StateChangeConfig": "conductor_migration._models",
    "StateChangeEvent": "conductor_migration._models",
    "StateChangeEventType": "conductor_migration._models",
    "TaskDef": "conductor_migration._models",
    "TaskHandler": "conductor_migration._handler",
    "TaskRunnerEventsListener": "conductor_migration._listeners",
    "TaskType": "conductor_migration._models",
    "TimeoutPolicy": "conductor_migration._models",
    "WaitForWebHookTask": "conductor_migration._builders",
    "Worker": "conductor_migration._worker",
    "WorkerInterface": "conductor_migration._worker",
    "WorkerTask": "conductor_core.worker",
    "WorkflowDef": "conductor_migration._models",
    "WorkflowExecutor": "conductor_migration._executor",
    "WorkflowTask": "conductor_migration._models",
    "to_workflow_def": "conductor_migration._models",
    "wait_for_webhook": "conductor_migration._builders",
    "worker_task": "conductor_core",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - part of what makes the import cheap

    value: object = getattr(importlib.import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
