"""HTTP tasks beside the engine: busy servers, large answers, ends and restarts in between."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor, get, post

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 30.0


class Web:
    """A web server whose answers a test decides."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: list[tuple[int, bytes]] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append(self.path)
                web.may_answer.wait(PATIENCE)
                status, body = web.answers.pop(0) if web.answers else (200, b'{"ok": true}')
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server."""
    found = Web()
    thread = threading.Thread(target=found.server.serve_forever)
    thread.start()
    yield found
    found.may_answer.set()
    found.server.shutdown()
    thread.join(PATIENCE)
    found.server.server_close()


def start(conductor: Conductor, **inputs: object) -> str:
    """Start a workflow with one HTTP task."""
    task = {"name": "call", "taskReferenceName": "call", "type": "HTTP", "inputParameters": {"method": "GET", **inputs}}
    body = {"name": "calls", "version": 1, "tasks": [task]}
    conductor.run(post("/metadata/workflow", query={"overwrite": True}, body=body))
    return conductor.run(post("/workflow", body={"name": "calls"}, returns=str))


def document(conductor: Conductor, workflow_id: str) -> dict[str, Any]:
    """Fetch an execution."""
    return conductor.run(get("/workflow/{}", workflow_id, returns=dict[str, Any]))


def wait_for(what: Callable[[], object]) -> None:
    """Look until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def ended(conductor: Conductor, workflow_id: str) -> dict[str, Any]:
    """Wait for the end of an execution."""
    wait_for(lambda: document(conductor, workflow_id)["status"] != "RUNNING")
    return document(conductor, workflow_id)


@pytest.fixture
def conductor() -> Iterator[Conductor]:
    """A conductor of an engine of its own."""
    with Conductor(server_url="embedded://memory/http-tasks", transport="embedded") as found:
        yield found


def test_a_busy_server_is_asked_once_more(web: Web, conductor: Conductor) -> None:
    web.answers = [(503, b"busy"), (200, b"[1]")]
    run = ended(conductor, start(conductor, uri=f"{web.url}/busy"))
    assert (run["status"], run["output"]["response"]["body"], len(web.asked)) == ("COMPLETED", [1], 2)


def test_an_answer_that_is_too_large_is_a_failure(web: Web, conductor: Conductor) -> None:
    web.answers = [(200, b"x" * (11 * 1024 * 1024))]
    run = ended(conductor, start(conductor, uri=f"{web.url}/large"))
    assert run["status"] == "FAILED"
    assert "larger than 10485760 bytes" in run["reasonForIncompletion"]


@pytest.mark.parametrize("uri", ["no address", "ftp://127.0.0.1/x", "http://[broken"])
def test_what_is_no_address_is_a_failure(uri: str, conductor: Conductor) -> None:
    run = ended(conductor, start(conductor, uri=uri))
    assert run["status"] == "FAILED"
    assert "Failed to invoke HTTP task due to" in run["reasonForIncompletion"]


def test_an_answer_in_time_is_asked_for(web: Web, conductor: Conductor) -> None:
    web.may_answer.clear()
    run = ended(conductor, start(conductor, uri=f"{web.url}/slow", readTimeOut=50))
    assert "ReadTimeout" in run["reasonForIncompletion"]


def test_an_answer_after_the_end_changes_nothing(web: Web, conductor: Conductor) -> None:
    web.may_answer.clear()
    workflow_id = start(conductor, uri=f"{web.url}/late", readTimeOut=20_000)
    wait_for(lambda: web.asked)
    conductor.run(post("/workflow/bulk/terminate", body=[workflow_id]))
    web.may_answer.set()
    other = start(conductor, uri=f"{web.url}/other")
    assert ended(conductor, other)["status"] == "COMPLETED"
    run = document(conductor, workflow_id)
    assert (run["status"], run["tasks"][0]["status"], run["tasks"][0]["outputData"]) == ("TERMINATED", "CANCELED", {})


def test_a_request_that_was_cut_off_is_sent_again_after_a_restart(web: Web, tmp_path: Path) -> None:
    url = f"embedded:///{(tmp_path / 'engine.db').as_posix().lstrip('/')}"
    web.may_answer.clear()
    with Conductor(server_url=url, transport="embedded") as conductor:
        workflow_id = start(conductor, uri=f"{web.url}/again", readTimeOut=20_000)
        wait_for(lambda: web.asked)
    web.may_answer.set()
    with Conductor(server_url=url, transport="embedded") as conductor:
        assert ended(conductor, workflow_id)["output"]["response"]["body"] == {"ok": True}
    assert web.asked == ["/again", "/again"]
