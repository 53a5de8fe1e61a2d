"""Skills as packages, and schedules as a wanted list."""

from __future__ import annotations

import io
import json
import os
import zipfile
from email import message_from_bytes
from typing import TYPE_CHECKING, Any, cast

import pytest

from conductor_agents import AgentApi, AgentSchedule, AgentStartRequest, SkillManifest, SkillRef, pack_skill
from conductor_core.errors import InvalidArgumentError, NotFoundError, NotSupportedByServerError

if TYPE_CHECKING:
    from pathlib import Path

    import respx

    from conductor_core import AsyncConductor, Conductor

HEAD = "---\nname: poet\n---\nWrite a poem.\n"
STORED: list[dict[str, Any]] = [
    {
        "name": "helper-morning",
        "cronExpression": "0 0 8 * * *",
        "startWorkflowRequest": {"name": "helper", "input": {}},
    },
    {"name": "helper-night", "cronExpression": "0 0 2 * * *", "startWorkflowRequest": {"name": "helper"}},
    {"name": "by-hand", "cronExpression": "0 0 2 * * *", "startWorkflowRequest": {"name": "helper"}},
]


def sent_to(server: respx.MockRouter) -> list[str]:
    """Return verb and path of each request so far."""
    calls = cast("Any", server.calls)
    return [f"{call.request.method} {call.request.url.path}" for call in calls]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "SKILL.md": HEAD,
        "scripts/rhyme.py": "print('so')",
        "assets/größe.txt": "x",
        ".git/config": "secret",
        ".env": "KEY=secret",
        "scripts/__pycache__/rhyme.pyc": "x",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_folder_gives_the_same_package_each_time_without_what_is_hidden(folder: Path) -> None:
    packed = pack_skill(folder)
    os.utime(folder / "SKILL.md", (2_000_000_000, 2_000_000_000))
    assert pack_skill(str(folder)) == packed
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["SKILL.md", "assets/größe.txt", "scripts/rhyme.py"]
        assert archive.read("SKILL.md").decode() == (folder / "SKILL.md").read_bytes().decode()


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_links_are_left_out(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "linked").symlink_to(outside)
    with zipfile.ZipFile(io.BytesIO(pack_skill(folder))) as archive:
        assert not [name for name in archive.namelist() if "link" in name]


def test_what_is_no_skill_is_refused_and_says_why(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="must be a folder"):
        pack_skill(tmp_path / "none")
    with pytest.raises(InvalidArgumentError, match=r"SKILL\.md cannot be read"):
        pack_skill(tmp_path)
    (tmp_path / "SKILL.md").write_text("Write a poem.", encoding="utf-8")
    with pytest.raises(InvalidArgumentError, match="must begin with front matter"):
        pack_skill(tmp_path)


def test_a_package_goes_as_a_form_with_its_manifest(
    folder: Path, server: respx.MockRouter, conductor: Conductor
) -> None:
    route = server.post("/skills/register").respond(json={"name": "poet", "version": "1", "rawConfig": {"model": "m"}})
    packed = pack_skill(folder)
    found = conductor.agents.register_skill(packed, SkillManifest(version="1", agent_models={"critic": "m"}))
    assert (found.name, found.raw_config) == ("poet", {"model": "m"})
    sent = route.calls.last.request
    form = message_from_bytes(b"content-type: " + sent.headers["content-type"].encode() + b"\r\n\r\n" + sent.content)
    parts = {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in form.walk()
    }
    assert json.loads(bytes(parts["manifest"] or b"")) == {"version": "1", "agentModels": {"critic": "m"}}
    assert parts["package"] == packed


async def test_a_server_without_skills_says_what_switches_them_on(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/skills").respond(404, json={"message": "No static resource api/skills."})
    with pytest.raises(NotSupportedByServerError, match=r"agentspan\.skills\.enabled=true"):
        conductor.agents.list_skills()
    with pytest.raises(NotSupportedByServerError, match=r"agentspan\.skills\.enabled=true"):
        await async_conductor.agents.list_skills()


def test_an_agent_can_be_made_from_a_skill_at_its_start() -> None:
    request = AgentStartRequest(framework="skill", skill_ref=SkillRef(name="poet", model="m"), prompt="hi")
    assert request.to_wire()["skillRef"] == {"name": "poet", "model": "m"}


async def test_a_wanted_list_is_stored_before_others_are_deleted(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/scheduler/schedules", params={"workflowName": "helper"}).respond(json=STORED)
    save = server.post("/scheduler/schedules").respond(200)
    for name in ("helper-night", "by-hand"):
        server.delete(f"/scheduler/schedules/{name}").respond(200)
    wanted = [
        AgentSchedule(name="morning", cron_expression="0 0 9 * * *", prompt="News?", input={"session_id": "s"}),
        AgentSchedule(name="noon", cron_expression="@daily", zone_id="Europe/Berlin"),
    ]
    done = conductor.agents.reconcile_agent_schedules("helper", wanted)
    assert (done.saved, done.deleted) == (["morning", "noon"], ["night", "by-hand"])
    assert await async_conductor.agents.reconcile_agent_schedules("helper", wanted) == done
    assert sent_to(server)[:5] == [
        "GET /api/scheduler/schedules",
        "POST /api/scheduler/schedules",
        "POST /api/scheduler/schedules",
        "DELETE /api/scheduler/schedules/helper-night",
        "DELETE /api/scheduler/schedules/by-hand",
    ]
    assert json.loads(save.calls.last.request.content) == {
        "name": "helper-noon",
        "cronExpression": "@daily",
        "startWorkflowRequest": {"name": "helper", "input": {}},
        "zoneId": "Europe/Berlin",
        "paused": False,
        "runCatchupScheduleInstances": False,
    }


def test_a_schedule_asks_the_agent_its_prompt(server: respx.MockRouter, conductor: Conductor) -> None:
    save = server.post("/scheduler/schedules").respond(200)
    schedule = AgentSchedule(name="morning", cron_expression="0 0 9 * * *", prompt="News?", input={"session_id": "s"})
    conductor.agents.save_agent_schedule("helper", schedule)
    started = json.loads(save.calls.last.request.content)["startWorkflowRequest"]
    assert started == {"name": "helper", "input": {"session_id": "s", "prompt": "News?"}}


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ([AgentSchedule(name="a", cron_expression="@daily")] * 2, "two schedules of one name"),
        ([AgentSchedule(name="a", cron_expression="0 9 * * *")], "'a' must have six fields"),
        ([AgentSchedule(name=" ", cron_expression="@daily")], "is empty"),
    ],
    ids=["twice", "five-fields", "no-name"],
)
def test_a_list_that_cannot_be_stored_changes_nothing(wanted: list[AgentSchedule], reason: str) -> None:
    with pytest.raises(InvalidArgumentError, match=reason):
        next(AgentApi.reconcile_agent_schedules.call(None, "helper", wanted))


def test_a_schedule_is_run_now_with_its_input(server: respx.MockRouter, conductor: Conductor) -> None:
    server.get("/scheduler/schedules").respond(json=STORED)
    start = server.post("/workflow").respond(text="e1")
    assert conductor.agents.run_agent_schedule("helper", "morning") == "e1"
    assert json.loads(start.calls.last.request.content) == {"name": "helper", "input": {}}
    with pytest.raises(NotFoundError, match="agent 'helper' has no schedule 'noon'"):
        conductor.agents.run_agent_schedule("helper", "noon")
