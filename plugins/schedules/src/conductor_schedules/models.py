"""Documents of the schedule client. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from conductor_core.models import BulkResponse, ConductorModel, SearchResult, StartWorkflowRequest, Tag, Tolerant

__all__ = [
    "BulkResponse",
    "CronSchedule",
    "SaveScheduleRequest",
    "ScheduleExecutionState",
    "SearchResult",
    "StartWorkflowRequest",
    "Tag",
    "WorkflowSchedule",
    "WorkflowScheduleExecutionModel",
    "WorkflowScheduleModel",
]


class ScheduleExecutionState(StrEnum):
    """How far one firing of a schedule came."""

    POLLED = "POLLED"
    EXECUTED = "EXECUTED"
    FAILED = "FAILED"


class CronSchedule(ConductorModel):
    """One of several cron expressions of a schedule, on servers that take more than one."""

    cron_expression: str = ""
    zone_id: str | None = None


class SaveScheduleRequest(ConductorModel):
    """When to start a workflow, and which one with what."""

    name: str
    """Letters, digits and underscores."""
    cron_expression: str
    """Six fields, seconds first: ``0 0 9 * * MON-FRI`` is nine o'clock on weekdays."""
    start_workflow_request: StartWorkflowRequest
    zone_id: str | None = None
    """Time zone of the expression, like ``Europe/Berlin``; the server's default is UTC."""
    paused: bool | None = None
    """Store it without firing."""
    run_catchup_schedule_instances: bool | None = None
    """Start what was missed while the server or the schedule was down."""
    schedule_start_time: int | None = None
    """Epoch milliseconds before which it does not fire."""
    schedule_end_time: int | None = None
    """Epoch milliseconds after which it does not fire."""
    description: str | None = None
    created_by: str | None = None
    updated_by: str | None = None


class WorkflowSchedule(ConductorModel):
    """A stored schedule."""

    name: str = ""
    cron_expression: str | None = None
    cron_schedules: list[CronSchedule] | None = None
    """Further expressions, on servers that take more than one."""
    zone_id: str | None = None
    start_workflow_request: StartWorkflowRequest | None = None
    paused: bool | None = None
    paused_reason: str | None = None
    run_catchup_schedule_instances: bool | None = None
    schedule_start_time: int | None = None
    """Epoch milliseconds before which it does not fire."""
    schedule_end_time: int | None = None
    """Epoch milliseconds after which it does not fire."""
    next_run_time: int | None = None
    """Epoch milliseconds of the next firing, on servers that tell."""
    description: str | None = None
    tags: list[Tag] | None = None
    create_time: int | None = None
    """Epoch milliseconds."""
    updated_time: int | None = None
    """Epoch milliseconds."""
    created_by: str | None = None
    updated_by: str | None = None


class WorkflowScheduleModel(WorkflowSchedule):
    """A stored schedule as lists hold it."""

    org_id: str | None = None
    queue_msg_id: str | None = None


class WorkflowScheduleExecutionModel(ConductorModel):
    """One firing of a schedule."""

    execution_id: str = ""
    schedule_name: str = ""
    scheduled_time: int | None = None
    """Epoch milliseconds at which it was due."""
    execution_time: int | None = None
    """Epoch milliseconds at which it happened."""
    state: Tolerant[ScheduleExecutionState] | None = None
    workflow_name: str | None = None
    workflow_id: str | None = None
    """The execution that was started."""
    reason: str | None = None
    """Why it failed."""
    stack_trace: str | None = None
    start_workflow_request: StartWorkflowRequest | None = None
    zone_id: str | None = None
    org_id: str | None = None
    queue_msg_id: str | None = None


AdminAnswer = dict[str, Any]
"""What a server says about all its schedules; its keys differ between servers."""
