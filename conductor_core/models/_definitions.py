"""Definitions: what a task and a workflow are, before any of them runs."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from conductor_core.models._base import ConductorModel, Tolerant
from conductor_core.models._shared import Tag


class RetryLogic(StrEnum):
    """How the delay before a retry grows."""

    FIXED = "FIXED"
    LINEAR_BACKOFF = "LINEAR_BACKOFF"
    EXPONENTIAL_BACKOFF = "EXPONENTIAL_BACKOFF"


class TaskTimeoutPolicy(StrEnum):
    """What happens when a task takes longer than its ``timeout_seconds``."""

    RETRY = "RETRY"
    TIME_OUT_WF = "TIME_OUT_WF"
    ALERT_ONLY = "ALERT_ONLY"


class WorkflowTimeoutPolicy(StrEnum):
    """What happens when a workflow takes longer than its ``timeout_seconds``."""

    TIME_OUT_WF = "TIME_OUT_WF"
    ALERT_ONLY = "ALERT_ONLY"


class TaskDef(ConductorModel):
    """Definition of a task type: retries, timeouts and limits. What is not set takes the server's default."""

    name: str
    """Name of the task type, which workers poll by."""
    description: str | None = None
    retry_count: int | None = None
    """Retries after the first attempt; the server's default is 3."""
    retry_logic: Tolerant[RetryLogic] | None = None
    retry_delay_seconds: int | None = None
    backoff_scale_factor: int | None = None
    """Factor of LINEAR_BACKOFF."""
    max_retry_delay_seconds: int | None = None
    """Upper bound of a delay in seconds; 0 is none."""
    backoff_jitter_ms: int | None = None
    timeout_seconds: int | None = None
    """Seconds from the first poll of an attempt; 0 is off."""
    timeout_policy: Tolerant[TaskTimeoutPolicy] | None = None
    response_timeout_seconds: int | None = None
    """Seconds without an update after which an attempt counts as lost."""
    poll_timeout_seconds: int | None = None
    """Seconds a task may wait for its first poll."""
    total_timeout_seconds: int | None = None
    """Seconds for all attempts together; 0 is off."""
    concurrent_exec_limit: int | None = None
    rate_limit_per_frequency: int | None = None
    rate_limit_frequency_in_seconds: int | None = None
    input_keys: list[str] | None = None
    output_keys: list[str] | None = None
    input_template: dict[str, Any] | None = None
    """Values for inputs that are missing or null."""
    isolation_group_id: str | None = None
    execution_name_space: str | None = None
    owner_email: str | None = None
    owner_app: str | None = None
    base_type: str | None = None
    """Task type that this one is a variant of, on servers that know it."""
    input_schema: dict[str, Any] | None = None
    output_schema: dict[str, Any] | None = None
    enforce_schema: bool | None = None
    tags: list[Tag] | None = None
    overwrite_tags: bool | None = None
    """Whether ``tags`` replace those that are there."""
    create_time: int | None = None
    update_time: int | None = None
    created_by: str | None = None
    updated_by: str | None = None


class WorkflowTask(ConductorModel):
    """One task of a workflow definition."""

    name: str
    task_reference_name: str
    """Unique name of this use of the task, by which expressions refer to it."""
    type: str = "SIMPLE"
    description: str | None = None
    input_parameters: dict[str, Any] = Field(default_factory=dict)
    optional: bool | None = None
    """The workflow goes on when the task fails."""
    permissive: bool | None = None
    async_complete: bool | None = None
    start_delay: int | None = None
    """Seconds before the task can be polled."""
    retry_count: int | None = None
    """Overrides the task definition's."""
    task_definition: TaskDef | None = None
    evaluator_type: str | None = None
    expression: str | None = None
    script_expression: str | None = None
    decision_cases: dict[str, list[WorkflowTask]] | None = None
    default_case: list[WorkflowTask] | None = None
    case_value_param: str | None = None
    case_expression: str | None = None
    fork_tasks: list[list[WorkflowTask]] | None = None
    join_on: list[str] | None = None
    default_exclusive_join_task: list[str] | None = None
    dynamic_task_name_param: str | None = None
    dynamic_fork_tasks_param: str | None = None
    dynamic_fork_tasks_input_param_name: str | None = None
    dynamic_fork_join_tasks_param: str | None = None
    loop_condition: str | None = None
    loop_over: list[WorkflowTask] | None = None
    items: str | None = None
    sub_workflow_param: dict[str, Any] | None = None
    sink: str | None = None
    rate_limited: bool | None = None
    cache_config: dict[str, Any] | None = None
    join_status: str | None = None
    workflow_task_type: str | None = None
    """The same as ``type``, as some servers repeat it."""
    on_state_change: dict[str, list[dict[str, Any]]] | None = None


class WorkflowDef(ConductorModel):
    """Definition of a workflow: its tasks and what holds for all of them."""

    name: str
    version: int = 1
    description: str | None = None
    tasks: list[WorkflowTask] = Field(default_factory=list[WorkflowTask])
    input_parameters: list[str] = Field(default_factory=list)
    input_template: dict[str, Any] = Field(default_factory=dict)
    """Values for inputs that a start leaves out."""
    output_parameters: dict[str, Any] = Field(default_factory=dict)
    variables: dict[str, Any] = Field(default_factory=dict)
    failure_workflow: str | None = None
    """Name of the workflow that is started when this one fails."""
    schema_version: int = 2
    restartable: bool | None = None
    workflow_status_listener_enabled: bool | None = None
    workflow_status_listener_sink: str | None = None
    timeout_seconds: int = 0
    """Seconds for one execution; 0 is off."""
    timeout_policy: Tolerant[WorkflowTimeoutPolicy] | None = None
    owner_email: str | None = None
    owner_app: str | None = None
    rate_limit_config: dict[str, Any] | None = None
    cache_config: dict[str, Any] | None = None
    """How long and by which key the output is kept, on servers that cache."""
    input_schema: dict[str, Any] | None = None
    output_schema: dict[str, Any] | None = None
    enforce_schema: bool | None = None
    metadata: dict[str, Any] | None = None
    masked_fields: list[str] | None = None
    overwrite_tags: bool | None = None
    tags: list[dict[str, Any]] | None = None
    create_time: int | None = None
    update_time: int | None = None
    created_by: str | None = None
    updated_by: str | None = None
