"""``conductor top``: a look at running workers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from conductor_core import TaskHandler
from conductor_core.cli import _top, main
from conductor_core.cli._top_view import as_data, as_text
from conductor_core.errors import ConductorError
from conductor_core.worker import define_worker
from conductor_core.worker._config import WorkerOptions
from tests._support.otlp_receiver import otlp_receiver
from tests._support.processes import until
from tests._support.stub_server import StubConductor, stub_plugins

COLUMNS = ["type", "state", "in flight", "tasks/s", "failed/s", "p50 ms", "p99 ms", "poll age", "last error"]


async def fail() -> None:
    raise ValueError("no")


async def look(stub: StubConductor, *arguments: str) -> int:
    """Serve a worker in one domain, and run the command beside it."""
    worker = define_worker("pay", fail, WorkerOptions(concurrency=3, domain="eu"))
    async with TaskHandler(plugins=stub_plugins(stub, health_port=0), workers=[worker], environ={}) as handler:
        await until(lambda: stub.results and (seen := handler.get_worker_status()[0]).polls and not seen.tasks_running)
        words = [str(handler.health_port) if word == "PORT" else word for word in arguments]
        return await asyncio.to_thread(main, ["top", *words])


async def test_the_live_view_has_one_line_for_each_type(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    stub = StubConductor()
    stub.add("pay", "t1", domain="eu")
    assert await look(stub, "--port", "PORT", "-n", "2", "--interval", "0.01") == 0
    screens = capsys.readouterr().out.split("http://")[1:]
    assert len(screens) == 2
    first, *_ = lines = screens[0].splitlines()
    assert "UP  processes 1 of 1" in first
    assert "outbox empty" in lines
    assert [name for name in COLUMNS if name.upper() not in screens[0]] == []
    (row,) = [line for line in lines if line.startswith("pay (eu)")]
    assert "0/3" in row


async def test_json_is_the_same_once(capsys: pytest.CaptureFixture[str]) -> None:
    stub = StubConductor()
    stub.add("pay", "t1", domain="eu")
    stub.script = lambda request: (500, {"message": "down for now"}) if len(stub.polls) == 1 else None
    assert await look(stub, "--health-url", "http://127.0.0.1:1", "--json") == 1
    assert "no workers answer at http://127.0.0.1:1" in capsys.readouterr().err
    assert await look(stub, "--port", "PORT", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    (worker,) = found["workers"]
    assert (found["status"], worker["name"], worker["domain"], worker["concurrency"]) == ("UP", "pay", "eu", 3)
    assert worker["poll_age_seconds"] >= 0
    assert worker.keys() >= {"in_flight", "tasks_per_second", "p50_ms", "p99_ms", "last_error"}
    assert found["outbox"] == {"results": 0, "bytes": 0, "oldest_seconds": 0.0, "dead_letters": 0, "full": False}


def document(**changes: Any) -> dict[str, Any]:
    rates = {"completed": 4.0, "failed": 0.5}
    worker = {
        "name": "pay",
        "domain": None,
        "alive": False,
        "paused": False,
        "in_flight": 2,
        "concurrency": 5,
        "last_poll_age_seconds": None,
        "last_error": "it\x1b[2J broke",
        "last_minute": {"per_second": rates, "execution_times": {"p50_ms": 1.25, "p99_ms": None}},
    }
    process = {"pid": 7, "uptime_seconds": 3.0, "state": "serving", "frozen": True, "in_flight": 2}
    outbox = {"results": 3, "bytes": 90, "oldest_seconds": 61.0, "dead_letters": 1, "full": True}
    return {
        "status": "DOWN",
        "not_ready_because": ["its outbox is full"],
        "processes_expected": 2,
        "processes": [process],
        "outbox": outbox,
        "workers": [worker],
        **changes,
    }


def test_what_is_wrong_is_to_be_seen() -> None:
    text = as_text(document(), "http://h:1", 200)
    assert "DOWN  processes 1 of 2, 1 frozen" in text
    assert "outbox 3 results, 90 bytes, oldest 61 s, 1 dead letters, full" in text
    assert "! its outbox is full" in text
    row = text.splitlines()[-1]
    assert row.split() == ["pay", "DOWN", "2/5", "4.5", "0.5", "1.2", "-", "never", "it", "[2J", "broke"]
    assert "\x1b" not in text


def test_lines_fit_the_terminal() -> None:
    assert max(len(line) for line in as_text(document(), "http://h:1", 40).splitlines()) == 40
    assert as_data(document(), "http://h:1")["workers"][0]["tasks_per_second"] == 4.5


def test_workers_that_stop_are_said_to_have_and_asked_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: list[Any] = [document(), ConductorError("no workers answer"), document(status="UP")]

    def next_answer(_url: str) -> Any:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(_top, "health_of", next_answer)
    assert main(["top", "--port", "1", "-n", "3", "--interval", "0.01"]) == 0
    out = capsys.readouterr().out
    assert out.index("DOWN") < out.index("no workers answer") < out.index("UP")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say where the workers' health server is: --port, or CONDUCTOR_WORKER_HEALTH_PORT"),
        (["--health-url", "here"], "--health-url must be an http or https address, got 'here'"),
        (["--health-url", "http://h:99999"], "--health-url must be an http or https address"),
        (["--health-url", "http://[::1"], "--health-url must be an http or https address"),
        (["--port", "99999"], "--port must be a number from 1 to 65535, got 99999"),
        (["--port", "0"], "--port must be a number from 1 to 65535, got 0"),
        (["--port", "1", "--interval", "0"], "--interval must be more than 0 and at most 86400 seconds, got 0"),
        (["--port", "1", "--interval", "nan"], "--interval must be more than 0 and at most 86400 seconds, got nan"),
        (["--port", "1", "-n", "-1"], "--count must not be negative, got -1"),
    ],
)
def test_a_mistake_is_said_in_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["top", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_another_server_is_no_health_server(capsys: pytest.CaptureFixture[str]) -> None:
    with otlp_receiver() as receiver:
        assert main(["top", "--health-url", receiver.url]) == 1
    assert "is no health server of workers: it answered 200" in capsys.readouterr().err
