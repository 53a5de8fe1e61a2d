"""Documents of the task client. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from enum import StrEnum

from conductor_core.models import ConductorModel, SearchResult, TaskStatus, Tolerant

__all__ = [
    "ExternalStorageLocation",
    "PayloadOperation",
    "PayloadType",
    "PollData",
    "SearchResult",
    "SizeComparison",
    "TaskSummary",
]


class PollData(ConductorModel):
    """Who polled a queue last, and when."""

    queue_name: str | None = None
    domain: str | None = None
    worker_id: str | None = None
    last_poll_time: int | None = None
    """Epoch milliseconds."""


class SizeComparison(StrEnum):
    """How a number is compared when poll data is filtered."""

    GREATER = "GT"
    LESS = "LT"


class TaskSummary(ConductorModel):
    """One task as a search finds it: inputs and outputs are text, times are ISO 8601 text."""

    task_id: str = ""
    task_type: str = ""
    task_def_name: str = ""
    task_reference_name: str | None = None
    status: Tolerant[TaskStatus] = TaskStatus.SCHEDULED
    workflow_id: str = ""
    workflow_type: str | None = None
    correlation_id: str | None = None
    reason_for_incompletion: str | None = None
    input: str | None = None
    output: str | None = None
    scheduled_time: str | None = None
    start_time: str | None = None
    update_time: str | None = None
    end_time: str | None = None
    execution_time: int | None = None
    """Milliseconds."""
    queue_wait_time: int | None = None
    """Milliseconds."""
    workflow_priority: int | None = None
    external_input_payload_storage_path: str | None = None
    external_output_payload_storage_path: str | None = None


class PayloadOperation(StrEnum):
    """What is to be done with a payload that is kept outside the server."""

    READ = "READ"
    WRITE = "WRITE"


class PayloadType(StrEnum):
    """What the payload is."""

    TASK_INPUT = "TASK_INPUT"
    TASK_OUTPUT = "TASK_OUTPUT"
    WORKFLOW_INPUT = "WORKFLOW_INPUT"
    WORKFLOW_OUTPUT = "WORKFLOW_OUTPUT"


class ExternalStorageLocation(ConductorModel):
    """Where a payload is written to or read from; both are empty on a server that keeps all payloads itself."""

    uri: str | None = None
    path: str | None = None
