"""Agents that start by the clock; the client ``conductor.schedules`` has everything else about schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_agents._schedule_documents import (
    ReconciledSchedules,
    StoredAgentSchedule,
    saving,
    short_name,
    stored_name,
)
from conductor_core import Api, Call, Face, Flow, delete, endpoint, get, post
from conductor_core.errors import InvalidArgumentError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_agents._schedule_documents import AgentSchedule

_PATH = "/scheduler/schedules"


class Schedules(Api[Face]):
    """Schedules of one agent, by the names that they have for it."""

    @endpoint
    def get_agent_schedules(self, agent_name: str) -> Call[list[StoredAgentSchedule]]:
        """List the schedules that start an agent, however they were stored."""
        return get(_PATH, query={"workflowName": agent_name}, returns=list[StoredAgentSchedule])

    @endpoint
    def save_agent_schedule(self, agent_name: str, schedule: AgentSchedule) -> Call[None]:
        """Create a schedule of a deployed agent, or replace the one of its name."""
        return post(_PATH, body=saving(agent_name, schedule), repeatable=True)

    @endpoint
    def delete_agent_schedule(self, agent_name: str, name: str) -> Call[None]:
        """Delete a schedule of an agent; what it has started goes on."""
        return delete(f"{_PATH}/{{}}", stored_name(agent_name, name))

    @endpoint
    def reconcile_agent_schedules(self, agent_name: str, wanted: Sequence[AgentSchedule]) -> Flow[ReconciledSchedules]:
        """Make these the only schedules of an agent: store each, delete the others, and say what was done.

        All of them are looked at before the first request, and others are deleted only after all wanted ones are stored. An empty
        list deletes all.

        Raises:
            InvalidArgumentError: two of one name, or one that cannot be stored; nothing was changed then.
        """
        names = {stored_name(agent_name, schedule.name) for schedule in wanted}
        if len(names) != len(wanted):
            raise InvalidArgumentError("wanted holds two schedules of one name: give each a name of its own")
        requests = [saving(agent_name, schedule) for schedule in wanted]
        existing = yield from Schedules.get_agent_schedules.call(self, agent_name)
        for request in requests:
            yield from post(_PATH, body=request, repeatable=True)
        surplus = [found.name for found in existing if found.name not in names]
        for name in surplus:
            yield from delete(f"{_PATH}/{{}}", name)
        saved = [schedule.name for schedule in wanted]
        return ReconciledSchedules(saved=saved, deleted=[short_name(agent_name, name) for name in surplus])

    @endpoint
    def run_agent_schedule(self, agent_name: str, name: str) -> Flow[str]:
        """Start at once what a schedule of an agent starts, with its input, and return the execution's id.

        Raises:
            NotFoundError: the agent has no schedule of this name.
        """
        wanted = stored_name(agent_name, name)
        found = yield from Schedules.get_agent_schedules.call(self, agent_name)
        for schedule in found:
            if schedule.name == wanted and schedule.start_workflow_request is not None:
                return (yield from post("/workflow", body=schedule.start_workflow_request, returns=str))
        message = f"agent {agent_name!r} has no schedule {name!r}"
        raise NotFoundError(method="GET", url=_PATH, status=200, message=message)
