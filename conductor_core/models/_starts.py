"""What starts an execution: asked for by a program, by a schedule or by an event."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from conductor_core.models._base import ConductorModel, Tolerant
from conductor_core.models._definitions import WorkflowDef


class IdempotencyStrategy(StrEnum):
    """What a start does when an execution with the same idempotency key exists."""

    FAIL = "FAIL"
    RETURN_EXISTING = "RETURN_EXISTING"
    FAIL_ON_RUNNING = "FAIL_ON_RUNNING"


class StartWorkflowRequest(ConductorModel):
    """What to start, and with what."""

    name: str
    version: int | None = None
    """Version of the definition; None takes the highest."""
    input: dict[str, Any] = Field(default_factory=dict)
    correlation_id: str | None = None
    task_to_domain: dict[str, str] | None = None
    """Domain of each task type; ``*`` stands for all others."""
    priority: int | None = None
    """0 to 99; tasks of a higher one are handed out first."""
    workflow_def: WorkflowDef | None = None
    """A definition for this execution alone, which need not be registered."""
    idempotency_key: str | None = None
    idempotency_strategy: Tolerant[IdempotencyStrategy] | None = None
    external_input_payload_storage_path: str | None = None
    created_by: str | None = None
