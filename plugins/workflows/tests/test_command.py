"""``conductor workflow`` in a terminal."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conductor_core import Settings
from conductor_core.cli import main
from conductor_core.http import Response

if TYPE_CHECKING:
    from pathlib import Path

    import respx

EXECUTION = {
    "workflowId": "an-id",
    "workflowName": "orders",
    "workflowVersion": 3,
    "status": "FAILED",
    "startTime": 1_700_000_000_000,
    "endTime": 1_700_000_001_500,
    "reasonForIncompletion": "card\nrefused",
    "input": {"amount": 1},
    "output": {},
    "tasks": [
        {
            "referenceTaskName": "pay",
            "taskType": "charge",
            "status": "FAILED",
            "retryCount": 1,
            "startTime": 1_700_000_000_000,
            "endTime": 1_700_000_001_250,
            "reasonForIncompletion": "card\nrefused",
        },
    ],
}


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the command at the fixture's server."""
    monkeypatch.setenv("CONDUCTOR_SERVER_URL", "http://conductor.test/api")


def run(*arguments: str) -> int:
    return main(["workflow", *arguments])


def test_list_shows_a_table(server: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    hit = {"workflowId": "an-id", "workflowType": "orders", "version": 3, "status": "FAILED", "startTime": "2026-01-01"}
    query = "workflowType='orders' AND correlationId='c' AND status IN (FAILED,TIMED_OUT)"
    params = {"query": query, "start": "5", "size": "1", "freeText": "*", "sort": "startTime:DESC"}
    server.get("/workflow/search", params=params).respond(json={"totalHits": 17, "results": [hit]})
    options = ["--status", "failed,timed_out", "--correlation-id", "c", "--start", "5", "--size", "1"]
    assert run("list", "--name", "orders", *options) == 0
    assert capsys.readouterr().out.splitlines() == [
        "ID     WORKFLOW  VERSION  STATUS  STARTED     CORRELATION ID",
        "an-id  orders    3        FAILED  2026-01-01  -",
        "6 to 6 of 17",
    ]


def test_list_refuses_a_state_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", "--status", "failed,done") == 2
    assert "--status must be one of RUNNING, PAUSED, " in capsys.readouterr().err


def test_list_says_when_nothing_was_found(server: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    server.get("/workflow/search").respond(json={"totalHits": 0, "results": []})
    assert run("list") == 0
    assert capsys.readouterr().out == "no executions found\n"


def test_get_shows_facts_and_tasks(server: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    server.get("/workflow/an-id").respond(json=EXECUTION)
    assert run("get", "an-id") == 0
    assert capsys.readouterr().out.splitlines() == [
        "workflow  orders version 3",
        "id        an-id",
        "status    FAILED",
        "started   2023-11-14 22:13:20.000 UTC",
        "ended     2023-11-14 22:13:21.500 UTC",
        "reason    card refused",
        'input     {"amount": 1}',
        "output    {}",
        "",
        "TASK  TYPE    STATUS  ATTEMPT  SECONDS  REASON",
        "pay   charge  FAILED  2        1.250    card refused",
    ]


def test_json_is_the_servers_document(server: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    server.get("/workflow/an-id").respond(json={**EXECUTION, "newField": [1]})
    assert run("get", "an-id", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["newField"] == [1]
    assert printed["tasks"][0]["referenceTaskName"] == "pay"


def test_start_prints_the_id(server: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    params = {"version": "3", "correlationId": "c"}
    route = server.post("/workflow/orders", params=params, json={"amount": 1}).respond(text="an-id")
    assert run("start", "orders", "--input", '{"amount": 1}', "--version", "3", "--correlation-id", "c") == 0
    assert route.called
    assert capsys.readouterr().out == "an-id\n"


def test_start_reads_its_input_from_a_file_or_stdin(
    server: respx.MockRouter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "input.json"
    file.write_text('{"amount": 2}', encoding="utf-8")
    route = server.post("/workflow/orders", json={"amount": 2}).respond(text="an-id")
    assert run("start", "orders", "--input", f"@{file}") == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"amount": 2}'))
    assert run("start", "orders", "--input", "@-", "--json") == 0
    assert route.call_count == 2
    assert capsys.readouterr().out == 'an-id\n{\n  "workflowId": "an-id"\n}\n'


@pytest.mark.parametrize(("state", "code"), [("COMPLETED", 0), ("FAILED", 1)])
def test_start_and_wait_shows_the_end_and_fails_when_it_failed(
    state: str, code: int, server: respx.MockRouter, capsys: pytest.CaptureFixture[str]
) -> None:
    server.post("/workflow/orders").respond(text="an-id")
    server.get("/workflow/an-id/status").respond(json={"workflowId": "an-id", "status": state})
    server.get("/workflow/an-id").respond(json={**EXECUTION, "status": state})
    assert run("start", "orders", "--wait", "5") == code
    assert f"status    {state}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "--input is no JSON"),
        ("[1]", "--input must be a JSON object"),
        ("@/nowhere.json", "--input @/nowhere.json cannot be read"),
    ],
)
def test_a_broken_input_is_one_sentence(text: str, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("start", "orders", "--input", text) != 0
    shown = capsys.readouterr()
    assert reason in shown.err
    assert "Traceback" not in shown.err


@pytest.mark.parametrize(
    ("arguments", "method", "path", "query"),
    [
        (["pause", "an-id"], "PUT", "/workflow/an-id/pause", {}),
        (["resume", "an-id"], "PUT", "/workflow/an-id/resume", {}),
        (["retry", "an-id"], "POST", "/workflow/an-id/retry", {}),
        (["restart", "an-id"], "POST", "/workflow/an-id/restart", {}),
        (["terminate", "an-id", "--reason", "late"], "DELETE", "/workflow/an-id", {"reason": "late"}),
    ],
)
def test_steering_shows_the_state_afterwards(
    arguments: list[str],
    method: str,
    path: str,
    query: dict[str, str],
    server: respx.MockRouter,
    capsys: pytest.CaptureFixture[str],
) -> None:
    route = server.request(method, path, params=query).mock(return_value=Response(200))
    after = {"workflowId": "an-id", "status": "PAUSED", "output": {"a": 1}}
    server.get("/workflow/an-id/status", params={"includeOutput": "true"}).respond(json=after)
    assert run(*arguments) == 0
    assert route.called
    assert capsys.readouterr().out.splitlines() == ["id      an-id", "status  PAUSED", 'output  {"a": 1}']


def test_what_the_server_refuses_is_one_sentence(server: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    server.get("/workflow/an-id").respond(404, json={"message": "No such workflow found by id: an-id"})
    assert run("get", "an-id") != 0
    shown = capsys.readouterr()
    assert "No such workflow found by id: an-id" in shown.err
    assert "Traceback" not in shown.err


def test_a_quote_in_a_search_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", "--name", "o'rders") != 0
    assert "cannot be searched for" in capsys.readouterr().err


def test_help_loads_no_models() -> None:
    program = (
        "import sys\n"
        "from conductor_core.cli import main\n"
        "try:\n    main(['workflow', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "print('pydantic' in sys.modules, 'httpx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "False False"
    assert "terminate" in done.stdout


def test_the_settings_of_the_command_line_are_used() -> None:
    assert Settings.load().server_url == "http://conductor.test/api"
