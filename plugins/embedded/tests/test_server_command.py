"""The server as a process of its own: what it says, how it stops, and what it keeps when it is killed."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.http import Client, Response

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of other systems")

WORKFLOW = {
    "name": "w",
    "version": 1,
    "tasks": [
        {"name": "t", "taskReferenceName": "r1", "type": "SIMPLE"},
        {"name": "t", "taskReferenceName": "r2", "type": "SIMPLE"},
    ],
}
POLL_SECONDS = 5  # the longest that the server lets a poll wait
STOP_SECONDS = 15  # half of what a call waits at most, so that a stop that waits for it is seen on a busy machine too
READY = re.compile(r"Conductor embedded server on (http://\S+/api) \(db: (.+)\)")


@dataclass
class Server:
    process: subprocess.Popen[str]
    url: str
    database: str

    def client(self, **arguments: Any) -> Client:
        return Client(base_url=self.url, trust_env=False, timeout=10, **arguments)

    def end(self, how: signal.Signals) -> tuple[float, int]:
        """Send a signal; return the seconds until the end, and the exit code."""
        began = time.monotonic()
        self.process.send_signal(how)
        code = self.process.wait(60)
        return time.monotonic() - began, code


def command(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    code = "import sys; from conductor_core.cli import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, "server", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


@contextmanager
def server(*arguments: str, **environment: str) -> Generator[Server]:
    process = command("--port", "0", *arguments, **environment)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        ready = READY.fullmatch(line.strip())
        assert ready, line or process.communicate()[1]
        yield Server(process, ready[1], ready[2])
    finally:
        process.kill()
        process.communicate()


def complete(client: Client, task: dict[str, Any]) -> Response:
    result = {"taskId": task["taskId"], "workflowInstanceId": task["workflowInstanceId"], "status": "COMPLETED"}
    return client.post("/tasks", json=result)


def until_polls_wait(running: Server, client: Client, number: int) -> None:
    health = running.url.removesuffix("/api") + "/health"
    end = time.monotonic() + 20
    while client.get(health).json()["engine"]["waitingPolls"] != number:
        assert time.monotonic() < end
        time.sleep(0.005)


def test_answers_are_sent_at_once() -> None:
    """A socket that waits to fill its packets costs 40 ms in each answer on a connection that is used again."""
    with server() as running, running.client() as client:
        client.get("/version")
        took: list[float] = []
        for _ in range(20):
            began = time.monotonic()
            client.get("/version")
            took.append(time.monotonic() - began)

        assert min(took) < 0.03, "the quickest of them, since the machine may be busy"


def test_it_says_where_it_is_and_answers() -> None:
    with server() as running, running.client() as client:
        assert running.url.startswith("http://127.0.0.1:")
        assert running.database == "memory"
        assert client.get(running.url.removesuffix("/api") + "/health").json()["healthy"] is True
        assert "server" not in client.get("/version").headers


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_with_open_polls(how: signal.Signals) -> None:
    with server() as running, running.client() as client, ThreadPoolExecutor(12) as threads:
        polls = [threads.submit(client.get, f"/tasks/poll/batch/t?timeout={POLL_SECONDS * 1000}") for _ in range(10)]
        client.post("/metadata/workflow", json=WORKFLOW)
        until_polls_wait(running, client, 10)
        execute = threads.submit(client.post, "/workflow/execute/w/1?waitForSeconds=30", json={"name": "other"})
        until_polls_wait(running, client, 9)
        seconds, code = running.end(how)
        answers = [poll.result(20) for poll in polls]

        assert (code, running.process.communicate()[1]) == (0, "")
        assert seconds < STOP_SECONDS
        assert {answer.status_code for answer in answers} == {200}
        assert sorted(len(answer.json()) for answer in answers) == [0] * 9 + [1]
        assert execute.result(20).status_code == 503
        assert execute.result().json()["retryable"] is True


def test_it_stops_with_an_idle_connection_open() -> None:
    with server() as running, running.client() as client:
        client.get("/version")
        seconds, code = running.end(signal.SIGTERM)

    assert code == 0
    assert seconds < STOP_SECONDS


def test_it_goes_on_after_being_killed(tmp_path: Path) -> None:
    database = str(tmp_path / "engine.db")
    with server("--db", database) as running, running.client() as client:
        assert running.database == database
        client.post("/metadata/workflow", json=WORKFLOW)
        started = [client.post("/workflow", json={"name": "w"}).text for _ in range(10)]
        held = client.get("/tasks/poll/batch/t?count=4").json()
        for task in held[:2]:
            complete(client, task)
        running.end(signal.SIGKILL)

    with server("--db", database) as running, running.client() as client:
        for task in held[2:]:
            assert complete(client, task).status_code == 200
        while tasks := client.get("/tasks/poll/batch/t?count=20&timeout=300").json():
            for task in tasks:
                complete(client, task)
        documents = [client.get(f"/workflow/{workflow_id}").json() for workflow_id in started]

    assert {document["status"] for document in documents} == {"COMPLETED"}
    assert all([task["seq"] for task in document["tasks"]] == [1, 2] for document in documents)


def test_it_survives_being_killed_again_and_again(tmp_path: Path) -> None:
    database = str(tmp_path / "engine.db")
    started: list[str] = []
    for moment in (0.02, 0.06, 0.14):
        with server("--db", database) as running, running.client() as client, ThreadPoolExecutor(2) as threads:
            client.post("/metadata/workflow", json=WORKFLOW)
            started += [client.post("/workflow", json={"name": "w"}).text for _ in range(5)]
            work = threads.submit(_work, running)
            time.sleep(moment)
            running.end(signal.SIGKILL)
            work.exception(20)
    with server("--db", database) as running, running.client() as client:
        client.put("/workflow/bulk/resume", json=started)
        _work(running)
        open_tasks = [
            task
            for workflow_id in started
            for task in client.get(f"/workflow/{workflow_id}").json()["tasks"]
            if task["status"] == "IN_PROGRESS"
        ]
        for task in open_tasks:  # handed out to a worker that knows nothing of it any more
            complete(client, task)
        _work(running)
        documents = [client.get(f"/workflow/{workflow_id}").json() for workflow_id in started]

    assert {document["status"] for document in documents} == {"COMPLETED"}
    assert all([task["seq"] for task in document["tasks"]] == [1, 2] for document in documents)


def _work(running: Server) -> None:
    with running.client() as client:
        while tasks := client.get("/tasks/poll/batch/t?count=3&timeout=300").json():
            for task in tasks:
                complete(client, task)


def test_a_client_that_hangs_up_takes_no_task() -> None:
    with server() as running, running.client() as client:
        client.post("/metadata/workflow", json=WORKFLOW)
        port = int(running.url.split(":")[2].split("/")[0])
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(b"GET /api/tasks/poll/batch/t?timeout=5000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            until_polls_wait(running, client, 1)
        until_polls_wait(running, client, 0)
        client.post("/workflow", json={"name": "w"})

        assert len(client.get("/tasks/poll/batch/t?timeout=1000").json()) == 1


def test_a_token_is_asked_for() -> None:
    with server("--token-env", "MY_TOKEN", MY_TOKEN="s3cret") as running, running.client() as client:
        assert client.get("/version").status_code == 401
        assert client.get("/version", headers={"Authorization": "Bearer s3cret"}).status_code == 200


def test_further_host_names_are_let_in() -> None:
    with server("--allow-host", "build.example") as running, running.client() as client:
        assert client.get("/version", headers={"Host": "build.example"}).status_code == 200
        assert client.get("/version", headers={"Host": "other.example"}).status_code == 403


def refused(*arguments: str) -> str:
    process = command(*arguments)
    output, error = process.communicate(timeout=20)
    assert (process.returncode, output) == (2, "")
    assert "Traceback" not in error
    assert error.count("\n") == 1
    return error


def test_an_open_address_without_a_token_is_refused() -> None:
    assert "--token-env" in refused("--host", "0.0.0.0", "--port", "0")  # noqa: S104 - refused


def test_an_empty_token_is_refused() -> None:
    assert "NOT_SET_ANYWHERE" in refused("--token-env", "NOT_SET_ANYWHERE")


def test_a_port_that_is_none_is_refused() -> None:
    assert "--port" in refused("--port", "70000")


def test_a_port_in_use_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert "--port" in refused("--port", str(other.getsockname()[1]))


def test_a_file_in_use_is_refused(tmp_path: Path) -> None:
    database = str(tmp_path / "engine.db")
    with server("--db", database):
        message = refused("--port", "0", "--db", database)

    assert database in message
    assert "in use" in message


def test_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    message = refused("--port", "0", "--db", str(tmp_path / "missing" / "engine.db"))
    assert f"there is no folder {tmp_path / 'missing'}; make it first" in message
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    assert "it is a folder; name a file in it" in refused("--port", "0", "--db", str(tmp_path))
    assert not tmp_path.with_name(tmp_path.name + ".lock").exists()


def test_an_empty_name_of_a_file_is_not_taken_for_memory() -> None:
    assert "--db must name a file" in refused("--port", "0", "--db", "")


def talk(running: Server, *parts: bytes) -> bytes:
    """Send raw bytes and return everything that comes until the server closes the connection."""
    port = int(running.url.split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        for part in parts:
            raw.sendall(part)
        raw.shutdown(socket.SHUT_WR)
        answer = b""
        while received := raw.recv(65536):
            answer += received
        return answer


def test_what_is_no_http_is_refused_in_the_form_of_an_error() -> None:
    with server() as running:
        answers = [
            talk(running, sent)
            for sent in (
                b"\x16\x03\x01\x02\x00\x01\x00",
                b"FOO /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n",
                b"POST /api/workflow HTTP/1.1\r\nHost: localhost\r\nContent-Length: -3\r\n\r\n",
                b"POST /api/workflow HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            )
        ]
    for answer in answers:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ")
        assert b"content-type: application/json" in head
        assert b"content-length: %d" % len(body) in head
        document = json.loads(body)
        assert (document["status"], document["retryable"]) == (400, False)
        assert document["message"]


def test_a_client_that_leaves_in_its_body_is_no_error() -> None:
    with server() as running, running.client() as client:
        head = b"POST /api/workflow HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        assert talk(running, head + b"Content-Length: 12\r\n\r\n", b'{"na') == b""
        assert client.get("/version").status_code == 200
        running.end(signal.SIGTERM)
        assert running.process.communicate()[1] == ""
