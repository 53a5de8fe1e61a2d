"""Executions: a workflow that runs, its tasks, and the results that workers report. Times are epoch milliseconds."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from conductor_core.models._base import ConductorModel, Tolerant
from conductor_core.models._definitions import TaskDef, WorkflowDef, WorkflowTask
from conductor_core.models._progress import Execution
from conductor_core.models._states import TaskResultStatus, TaskStatus, WorkflowStatus


class TaskExecLog(ConductorModel):
    """One line of a task's log."""

    log: str
    task_id: str | None = None
    created_time: int | None = None


class Task(ConductorModel):
    """One attempt of a task, as the server sees it."""

    task_id: str = ""
    task_type: str = ""
    task_def_name: str = ""
    reference_task_name: str = ""
    status: Tolerant[TaskStatus] = TaskStatus.SCHEDULED
    workflow_instance_id: str = ""
    workflow_type: str | None = None
    correlation_id: str | None = None
    input_data: dict[str, Any] = Field(default_factory=dict)
    output_data: dict[str, Any] = Field(default_factory=dict)
    reason_for_incompletion: str | None = None
    worker_id: str | None = None
    domain: str | None = None
    seq: int = 0
    iteration: int = 0
    retry_count: int = 0
    """Retries before this attempt."""
    poll_count: int = 0
    """Polls that handed this attempt out."""
    retried: bool = False
    executed: bool = False
    retried_task_id: str | None = None
    callback_after_seconds: int = 0
    callback_from_worker: bool | None = None
    response_timeout_seconds: int = 0
    scheduled_time: int | None = None
    start_time: int | None = None
    update_time: int | None = None
    end_time: int | None = None
    start_delay_in_seconds: int | None = None
    workflow_priority: int | None = None
    workflow_task: WorkflowTask | None = None
    task_definition: TaskDef | None = None
    sub_workflow_id: str | None = None
    rate_limit_per_frequency: int | None = None
    rate_limit_frequency_in_seconds: int | None = None
    external_input_payload_storage_path: str | None = None
    external_output_payload_storage_path: str | None = None
    isolation_group_id: str | None = None
    execution_name_space: str | None = None
    loop_over_task: bool | None = None
    queue_wait_time: int | None = None
    subworkflow_changed: bool | None = None
    first_start_time: int | None = None
    parent_task_id: str | None = None

    def to_task_result(self, status: TaskResultStatus = TaskResultStatus.COMPLETED) -> TaskResult:
        """Return a result for this task, to be filled and returned by its worker."""
        return TaskResult(
            task_id=self.task_id,
            workflow_instance_id=self.workflow_instance_id,
            worker_id=self.worker_id,
            status=status,
        )


class TaskResult(ConductorModel):
    """What a worker reports about one task."""

    task_id: str = ""
    workflow_instance_id: str = ""
    status: Tolerant[TaskResultStatus] = TaskResultStatus.COMPLETED
    output_data: dict[str, Any] = Field(default_factory=dict)
    worker_id: str | None = None
    reason_for_incompletion: str | None = None
    callback_after_seconds: int | None = None
    """Seconds until the task can be polled again, with status IN_PROGRESS."""
    logs: list[TaskExecLog] | None = None
    extend_lease: bool | None = None
    sub_workflow_id: str | None = None
    external_output_payload_storage_path: str | None = None


class Workflow(Execution, ConductorModel):
    """One execution of a workflow."""

    workflow_id: str = ""
    workflow_name: str = ""
    workflow_version: int | None = None
    status: Tolerant[WorkflowStatus] = WorkflowStatus.RUNNING
    correlation_id: str | None = None
    input: dict[str, Any] = Field(default_factory=dict)
    output: dict[str, Any] = Field(default_factory=dict)
    variables: dict[str, Any] = Field(default_factory=dict)
    tasks: list[Task] = Field(default_factory=list[Task])
    workflow_definition: WorkflowDef | None = None
    reason_for_incompletion: str | None = None
    failed_reference_task_names: list[str] = Field(default_factory=list)
    failed_task_names: list[str] = Field(default_factory=list)
    parent_workflow_id: str | None = None
    parent_workflow_task_id: str | None = None
    re_run_from_workflow_id: str | None = None
    task_to_domain: dict[str, str] | None = None
    priority: int | None = None
    event: str | None = None
    create_time: int | None = None
    start_time: int | None = None
    update_time: int | None = None
    end_time: int | None = None
    last_retried_time: int | None = None
    created_by: str | None = None
    updated_by: str | None = None
    owner_app: str | None = None
    idempotency_key: str | None = None
    rate_limited: bool | None = None
    """Whether the execution waits for its turn under the definition's rate limit."""
    rate_limit_key: str | None = None
    history: list[Workflow] | None = None
    """Earlier runs of the same execution, on servers that keep them."""
    external_input_payload_storage_path: str | None = None
    external_output_payload_storage_path: str | None = None
