"""What the agent client sends and how it reads the answers; tests/contract compares every call with the server's document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conductor_agents import AgentCardRequest, AgentConfig, AgentResponse, AgentStartRequest, Strategy
from conductor_core.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

HELPER = AgentConfig(name="helper", model="openai/gpt-4o-mini", instructions="Answer.")


async def test_an_agent_is_started_on_both_faces(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    answer = {"executionId": "e1", "agentName": "helper", "requiredWorkers": ["look_up"], "new": 1}
    route = server.post("/agent/start").respond(json=answer)
    request = AgentStartRequest(agent_config=HELPER, prompt="hi", static_plan={"steps": []})
    started = conductor.agents.start_agent(request)
    assert await async_conductor.agents.start_agent(request) == started
    assert (started.execution_id, started.required_workers, started.to_wire()["new"]) == ("e1", ["look_up"], 1)
    assert json.loads(route.calls.last.request.content) == {
        "agentConfig": {"name": "helper", "model": "openai/gpt-4o-mini", "instructions": "Answer."},
        "prompt": "hi",
        "static_plan": {"steps": []},
    }


def test_a_start_is_repeated_only_when_a_key_makes_it_safe(server: respx.MockRouter, conductor: Conductor) -> None:
    plain = type(conductor.agents).start_agent.build(None, AgentStartRequest(name="helper"))
    keyed = type(conductor.agents).start_agent.build(None, AgentStartRequest(name="helper", idempotency_key="k"))
    assert (plain.repeatable, keyed.repeatable) == (False, True)


def test_the_status_says_what_an_agent_waits_for(server: respx.MockRouter, conductor: Conductor) -> None:
    pending = {
        "taskRefName": "ask",
        "tool_name": "pay",
        "parameters": {"sum": 3},
        "response_schema": {"type": "object"},
    }
    document = {"executionId": "e1", "status": "RUNNING", "isRunning": True, "isWaiting": True, "pendingTool": pending}
    server.get("/agent/e1/status").respond(json=document)
    status = conductor.agents.get_status("e1")
    assert (status.is_waiting, status.is_complete) == (True, False)
    assert status.pending_tool is not None
    assert (status.pending_tool.tool_name, status.pending_tool.response_schema) == ("pay", {"type": "object"})
    assert status.to_wire() == document | {"isComplete": False}


def test_an_answer_has_the_fields_that_the_step_asks_for(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.post("/agent/e1/respond").respond(200)
    conductor.agents.respond("e1", AgentResponse(approved=False, reason="too dear"))
    assert json.loads(route.calls.last.request.content) == {"approved": False, "reason": "too dear"}
    conductor.agents.respond("e1", {"city": "Ulm", "zip": None})
    assert json.loads(route.calls.last.request.content) == {"city": "Ulm", "zip": None}


def test_an_unknown_execution_and_one_that_is_not_paused_are_told_apart(
    server: respx.MockRouter, conductor: Conductor
) -> None:
    server.get("/agent/e0/status").respond(404, json={"message": "No such workflow found by id: e0"})
    server.put("/agent/e1/resume").respond(409, json={"message": "The workflow e1 is not PAUSED"})
    with pytest.raises(NotFoundError, match="No such workflow"):
        conductor.agents.get_status("e0")
    with pytest.raises(ConflictError, match="not PAUSED"):
        conductor.agents.resume("e1")


def test_the_kind_of_agent_is_filled_in_for_a_card_and_headers_stay_out_of_its_text(
    server: respx.MockRouter, conductor: Conductor
) -> None:
    route = server.post("/a2a/agent-card").respond(json={"agentCard": {"name": "far", "skills": [{"id": "s"}]}})
    request = AgentCardRequest(agent_url="https://far.test", headers={"authorization": "Bearer hush"})
    found = conductor.agents.get_agent_card(request)
    assert found.agent_card is not None
    assert (found.agent_card.name, [skill.id for skill in found.agent_card.skills or []]) == ("far", ["s"])
    assert json.loads(route.calls.last.request.content)["agentType"] == "a2a"
    assert request.agent_type is None
    assert "hush" not in repr(request)
    assert "hush" not in repr(type(conductor.agents).get_agent_card.build(None, request))


def test_a_strategy_of_a_newer_server_is_kept() -> None:
    assert AgentConfig.model_validate({"name": "a", "strategy": "vote"}).strategy == "vote"
    assert AgentConfig(name="a", strategy=Strategy.SWARM).to_wire() == {"name": "a", "strategy": "swarm"}
