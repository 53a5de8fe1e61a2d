"""Where the names of conductor-python are here; a table, so that nothing has to be imported or installed to know it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE: Final = """
    AIOrchestrator AuthenticationSettings CallMcpTool Configuration GenerateAudio GenerateImage GetDocument ListMcpTools
    LlmChatComplete LlmGenerateEmbeddings LlmIndexDocument LlmIndexText LlmQueryEmbeddings LlmSearchEmbeddings LlmSearchIndex
    LlmStoreEmbeddings LlmTextComplete MetadataTag MetricsSettings OrkesAuthorizationClient OrkesClients OrkesEventClient
    OrkesIntegrationClient OrkesMetadataClient OrkesPromptClient OrkesSchedulerClient OrkesSchemaClient OrkesSecretClient
    OrkesServiceRegistryClient OrkesTaskClient OrkesWorkflowClient StateChangeConfig StateChangeEvent StateChangeEventType
    TaskHandler TaskRunnerEventsListener TaskType TimeoutPolicy WaitForWebHookTask Worker WorkerInterface WorkerTask
    WorkflowExecutor to_workflow_def wait_for_webhook worker_task
"""
_NAMES: Final[Mapping[str, str]] = {
    "conductor_migration": _HERE,
    "conductor_core": """
        ApiException NonRetryableException Task TaskContext TaskDef TaskInProgress TaskResult Workflow WorkflowDef WorkflowTask
        get_task_context
    """,
    "conductor_core.models": """
        BulkResponse IdempotencyStrategy PromptTemplate StartWorkflowRequest TagObject TaskExecLog TaskResultStatus TaskStatus
        WorkflowStatus
    """,
    "conductor_core.events": """
        PollCompleted PollFailure PollStarted TaskEvent TaskExecutionCompleted TaskExecutionFailure TaskExecutionStarted
        TaskPayloadUsed TaskResultPayloadSize TaskUpdateFailure WorkflowEvent WorkflowInputPayloadSize WorkflowPayloadUsed
        WorkflowStarted
    """,
    "conductor_core.worker": """
        WorkerLoader auto_discover_workers get_registered_workers scan_for_workers
    """,
    "conductor_admin": """
        Health HealthCheckStatus
    """,
    "conductor_applications": """
        AccessKey AccessKeyStatus ConductorApplication CreateOrUpdateApplicationRequest CreatedAccessKey
    """,
    "conductor_auth_orkes": """
        GenerateTokenRequest
    """,
    "conductor_authorization": """
        AccessType AuthorizationRequest ConductorUser CreateOrUpdateRoleRequest GrantedPermission Group Permission Role
        SubjectRef SubjectType TargetRef TargetType UpsertGroupRequest UpsertUserRequest
    """,
    "conductor_events": """
        EventHandler TaskDetails TerminateWorkflow UpdateWorkflowVariables
    """,
    "conductor_integrations": """
        Integration IntegrationApi IntegrationApiUpdate IntegrationDef IntegrationUpdate
    """,
    "conductor_metadata": """
        RateLimit
    """,
    "conductor_prompts": """
        PromptTemplateTestRequest
    """,
    "conductor_schedules": """
        SaveScheduleRequest WorkflowSchedule WorkflowScheduleExecutionModel
    """,
    "conductor_schemas": """
        SchemaDef SchemaType
    """,
    "conductor_service_registry": """
        CircuitBreakerTransitionResponse OrkesCircuitBreakerConfig ProtoRegistryEntry RequestParam ServiceMethod
        ServiceRegistry ServiceType
    """,
    "conductor_tasks": """
        PollData TaskSummary
    """,
    "conductor_workflows": """
        AssignmentCompletionStrategy ChatMessage ConductorEventTask ConductorWorkflow CorrelationIdsSearchRequest DoWhileTask
        DynamicForkTask DynamicTask EmbeddingModel ExternalStorageLocation ForEachTask ForkTask HttpInput HttpMethod
        HttpPollInput HttpPollTask HttpTask HumanTask InlineSubWorkflowTask InlineTask JavascriptTask JoinTask JsonJQTask
        KafkaPublishInput KafkaPublishTask LLMProvider LoopTask PullWorkflowMessagesTask RerunWorkflowRequest SetVariableTask
        SignalResponse SimpleTask SkipTaskRequest SqsEventTask StartWorkflowTask SubWorkflowTask SwitchTask TaskMock
        TerminateTask ToolCall ToolSpec TriggerType VectorDB WaitForDurationTask WaitTask WaitUntilTask WorkflowRun
        WorkflowStateUpdate WorkflowSummary WorkflowTestRequest simple_task
    """,
}
HOMES: Final[Mapping[str, str]] = {name: home for home, names in _NAMES.items() for name in names.split()}
"""The module that has a name here, by the older name."""

RENAMED: Final[Mapping[str, str]] = {
    "ApiException": "ApiError",
    "ConductorApplication": "Application",
    "GrantedPermission": "GrantedAccess",
    "HealthCheckStatus": "HealthStatus",
    "PromptTemplate": "MessageTemplate",
    "RateLimit": "RateLimitConfig",
    "TagObject": "Tag",
}
"""Names that are others here, by the older one."""

CLIENTS: Final = frozenset(
    {
        "AuthorizationClient",
        "EventClient",
        "IntegrationClient",
        "MetadataClient",
        "PromptClient",
        "SchedulerClient",
        "SchemaClient",
        "SecretClient",
        "ServiceRegistryClient",
        "TaskClient",
        "WorkflowClient",
    }
)
"""Abstract classes of clients: what they are used for, annotations, the class with Orkes before its name does."""

OTHERS: Final[Mapping[tuple[str, str], str]] = {
    ("chat_message", "Role"): "conductor_workflows",
    ("llm_tasks", "Role"): "conductor_workflows",
}
"""Homes of names that two modules had, by the last part of the module and the name."""

FILLED: Final[Mapping[str, str]] = {
    "StartWorkflowRequest": "name",
    "TaskDef": "name",
    "WorkflowDef": "name",
    "WorkflowTask": "name",
}
"""Models that a program may make empty and fill afterwards, with an argument that it then leaves out: conductor-migration has
them like that, all others need the argument."""

HINTS: Final[Mapping[str, str]] = {
    "APIError": "catch conductor_core.ApiError, whose attributes are status, server_message and validation_errors",
    "ApiClient": "use conductor_core.Conductor and its clients",
    "AuthenticationConfig": "conductor_authorization.GatewayAuthConfig takes id, application_id and authentication_type",
    "AuthorizationException": "catch AuthenticationError and PermissionDeniedError of conductor_core.errors",
    "MetricsCollector": "install conductor-metrics-otel, or write a listener",
    "OpenAIConfig": "pass a mapping with the keys of the integration, such as {'api_key': ...}",
    "PineconeConfig": "pass a mapping with the keys of the integration",
    "SyncEventDispatcher": "pass listeners to TaskHandler(event_listeners=[...])",
    "TaskRunner": "TaskHandler serves all workers in one process",
    "WeaviateConfig": "pass a mapping with the keys of the integration",
    "get_worker_config_summary": "TaskHandler.print_summary() shows the options of all workers",
    "register_task_runner_listener": "pass listeners to TaskHandler(event_listeners=[...])",
    "resolve_worker_config": "conductor_core.worker.resolve_config takes the name and WorkerOptions",
}
"""What to do about names without a counterpart."""
