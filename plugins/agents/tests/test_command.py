"""``conductor agent`` in a terminal."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from conductor_core.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import respx

WAITING = {
    "executionId": "e1",
    "status": "RUNNING",
    "isRunning": True,
    "isWaiting": True,
    "pendingTool": {"taskRefName": "ask", "tool_name": "pay", "parameters": {"sum": 3}},
}
DONE = {"executionId": "e1", "status": "COMPLETED", "isComplete": True, "output": {"result": "grüß\nGott"}}
EVENTS = (
    b': connected\n\nid: 1\nevent: tool_call\ndata: {"id": 1, "type": "tool_call", "toolName": "pay", "args": {"sum": 3}}\n\n'
    b'id: 2\nevent: done\ndata: {"id": 2, "type": "done", "executionId": "e1", "output": {"result": "so"}}\n\n'
)


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the command at the fixture's server."""
    monkeypatch.setenv("CONDUCTOR_SERVER_URL", "http://conductor.test/api")


def run(*arguments: str) -> int:
    return main(["agent", *arguments])


def test_list_shows_a_table(server: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    server.get("/agent/list").respond(json=[{"name": "helper", "version": 2, "description": "It\nhelps."}])
    assert run("list") == 0
    assert capsys.readouterr().out.splitlines() == ["AGENT   VERSION  DESCRIPTION", "helper  2        It helps."]


def test_get_shows_the_document(server: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    server.get("/agent/helper", params={"version": "2"}).respond(json={"name": "helper"})
    assert run("get", "helper", "--version", "2") == 0
    assert json.loads(capsys.readouterr().out) == {"name": "helper"}


def test_start_prints_the_id_or_waits(server: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    start = server.post("/agent/start").respond(json={"executionId": "e1", "agentName": "helper"})
    assert run("start", "helper", "What now?", "--session", "s", "--model", "m/x") == 0
    assert capsys.readouterr().out == "e1\n"
    sent = json.loads(start.calls.last.request.content)
    assert sent == {"name": "helper", "prompt": "What now?", "sessionId": "s", "model": "m/x"}
    server.get("/agent/e1/status").respond(json=DONE)
    assert run("start", "helper", "What now?", "--wait", "5") == 0
    assert capsys.readouterr().out.splitlines() == [
        "id      e1",
        "status  COMPLETED",
        'output  {"result": "grüß\\nGott"}',
    ]
    server.get("/agent/e1/status").respond(json=DONE | {"status": "FAILED", "reasonForIncompletion": "no model"})
    assert run("start", "helper", "What now?", "--wait", "5", "--json") == 1
    assert json.loads(capsys.readouterr().out)["reasonForIncompletion"] == "no model"


def test_runs_are_a_page(server: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    hit = {"executionId": "e1", "agentName": "helper", "version": 1, "status": "FAILED", "startTime": "2026-01-01"}
    params = {"agentName": "helper", "status": "FAILED", "start": "5", "size": "1"}
    server.get("/agent/executions", params=params).respond(json={"totalHits": 7, "results": [hit]})
    assert run("runs", "--name", "helper", "--status", "failed", "--start", "5", "--size", "1") == 0
    assert capsys.readouterr().out.splitlines() == [
        "ID  AGENT   VERSION  STATUS  STARTED",
        "e1  helper  1        FAILED  2026-01-01",
        "6 to 6 of 7",
    ]


def test_nothing_is_said_in_words(server: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    server.get("/agent/executions").respond(json={"totalHits": 0, "results": []})
    server.get("/agent/list").respond(json=[])
    assert (run("runs"), run("list")) == (0, 0)
    assert capsys.readouterr().out == "no executions found\nno agents are deployed\n"


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["--approve"], {"approved": True}),
        (["--reject", "too dear"], {"approved": False, "reason": "too dear"}),
        (["--message", "Ulm"], {"message": "Ulm"}),
        (["--fields", '{"city": "Ulm"}'], {"city": "Ulm"}),
        (["--fields", "@-"], {"from": "stdin"}),
    ],
    ids=["approve", "reject", "message", "fields", "stdin"],
)
def test_respond_answers_and_shows_the_state(
    arguments: list[str],
    answer: object,
    server: respx.MockRouter,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"from": "stdin"}'))
    route = server.post("/agent/e1/respond").respond(200)
    server.get("/agent/e1/status").respond(json=WAITING)
    assert run("respond", "e1", *arguments) == 0
    assert json.loads(route.calls.last.request.content) == answer
    assert 'waits for  pay {"sum": 3}' in capsys.readouterr().out


@pytest.mark.parametrize(("fields", "reason"), [("{", "is no JSON"), ("[1]", "must be a JSON object"), ("@", "read")])
def test_an_answer_that_is_none_is_refused(
    fields: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("respond", "e1", "--fields", f"@{tmp_path}/none" if fields == "@" else fields) == 2
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize("action", ["pause", "resume", "stop", "retry", "restart", "cancel", "signal"])
def test_executions_are_steered(action: str, server: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    verb = {"pause": "PUT", "resume": "PUT", "cancel": "DELETE"}.get(action, "POST")
    path = f"/agent/executions/e1/{action}" if action in {"retry", "restart"} else f"/agent/e1/{action}"
    server.request(verb, path).respond(200)
    server.get("/agent/e1/status").respond(json=DONE)
    assert run(action, "e1", *(["hurry"] if action == "signal" else [])) == 0
    assert "status  COMPLETED" in capsys.readouterr().out


def test_follow_prints_each_event(server: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    headers = {"content-type": "text/event-stream"}
    server.get("/agent/e1/status").respond(json=DONE | {"isComplete": False})
    route = server.get("/agent/stream/e1").respond(headers=headers, content=EVENTS)
    assert run("follow", "e1", "--after", "0") == 0
    assert route.calls.last.request.headers["last-event-id"] == "0"
    assert capsys.readouterr().out.splitlines() == [
        '   1  tool_call  pay args {"sum": 3}',
        '   2  done  output {"result": "so"}',
    ]
    assert run("follow", "e1", "--json") == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == [1, 2]
