"""When an agent starts by the clock."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from conductor_core.errors import InvalidArgumentError
from conductor_core.models import ConductorModel, JsonObject, StartWorkflowRequest, Tag

_CRON_FIELDS = 6


class AgentSchedule(ConductorModel):
    """One clock of an agent; the server keeps it under the name ``AGENT-NAME``."""

    name: str
    """Unique among the schedules of its agent."""
    cron_expression: str
    """Six fields, seconds first: ``0 0 9 * * MON-FRI`` is nine o'clock on weekdays."""
    prompt: str | None = None
    """What the agent is asked each time."""
    input: JsonObject = Field(default_factory=dict[str, Any])
    """Further fields of the execution's input, such as ``session_id``."""
    zone_id: str | None = None
    """Time zone of the expression, like ``Europe/Berlin``; the server's default is UTC."""
    paused: bool = False
    """Store it without firing."""
    catch_up: bool = False
    """Start what was missed while the server or the schedule was down."""
    start_time: int | None = None
    """Epoch milliseconds before which it does not fire."""
    end_time: int | None = None
    """Epoch milliseconds after which it does not fire."""
    description: str | None = None


class StoredAgentSchedule(ConductorModel):
    """A schedule of an agent as the server keeps it."""

    name: str = ""
    """``AGENT-NAME``, by which the client ``conductor.schedules`` finds it too."""
    cron_expression: str | None = None
    zone_id: str | None = None
    start_workflow_request: StartWorkflowRequest | None = None
    paused: bool | None = None
    paused_reason: str | None = None
    run_catchup_schedule_instances: bool | None = None
    schedule_start_time: int | None = None
    schedule_end_time: int | None = None
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
    org_id: str | None = None
    queue_msg_id: str | None = None


class ReconciledSchedules(ConductorModel):
    """What a list of wanted schedules has changed, by the names of :class:`AgentSchedule`."""

    saved: list[str] = Field(default_factory=list[str])
    deleted: list[str] = Field(default_factory=list[str])


class SaveSchedule(ConductorModel):
    """What is sent to store a schedule."""

    name: str
    cron_expression: str
    start_workflow_request: StartWorkflowRequest
    zone_id: str | None = None
    paused: bool | None = None
    run_catchup_schedule_instances: bool | None = None
    schedule_start_time: int | None = None
    schedule_end_time: int | None = None
    description: str | None = None


def stored_name(agent_name: str, name: str) -> str:
    """Return the name by which the server keeps a schedule of an agent."""
    return f"{agent_name}-{name}"


def short_name(agent_name: str, stored: str) -> str:
    """Return the name that a stored schedule has for its agent."""
    return stored.removeprefix(f"{agent_name}-")


def saving(agent_name: str, schedule: AgentSchedule) -> SaveSchedule:
    """Return the document that stores a schedule of an agent.

    Raises:
        InvalidArgumentError: a name is empty, or the expression has another form; some servers would store it and never fire.
    """
    _check(agent_name, schedule)
    prompt = {} if schedule.prompt is None else {"prompt": schedule.prompt}
    return SaveSchedule(
        name=stored_name(agent_name, schedule.name),
        cron_expression=schedule.cron_expression,
        start_workflow_request=StartWorkflowRequest(name=agent_name, input={**schedule.input, **prompt}),
        zone_id=schedule.zone_id,
        paused=schedule.paused,
        run_catchup_schedule_instances=schedule.catch_up,
        schedule_start_time=schedule.start_time,
        schedule_end_time=schedule.end_time,
        description=schedule.description,
    )


def _check(agent_name: str, schedule: AgentSchedule) -> None:
    if not agent_name.strip() or not schedule.name.strip():
        raise InvalidArgumentError("agent_name, or the name of an AgentSchedule, is empty: schedules are kept by both")
    expression = schedule.cron_expression
    if len(expression.split()) != _CRON_FIELDS and not expression.startswith("@"):
        raise InvalidArgumentError(
            f"cron_expression of AgentSchedule {schedule.name!r} must have six fields, seconds first, like "
            f"'0 0 9 * * MON-FRI'; got {expression!r}"
        )
