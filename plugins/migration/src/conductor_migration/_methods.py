"""Methods of the older clients by their older names and signatures, client by client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from conductor_migration import _requests
from conductor_migration._older import Older

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

Method: TypeAlias = "Older | Callable[..., Any]"
"""A signature, or a function that takes the conductor first."""

_AUTHORIZATION: Final[Mapping[str, Method]] = {
    "add_role_to_application_user": Older("applications.add_application_role", "application_id", "role"),
    "check_permissions": Older("check_permissions", "user_id", "target_type:type", "target_id:id"),
    "create_access_key": Older("applications.create_access_key", "application_id"),
    "create_application": _requests.create_application,
    "create_gateway_auth_config": Older("create_gateway_auth_config", "auth_config:config"),
    "create_role": Older("create_role", "create_role_request:request"),
    "delete_access_key": Older("applications.delete_access_key", "application_id", "key_id"),
    "delete_application": Older("applications.delete_application", "application_id"),
    "delete_application_tags": Older("applications.delete_application_tags", "tags", "application_id"),
    "delete_role": Older("delete_role", "role_name:name"),
    "get_access_keys": Older("applications.get_access_keys", "application_id"),
    "get_app_by_access_key_id": Older("applications.get_app_by_access_key_id", "access_key_id"),
    "get_application": Older("applications.get_application", "application_id"),
    "get_application_tags": Older("applications.get_application_tags", "application_id"),
    "get_granted_permissions_for_group": _requests.granted_to_group,
    "get_granted_permissions_for_user": _requests.granted_to_user,
    "get_permissions": _requests.get_permissions,
    "get_role": Older("get_role", "role_name:name"),
    "grant_permissions": _requests.grant_permissions,
    "list_applications": Older("applications.get_all_applications"),
    "list_users": Older("list_users", "apps"),
    "remove_permissions": _requests.remove_permissions,
    "remove_role_from_application_user": Older(
        "applications.remove_role_from_application_user", "application_id", "role"
    ),
    "set_application_tags": Older("applications.add_application_tags", "tags", "application_id"),
    "toggle_access_key_status": Older("applications.toggle_access_key_status", "application_id", "key_id"),
    "update_application": _requests.update_application,
    "update_gateway_auth_config": Older("update_gateway_auth_config", "config_id", "auth_config:config"),
    "update_role": Older("update_role", "role_name:name", "update_role_request:request"),
    "upsert_group": Older("upsert_group", "upsert_group_request:request", "group_id"),
    "upsert_user": Older("upsert_user", "upsert_user_request:request", "user_id"),
}
_INTEGRATIONS: Final[Mapping[str, Method]] = {
    "associate_prompt_with_integration": Older(
        "associate_prompt_with_integration", "ai_integration:provider", "model_name:integration", "prompt_name:prompt"
    ),
    "delete_integration": Older("delete_integration_provider", "integration_name:name"),
    "delete_integration_api": Older("delete_integration_api", "api_name:integration", "integration_name:provider"),
    "delete_tag_for_integration": Older(
        "delete_integration_tags", "body:tags", "tag_name:integration", "integration_name:provider"
    ),
    "delete_tag_for_integration_provider": Older("delete_provider_tags", "body:tags", "name:provider"),
    "get_integration": Older("get_integration_provider", "integration_name:name"),
    "get_integration_api": Older("get_integration_api", "api_name:integration", "integration_name:provider"),
    "get_integration_apis": Older("get_integration_apis", "integration_name:provider"),
    "get_integration_available_apis": Older("get_integration_available_apis", "integration_name:provider"),
    "get_integrations": Older("get_integration_providers"),
    "get_prompts_with_integration": Older(
        "get_prompts_with_integration", "ai_integration:provider", "model_name:integration"
    ),
    "get_tags_for_integration": Older("get_integration_tags", "name:integration", "integration_name:provider"),
    "get_tags_for_integration_provider": Older("get_provider_tags", "name:provider"),
    "get_token_usage_for_integration": Older(
        "get_token_usage_for_integration", "name:integration", "integration_name:provider"
    ),
    "get_token_usage_for_integration_provider": Older("get_token_usage_for_integration_provider", "name:provider"),
    "put_tag_for_integration": Older(
        "set_integration_tags", "body:tags", "name:integration", "integration_name:provider"
    ),
    "put_tag_for_integration_provider": Older("set_provider_tags", "body:tags", "name:provider"),
    "save_integration": Older("save_integration_provider", "integration_name:name", "integration_details:integration"),
    "save_integration_api": Older(
        "save_integration_api", "integration_name:provider", "api_name:integration", "api_details:api"
    ),
}
_METADATA: Final[Mapping[str, Method]] = {
    "addTaskTag": Older("add_task_tag", "tag", "taskName:task_name"),
    "add_workflow_tag": Older("add_workflow_tag", "tag", "workflow_name:name"),
    "deleteTaskTag": Older("delete_task_tag", "tag", "taskName:task_name"),
    "delete_workflow_tag": Older("delete_workflow_tag", "tag", "workflow_name:name"),
    "getTaskTags": Older("get_task_tags", "taskName:task_name"),
    "getWorkflowRateLimit": _requests.workflow_rate_limit,
    "get_task_def": Older("get_task", "task_type:name"),
    "get_workflow_tags": Older("get_workflow_tags", "workflow_name:name"),
    "register_task_def": Older("register_task", "task_def:definition"),
    "register_workflow_def": Older("register_workflow_def", "workflow_def:definition", "overwrite"),
    "removeWorkflowRateLimit": Older("remove_workflow_rate_limit", "workflowName:name"),
    "setTaskTags": Older("set_task_tags", "tags", "taskName:task_name"),
    "setWorkflowRateLimit": _requests.set_workflow_rate_limit,
    "set_workflow_tags": Older("set_workflow_tags", "tags", "workflow_name:name"),
    "unregister_task_def": Older("unregister_task", "task_type:name"),
    "unregister_workflow_def": Older("unregister_workflow", "name", "version"),
    "update_task_def": Older("update_task", "task_def:definition"),
    "update_workflow_def": _requests.update_workflow_def,
}
_PROMPTS: Final[Mapping[str, Method]] = {
    "delete_prompt": Older("delete_prompt", "prompt_name:name"),
    "delete_tag_for_prompt_template": Older("delete_prompt_tags", "prompt_name:name", "tags"),
    "get_prompt": Older("get_prompt", "prompt_name:name"),
    "get_tags_for_prompt_template": Older("get_prompt_tags", "prompt_name:name"),
    "save_prompt": Older(
        "save_prompt",
        "prompt_name:name",
        "description",
        "prompt_template:template",
        "models",
        "version",
        "auto_increment",
    ),
    "test_prompt": _requests.try_prompt,
    "update_tag_for_prompt_template": Older("set_prompt_tags", "prompt_name:name", "tags"),
}
_SCHEDULES: Final[Mapping[str, Method]] = {
    "delete": Older("delete_schedule", "wire_name:name"),
    "get_next_few_schedule_execution_times": Older(
        "get_next_few_schedules", "cron_expression", "schedule_start_time:start", "schedule_end_time:end", "limit"
    ),
    "pause": Older("pause_schedule", "wire_name:name", "reason"),
    "preview_next": Older("preview_next", "cron:cron_expression", "n:count"),
    "resume": Older("resume_schedule", "wire_name:name"),
    "save_schedule": Older("save_schedule", "save_schedule_request:request"),
    "search_schedule_executions": Older("search_schedule_executions", "start", "size", "sort", "free_text", "query"),
}
_SCHEMAS: Final[Mapping[str, Method]] = {
    "delete_schema": Older("delete_schema", "schema_name:name", "version"),
    "delete_schema_by_name": Older("delete_schema_by_name", "schema_name:name"),
    "get_schema": Older("get_schema", "schema_name:name", "version"),
    "register_schema": Older("register_schema", "schema:schemas"),
}
_SERVICES: Final[Mapping[str, Method]] = {
    "add_or_update_method": Older("add_or_update_service_method", "registry_name", "method"),
    "add_or_update_service": Older("add_or_update_service", "service_registry:service"),
    "discover": Older("discover", "name", "create"),
}
_TASKS: Final[Mapping[str, Method]] = {
    "add_task_log": Older("add_task_log", "task_id", "log_message:message"),
    "batch_poll_tasks": Older(
        "batch_poll", "task_type", "worker_id", "count", "timeout_in_millisecond:timeout", "domain"
    ),
    "get_queue_size_for_task": _requests.queue_size,
    "poll_task": Older("poll_task", "task_type", "worker_id", "domain"),
    "update_task": Older("update_task", "task_result:result"),
    "update_task_by_ref_name": _requests.update_task_by_ref_name,
    "update_task_sync": _requests.update_task_sync,
}
_WORKFLOWS: Final[Mapping[str, Method]] = {
    "delete_workflow": Older("delete_workflow", "workflow_id", "archive_workflow"),
    "execute_workflow": Older(
        "execute_workflow", "start_workflow_request:request", "request_id", "wait_until_task_ref", "wait_for_seconds"
    ),
    "execute_workflow_with_return_strategy": Older(
        "execute_workflow_with_return_strategy",
        "start_workflow_request:request",
        "request_id",
        "wait_until_task_ref",
        "wait_for_seconds",
        "consistency",
        "return_strategy",
    ),
    "get_by_correlation_ids": Older(
        "get_by_correlation_ids_of_workflow",
        "workflow_name:name",
        "correlation_ids",
        "include_completed:include_closed",
        "include_tasks",
    ),
    "get_by_correlation_ids_in_batch": Older(
        "get_by_correlation_ids", "batch_request:request", "include_completed:include_closed", "include_tasks"
    ),
    "get_workflow": Older("get_workflow", "workflow_id", "include_tasks"),
    "get_workflow_status": Older("get_workflow_status", "workflow_id", "include_output", "include_variables"),
    "pause_workflow": Older("pause", "workflow_id"),
    "remove_workflow": Older("delete_workflow", "workflow_id"),
    "rerun_workflow": Older("rerun", "workflow_id", "rerun_workflow_request:request"),
    "restart_workflow": Older("restart", "workflow_id", "use_latest_def:use_latest_definitions"),
    "resume_workflow": Older("resume", "workflow_id"),
    "retry_workflow": Older("retry", "workflow_id", "resume_subworkflow_tasks"),
    "search": Older("search", "start", "size", "free_text", "query"),
    "skip_task_from_workflow": Older(
        "skip_task_from_workflow", "workflow_id", "task_reference_name:task_ref_name", "request"
    ),
    "start_workflow": Older("start_workflow", "start_workflow_request:request"),
    "start_workflow_by_name": Older(
        "start_workflow_by_name", "name", "input", "version", "correlationId:correlation_id", "priority"
    ),
    "terminate_workflow": Older("terminate", "workflow_id", "reason", "trigger_failure_workflow"),
    "test_workflow": Older("test_workflow", "test_request:request"),
    "update_state": _requests.update_state,
    "update_variables": Older("update_variables", "workflow_id", "variables"),
}

EXECUTOR: Final[Mapping[str, Older]] = {
    "execute_workflow": Older("execute_workflow", "request", "wait_until_task_ref", "wait_for_seconds", "request_id"),
    "execute_workflow_with_return_strategy": Older(
        "execute_workflow_with_return_strategy",
        "request",
        "wait_until_task_ref",
        "wait_for_seconds",
        "request_id",
        "consistency",
        "return_strategy",
    ),
    "get_by_correlation_ids": Older(
        "get_by_correlation_ids_of_workflow",
        "workflow_name:name",
        "correlation_ids",
        "include_closed",
        "include_tasks",
    ),
    "get_by_correlation_ids_and_names": Older(
        "get_by_correlation_ids", "batch_request:request", "include_closed", "include_tasks"
    ),
    "get_workflow": Older("get_workflow", "workflow_id", "include_tasks"),
    "get_workflow_status": Older("get_workflow_status", "workflow_id", "include_output", "include_variables"),
    "register_workflow": Older("register_workflow", "workflow:definition", "overwrite"),
    "remove_workflow": Older("delete_workflow", "workflow_id", "archive_workflow"),
    "rerun": Older("rerun", "rerun_workflow_request:request", "workflow_id"),
    "restart": Older("restart", "workflow_id", "use_latest_definitions"),
    "retry": Older("retry", "workflow_id", "resume_subworkflow_tasks"),
    "search": Older("search", "query_id", "start", "size", "sort", "free_text", "query", "skip_cache"),
    "signal": Older("signal", "workflow_id", "status", "body:output", "return_strategy"),
    "signal_async": Older("signal_async", "workflow_id", "status", "body:output"),
    "skip_task_from_workflow": Older(
        "skip_task_from_workflow", "workflow_id", "task_reference_name:task_ref_name", "skip_task_request:request"
    ),
    "start_workflow": Older("start_workflow", "start_workflow_request:request"),
    "terminate": Older("terminate", "workflow_id", "reason", "trigger_failure_workflow"),
}
"""Methods of the older executor."""

METHODS: Final[Mapping[str, Mapping[str, Method]]] = {
    "authorization": _AUTHORIZATION,
    "integrations": _INTEGRATIONS,
    "metadata": _METADATA,
    "prompts": _PROMPTS,
    "schedules": _SCHEDULES,
    "schemas": _SCHEMAS,
    "service_registry": _SERVICES,
    "tasks": _TASKS,
    "workflows": _WORKFLOWS,
}
"""By the attribute of a conductor. What is not here has the same name and arguments as it had."""
