"""The agent client on the real server: whole runs, answered by a model of a script."""

from __future__ import annotations

import json
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from conductor_agents import (
    AgentCardRequest,
    AgentConfig,
    AgentResponse,
    AgentSchedule,
    AgentStallError,
    AgentStartRequest,
    CreateTrackingExecutionRequest,
    InjectTaskRequest,
    InspectPlanRequest,
    RerunExecutionRequest,
    SkillDeployRequest,
    SkillManifest,
    SkillRef,
    Strategy,
    ToolConfig,
    pack_skill,
)
from conductor_core import AsyncConductor, Conductor, Settings
from conductor_core.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    NotSupportedByServerError,
    WaitTimeoutError,
)
from conductor_core.models import TaskResultStatus
from tests._support.chat_model import MODEL, calls, chat_model, says
from tests._support.local_server import local_server
from tests.conformance.clients.kit import polled, result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conductor_agents import AgentEvent
    from conductor_core import Task
    from tests._support.chat_model import ChatModel, Document, Messages
    from tools.real_server import RealServer

pytestmark = pytest.mark.real_server

ONCE_A_YEAR = "0 0 0 1 1 *"
SECONDS = 120.0


def script(messages: Messages) -> Document:
    """Call the tool that the last message names, and say so once it was called."""
    last = messages[-1]
    if last["role"] == "user" and str(last["content"]).startswith("call "):
        return calls((str(last["content"]).split()[1], {"city": "Ulm"}))
    return says("so it is")


@pytest.fixture(scope="module")
def model() -> Iterator[ChatModel]:
    with chat_model(script) as running:
        yield running


@pytest.fixture
def helper(model: ChatModel, name: str) -> AgentConfig:
    """An agent that answers at once."""
    return AgentConfig(name=name, model=MODEL, base_url=model.url, instructions="Answer.")


def with_tool(agent: AgentConfig, **fields: Any) -> AgentConfig:
    """The agent with one tool of a worker's, which has the agent's name."""
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    tool = ToolConfig(
        name=f"{agent.name}_tool", description="Looks.", input_schema=schema, tool_type="worker", **fields
    )
    return agent.model_copy(update={"tools": [tool]})


def asked(agent: AgentConfig, **fields: Any) -> AgentStartRequest:
    """A start whose prompt makes the model call the agent's tool, when it has one."""
    prompt = f"call {agent.tools[0].name}" if agent.tools else "hi"
    return AgentStartRequest(agent_config=agent, prompt=prompt, **fields)


def started(conductor: Conductor, agent: AgentConfig, **fields: Any) -> str:
    """Start it and return the execution's id."""
    execution_id = conductor.agents.start_agent(asked(agent, **fields)).execution_id
    assert execution_id
    return execution_id


def tool_task(conductor: Conductor, execution_id: str, agent: AgentConfig) -> Task:
    """The task of the agent's tool, once the model has asked for it."""
    deadline = time.monotonic() + SECONDS
    tasks: list[Task] = []
    while time.monotonic() < deadline:
        tasks = conductor.agents.get_execution_tasks(execution_id, count=50).results
        found = [task for task in tasks if task.task_def_name == f"{agent.name}_tool"]
        if found:
            return found[-1]
        time.sleep(0.2)
    raise AssertionError([task.reference_task_name for task in tasks])


def test_an_agent_is_compiled_deployed_found_run_and_deleted(real_conductor: Conductor, helper: AgentConfig) -> None:
    agents = real_conductor.agents
    request = AgentStartRequest(agent_config=helper)
    assert agents.compile_agent(request).workflow_def["name"] == helper.name
    with pytest.raises(NotFoundError):
        agents.get_agent(helper.name)
    deployed = agents.deploy_agent(request)
    assert (deployed.agent_name, deployed.execution_id, deployed.required_workers) == (helper.name, None, [])
    assert helper.name in [agent.name for agent in agents.list_agents()]
    assert agents.get_agent(helper.name)["name"] == helper.name
    assert agents.get_agent_definition(helper.name).name == helper.name
    ended = agents.run_agent(AgentStartRequest(name=helper.name, prompt="hi"), timeout=SECONDS)
    assert (ended.status, ended.is_complete, (ended.output or {})["result"]) == ("COMPLETED", True, "so it is")
    run = agents.get_execution(ended.execution_id)
    assert (run.agent_name, run.status, [task.task_type for task in run.tasks]) == (
        helper.name,
        "COMPLETED",
        ["LLM_CHAT_COMPLETE"],
    )
    assert run.token_usage is not None
    assert run.token_usage.total_tokens > 0
    detail = agents.get_execution_detail(ended.execution_id)
    assert (detail.agent_name, detail.status, detail.current_task) == (helper.name, "COMPLETED", None)
    assert agents.get_full_execution(ended.execution_id).workflow_id == ended.execution_id
    tasks = agents.get_execution_tasks(ended.execution_id, count=5)
    assert (tasks.total_hits, tasks.results[0].task_type) == (1, "LLM_CHAT_COMPLETE")
    assert agents.get_task_logs(tasks.results[0].task_id) == []
    found = agents.list_executions(agent_name=helper.name)
    assert [one.execution_id for one in found.results] == [ended.execution_id]
    raw = agents.search_executions(f"workflowType = '{helper.name}'")
    assert [one.workflow_id for one in raw.results] == [ended.execution_id]
    agents.delete_agent(helper.name)
    with pytest.raises(NotFoundError):
        agents.get_agent(helper.name)


def test_events_are_followed_from_the_first_to_the_last_and_resumed(
    real_conductor: Conductor, helper: AgentConfig
) -> None:
    agents = real_conductor.agents
    agent = with_tool(helper)
    execution_id = started(real_conductor, agent)
    events: list[AgentEvent] = []
    for event in agents.stream_events(execution_id):
        events.append(event)
        if len(events) == 1:
            real_conductor.tasks.update_task(result(polled(real_conductor, f"{agent.name}_tool"), sun=True))
    kinds = [event.type for event in events]
    assert (kinds[0], kinds[-1]) == ("thinking", "done")
    assert {"tool_call", "tool_result"} <= set(kinds)
    assert events[-1].output["result"] == "so it is"
    ids = [event.id for event in events]
    assert ids == sorted(set(ids), key=int)  # type: ignore[arg-type]  # numbers, on this server
    again = list(agents.stream_events(execution_id, last_event_id=ids[1]))
    assert [event.id for event in again] == ids[2:]
    with pytest.raises(NotFoundError):
        next(agents.stream_events("nobody"))


async def test_events_on_the_other_face_and_an_early_leave(
    real_server: RealServer, real_conductor: Conductor, helper: AgentConfig
) -> None:
    execution_id = started(real_conductor, with_tool(helper))
    async with AsyncConductor(server_url=real_server.url) as conductor:
        async for event in conductor.agents.stream_events(execution_id):
            assert event.type == "thinking"
            break
        await conductor.agents.cancel(execution_id, "enough")
        events = [event async for event in conductor.agents.stream_events(execution_id)]
        assert (events[-1].type, events[-1].tool_name) == ("error", "workflow")
        assert "enough" in (events[-1].content or "")


@pytest.mark.parametrize("transport", ["httpx", "http2", "httpx-http2"])
def test_other_transports_stream_too(real_server: RealServer, helper: AgentConfig, transport: str) -> None:
    with Conductor(server_url=real_server.url, transport=transport) as conductor:
        events = list(conductor.agents.stream_events(started(conductor, helper)))
        assert [event.type for event in events] == ["thinking", "done"]


def test_a_person_answers(real_conductor: Conductor, helper: AgentConfig) -> None:
    agents = real_conductor.agents
    agent = with_tool(helper, approval_required=True)
    execution_id = started(real_conductor, agent)
    waiting = agents.wait_for_question(execution_id, timeout=SECONDS)
    assert (waiting.is_waiting, waiting.is_complete) == (True, False)
    assert waiting.pending_tool is not None
    with pytest.raises(WaitTimeoutError, match="waiting for an answer"):
        agents.wait_for_agent(execution_id, timeout=0.2)
    ended = agents.respond_until_done(
        execution_id, lambda _tool: AgentResponse(approved=False, reason="too dear"), timeout=SECONDS
    )
    assert ended.status == "COMPLETED"
    with pytest.raises(ApiError, match="No pending HUMAN task"):
        agents.respond(execution_id, AgentResponse(approved=True))


def test_a_tool_without_a_worker_ends_the_wait(real_conductor: Conductor, helper: AgentConfig) -> None:
    agent = with_tool(helper)
    execution_id = started(real_conductor, agent)
    with pytest.raises(AgentStallError) as caught:
        real_conductor.agents.wait_for_agent(execution_id, timeout=SECONDS, stall_after=1.0)
    assert [task.task_type for task in caught.value.tasks] == [f"{agent.name}_tool"]
    real_conductor.agents.terminate(execution_id, "done with it")
    ended = real_conductor.agents.wait_for_agent(execution_id, timeout=SECONDS)
    assert (ended.status, ended.reason_for_incompletion) == ("TERMINATED", "done with it")


def test_an_execution_is_steered(real_conductor: Conductor, helper: AgentConfig, model: ChatModel) -> None:
    agents = real_conductor.agents
    agent = with_tool(helper)
    execution_id = started(real_conductor, agent)
    task = tool_task(real_conductor, execution_id, agent)
    agents.pause(execution_id)
    assert agents.get_status(execution_id).status == "PAUSED"
    agents.resume(execution_id)
    with pytest.raises(ConflictError):
        agents.resume(execution_id)
    agents.signal(execution_id, f"hurry {agent.name}")
    agents.update_task_status(execution_id, task.reference_task_name, TaskResultStatus.COMPLETED, {"sun": True})
    ended = agents.wait_for_agent(execution_id, timeout=SECONDS)
    assert ended.status == "COMPLETED"
    assert any(f"hurry {agent.name}" in str(request["messages"]) for request in model.requests)


def test_an_agent_stops_after_the_turn_that_it_is_at(real_conductor: Conductor, helper: AgentConfig) -> None:
    agents = real_conductor.agents
    agent = with_tool(helper)
    execution_id = started(real_conductor, agent)
    task = tool_task(real_conductor, execution_id, agent)
    agents.stop(execution_id)
    real_conductor.tasks.update_task(result(task, sun=True))
    assert agents.wait_for_agent(execution_id, timeout=SECONDS).status == "COMPLETED"


def test_ended_executions_are_run_again(real_conductor: Conductor, helper: AgentConfig) -> None:
    agents = real_conductor.agents
    agent = with_tool(helper)
    execution_id = started(real_conductor, agent)
    tool_task(real_conductor, execution_id, agent)
    agents.cancel(execution_id)
    agents.restart(execution_id)
    tool_task(real_conductor, execution_id, agent)
    agents.terminate_executions([execution_id], "again")
    agents.retry(execution_id)
    assert agents.get_status(execution_id).is_running
    agents.cancel(execution_id)
    agents.restart_executions([execution_id], use_latest_definitions=True)
    tool_task(real_conductor, execution_id, agent)
    agents.pause_executions([execution_id])
    assert agents.get_status(execution_id).status == "PAUSED"
    agents.resume_executions([execution_id])
    agents.cancel(execution_id)
    agents.retry_executions([execution_id])
    agents.cancel(execution_id)
    first = agents.get_execution_tasks(execution_id, count=50).results[0]
    assert agents.rerun(execution_id, RerunExecutionRequest(re_run_from_task_id=first.task_id))
    agents.cancel(execution_id)
    agents.delete_execution_record(execution_id)
    with pytest.raises(NotFoundError):
        agents.get_status(execution_id)
    assert agents.prune_executions(older_than_days=3650).deleted == 0


def test_steps_of_elsewhere_are_shown(real_conductor: Conductor, name: str) -> None:
    agents = real_conductor.agents
    made = agents.create_tracking_execution(CreateTrackingExecutionRequest(workflow_name=name, input={"a": 1}))
    shown = InjectTaskRequest(task_def_name="think", reference_task_name="t1", type="SIMPLE", input_data={"b": 2})
    assert agents.inject_task(made.execution_id, shown).task_id
    agents.push_event(made.execution_id, {"type": "thinking", "content": "hm"})
    agents.complete_tracking_execution(made.execution_id, {"c": 3})
    ended = agents.get_status(made.execution_id)
    assert (ended.status, ended.output) == ("COMPLETED", {"c": 3})


def test_events_of_elsewhere_reach_who_follows(real_conductor: Conductor, name: str) -> None:
    agents = real_conductor.agents
    made = agents.create_tracking_execution(CreateTrackingExecutionRequest(workflow_name=name))
    agents.push_event(made.execution_id, {"type": "tool_call", "toolName": "far", "args": {"a": 1}})
    events: list[AgentEvent] = []
    with closing(agents.stream_events(made.execution_id)) as following:
        for event in following:
            events.append(event)
            if len(events) == 1:
                threading.Timer(
                    0.1, agents.push_event, (made.execution_id, {"type": "thinking", "content": "hm"})
                ).start()
            else:
                break
    assert [(event.type, event.tool_name, event.content) for event in events] == [
        ("tool_call", "far", None),
        ("thinking", None, "hm"),
    ]


def test_a_plan_is_inspected(real_conductor: Conductor, helper: AgentConfig) -> None:
    planner = with_tool(helper).model_copy(update={"strategy": Strategy.PLAN_EXECUTE})
    plan = {"steps": [{"id": "s1", "operations": [{"tool": f"{helper.name}_tool", "args": {"city": "Ulm"}}]}]}
    found = real_conductor.agents.inspect_plan(InspectPlanRequest(agent_config=planner, plan=plan))
    assert found.error or found.workflow_def


def test_schedules_follow_a_wanted_list(real_conductor: Conductor, helper: AgentConfig) -> None:
    agents = real_conductor.agents
    agents.deploy_agent(AgentStartRequest(agent_config=helper))
    morning = AgentSchedule(name="morning", cron_expression=ONCE_A_YEAR, prompt="News?", zone_id="Europe/Berlin")
    agents.save_agent_schedule(helper.name, morning.model_copy(update={"name": "old"}))
    done = agents.reconcile_agent_schedules(helper.name, [morning])
    assert (done.saved, done.deleted) == (["morning"], ["old"])
    (stored,) = agents.get_agent_schedules(helper.name)
    assert (stored.name, stored.zone_id) == (f"{helper.name}-morning", "Europe/Berlin")
    execution_id = agents.run_agent_schedule(helper.name, "morning")
    assert agents.wait_for_agent(execution_id, timeout=SECONDS).status == "COMPLETED"
    assert agents.get_full_execution(execution_id).input["prompt"] == "News?"
    agents.delete_agent_schedule(helper.name, "morning")
    assert agents.get_agent_schedules(helper.name) == []


def test_a_skill_is_registered_read_deployed_run_and_deleted(
    real_conductor: Conductor, name: str, tmp_path: Path
) -> None:
    agents = real_conductor.agents
    skill = name.replace("_", "-")
    (tmp_path / "SKILL.md").write_text(f"---\nname: {skill}\ndescription: Writes.\n---\nWrite.\n", encoding="utf-8")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "rhyme.py").write_text("print('so')\n", encoding="utf-8")
    package = pack_skill(tmp_path)
    made = agents.register_skill(package, SkillManifest(version="1.0", model=MODEL))
    assert (made.name, made.version, made.description) == (skill, "1.0", "Writes.")
    assert [file.path for file in made.files] == ["SKILL.md", "scripts/rhyme.py"]
    assert agents.register_skill(package, SkillManifest(version="1.0", model=MODEL)).checksum == made.checksum
    (tmp_path / "more.txt").write_text("more", encoding="utf-8")
    with pytest.raises(BadRequestError, match="different checksum"):
        agents.register_skill(pack_skill(tmp_path), SkillManifest(version="1.0"))
    assert skill in [one.name for one in agents.list_skills(all_versions=True)]
    assert agents.get_skill(skill).version == agents.get_skill_version(skill, "latest").version == "1.0"
    assert agents.get_skill_file(skill, "1.0", "scripts/rhyme.py").content == "print('so')\n"
    assert agents.download_skill(skill, "1.0") == package
    assert agents.deploy_skill(skill, "1.0", SkillDeployRequest(model=MODEL)).required_workers == [f"{skill}__rhyme"]
    reference = SkillRef(name=skill, version="1.0", model=MODEL)
    compiled = agents.compile_agent(AgentStartRequest(framework="skill", skill_ref=reference))
    assert compiled.required_workers == [f"{skill}__rhyme"]
    agents.delete_skill(skill, "1.0")
    with pytest.raises(BadRequestError, match="Skill not found"):
        agents.get_skill(skill)
    agents.delete_agent(skill)


def test_agents_of_other_systems(real_conductor: Conductor) -> None:
    card = {"name": "far", "skills": [{"id": "sums", "tags": ["x"]}], "capabilities": {"streaming": True}}
    with local_server() as far:
        far.body = json.dumps(card).encode()
        found = real_conductor.agents.get_agent_card(AgentCardRequest(agent_url=far.url, headers={"x-key": "k"}))
    assert found.agent_card is not None
    assert (found.agent_card.name, [skill.id for skill in found.agent_card.skills or []]) == ("far", ["sums"])
    assert (far.paths[0], far.received[0]["x-key"]) == ("/.well-known/agent-card.json", "k")
    with pytest.raises(BadRequestError):
        real_conductor.agents.get_agent_card(AgentCardRequest(agent_url=" "))
    with pytest.raises(NotFoundError):
        real_conductor.agents.push_notification("nobody", "token")


def test_the_embedded_engine_says_that_it_has_no_agents() -> None:
    with Conductor(Settings(transport="embedded", server_url="embedded://memory/no-agents")) as conductor:
        with pytest.raises(NotSupportedByServerError, match="embedded engine"):
            conductor.agents.start_agent(AgentStartRequest(name="helper"))
        with pytest.raises(NotSupportedByServerError, match="embedded engine"):
            next(conductor.agents.stream_events("e1"))
