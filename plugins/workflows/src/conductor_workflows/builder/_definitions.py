"""Definitions in one call, with the defaults of the official libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_workflows.builder._workflow import ConductorWorkflow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_core.models import TaskDef, WorkflowDef
    from conductor_workflows.builder._sequence import Step

TASK_DEFAULTS: dict[str, Any] = {
    "retry_count": 3,
    "retry_logic": "FIXED",
    "retry_delay_seconds": 60,
    "backoff_scale_factor": 1,
    "timeout_seconds": 3600,
    "timeout_policy": "TIME_OUT_WF",
    "response_timeout_seconds": 600,
    "poll_timeout_seconds": 3600,
    "concurrent_exec_limit": 0,
    "rate_limit_per_frequency": 0,
    "rate_limit_frequency_in_seconds": 1,
    "input_keys": [],
    "output_keys": [],
    "input_template": {},
    "owner_app": "",
    "owner_email": "",
    "description": "",
}
"""What :func:`task_definition` fills in; times in seconds."""


def workflow(name: str, tasks: Sequence[Step]) -> WorkflowDef:
    """Return a small definition: version 1, tasks one after the other, no inputs and outputs.

    Raises:
        InvalidArgumentError: there is no task, or something is none.
    """
    return ConductorWorkflow(name=name, version=1).add(list(tasks)).to_workflow_def()


def task_definition(name: str, **fields: object) -> TaskDef:
    """Return a task definition with :data:`TASK_DEFAULTS` for what is not given.

    Args:
        name: name of the task, which workers poll by.
        fields: fields of :class:`~conductor_core.models.TaskDef`, snake_case.
    """
    from conductor_core.models import TaskDef  # noqa: PLC0415 - building definitions must not load the models

    return TaskDef.model_validate({**TASK_DEFAULTS, **fields, "name": name})
