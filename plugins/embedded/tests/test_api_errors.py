"""Statuses, content types and messages were observed on the real server, but for 415 (it answers 500)."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.routing import Route

from conductor_core.hookspecs import hookimpl
from conductor_core.http import AsyncClient
from conductor_embedded._assembly import Plan
from conductor_embedded.address import Address
from conductor_embedded.api import Safety


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/zzz", 404, "No static resource zzz."),
        ("DELETE", "/api", 404, "No static resource api."),
        ("POST", "/", 405, "Request method 'POST' is not supported"),
        ("DELETE", "/health", 405, "Request method 'DELETE' is not supported"),
        ("GET", "/api/zzz", 404, "No static resource api/zzz."),
        ("GET", "/api/tasks/poll/", 404, "No static resource api/tasks/poll."),
        ("POST", "/api/token", 404, "No static resource api/token."),
        ("PATCH", "/api/workflow", 405, "Request method 'PATCH' is not supported"),
        ("DELETE", "/api/tasks", 405, "Request method 'DELETE' is not supported"),
        ("GET", "/api/tasks", 405, "Request method 'GET' is not supported"),
        ("GET", "/api/workflow/nope", 404, "No such workflow found by id: nope"),
        ("GET", "/api/workflow/nope/status", 404, "No such workflow found by id: nope"),
        ("GET", "/api/workflow/nope/tasks", 404, "No such workflow found by id: nope"),
        ("PUT", "/api/workflow/nope/pause", 404, "No such workflow found by id: nope"),
        ("PUT", "/api/workflow/nope/resume", 404, "No such workflow found by id: nope"),
        ("POST", "/api/workflow/nope/restart", 404, "No such workflow found by id: nope"),
        ("POST", "/api/workflow/nope/retry", 404, "No such workflow found by id: nope"),
        ("POST", "/api/workflow/nope/resetcallbacks", 404, "No such workflow found by id: nope"),
        ("DELETE", "/api/workflow/nope/remove", 404, "No such workflow found by id: nope"),
        ("PUT", "/api/workflow/nope/skiptask/r1", 404, "No such workflow found by id: nope"),
        ("PUT", "/api/workflow/decide/nope", 404, "No such workflow found by id: nope"),
        ("DELETE", "/api/workflow/nope", 404, "No such workflow found by id: nope"),
        ("GET", "/api/tasks/nope", 404, "Task not found for taskId: nope"),
        ("GET", "/api/metadata/taskdefs/nope", 404, "No such taskType found by name: nope"),
        ("DELETE", "/api/metadata/taskdefs/nope", 500, "No such task definition"),
        ("GET", "/api/metadata/workflow/nope", 404, "No such workflow found by name: nope, version: null"),
        ("GET", "/api/metadata/workflow/nope?version=9", 404, "No such workflow found by name: nope, version: 9"),
        ("DELETE", "/api/metadata/workflow/nope/1", 500, "No such workflow definition: nope version: 1"),
        ("GET", "/api/tasks/poll/batch/t?timeout=6000", 400, "Long Poll Timeout value cannot be more than 5 seconds"),
        ("GET", "/api/tasks/poll/batch/t?count=x", 500, "Method parameter 'count'"),
        ("GET", "/api/workflow/nope?includeTasks=zz", 500, "Method parameter 'includeTasks'"),
        ("DELETE", "/api/metadata/workflow/pw/x", 500, "Method parameter 'version'"),
        ("GET", "/api/tasks/queue/size", 500, "Required request parameter 'taskType'"),
        ("GET", "/api/tasks/queue/polldata", 500, "Required request parameter 'taskType'"),
        ("GET", "/api/workflow/search?size=x", 500, "Method parameter 'size'"),
        ("GET", "/api/workflow/search?start=99999999999999999999", 500, "Method parameter 'start'"),
        ("GET", "/api/tasks/poll/batch/t?count=1_0", 500, "Method parameter 'count'"),
        ("GET", "/api/tasks/poll/batch/t?count=%D9%A3", 500, "Method parameter 'count'"),
        ("GET", "/api/workflow/search?query=nonsense(((", 400, "query: cannot read 'nonsense((('"),
        ("POST", "/api/workflow", 500, "Required request body is missing"),
        ("POST", "/api/workflow/pw", 500, "Required request body is missing"),
        ("POST", "/api/workflow/nope/rerun", 500, "Required request body is missing"),
        ("POST", "/api/tasks/x/log", 500, "Required request body is missing"),
    ],
)
async def test_error_documents(client: AsyncClient, method: str, path: str, status: int, message: str) -> None:
    answer = await client.request(method, f"http://localhost{path}")

    body = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert body["message"].startswith(message)
    assert (body["status"], body["retryable"]) == (status, False)
    assert "instance" in body


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/workflow", b"{bad"),
        ("/workflow", b'{"name": "pv", "input": {"a": NaN}}'),
        ("/workflow", b"[1]"),
        ("/workflow", b"\xff\xfe"),
        ("/workflow", b"[" * 200_000),
        ("/workflow", b'{"name": "pv", "version": 10000000000000000000000}'),
        ("/metadata/workflow", b'{"name": "pv", "timeoutSeconds": 9007199254741}'),
        ("/metadata/taskdefs", b'[{"name": "pt", "retryDelaySeconds": -1e300}]'),
        ("/metadata/taskdefs", b'{"name": "pt"}'),
        ("/tasks", b'"x"'),
        ("/tasks", b'{"taskId": "a", "workflowInstanceId": "b", "status": "NOPE"}'),
        ("/tasks/update-v2", b"{}"),
        ("/tasks/w/r/NOPE", b"{}"),
    ],
)
async def test_broken_bodies_are_500(client: AsyncClient, path: str, content: bytes) -> None:
    answer = await client.post(path, content=content, headers={"content-type": "application/json"})

    assert answer.status_code == 500
    assert answer.json()["message"]


VALIDATED: list[tuple[str, str, Any, str]] = [
    ("POST", "/workflow", {}, "startWorkflow.arg0.name"),
    ("POST", "/metadata/taskdefs", [{}], "registerTaskDef.arg0[0].name"),
    ("PUT", "/metadata/taskdefs", {}, "updateTaskDef.arg0.name"),
    ("POST", "/metadata/workflow", {"name": "", "tasks": [{}]}, "registerWorkflowDef.arg0.name"),
    ("POST", "/metadata/workflow/validate", {"name": "x"}, "validateWorkflowDef.arg0.tasks"),
    ("PUT", "/metadata/workflow", [], "updateWorkflowDef.arg0"),
    ("POST", "/tasks", {}, "updateTask.arg0.taskId"),
    ("PUT", "/workflow/bulk/pause", [], "pauseWorkflow.arg0"),
]


@pytest.mark.parametrize(("method", "path", "body", "where"), VALIDATED)
async def test_validation_documents(client: AsyncClient, method: str, path: str, body: Any, where: str) -> None:
    answer = await client.request(method, path, json=body)

    document = answer.json()
    assert answer.status_code == document["status"] == 400
    assert document["message"] == "Validation failed, check below errors for detail."
    assert where in {error["path"] for error in document["validationErrors"]}
    assert "instance" not in document


@pytest.mark.parametrize(("depth", "status"), [(190, 404), (250, 500), (990, 500)])
async def test_nesting_is_limited(client: AsyncClient, depth: int, status: int) -> None:
    content = '{"name": "none", "input": {"a": ' + "[" * depth + "]" * depth + "}}"

    answer = await client.post("/workflow", content=content, headers={"content-type": "application/json"})

    assert answer.status_code == status
    assert ("nested" in answer.text) == (status == 500)


@pytest.mark.parametrize(("text", "status"), [(r"\ud83d\ude00", 404), (r"\ud83d", 500), (r"\uDE00", 500)])
async def test_half_a_character_is_refused(client: AsyncClient, text: str, status: int) -> None:
    content = '{"name": "none", "input": {"a": "' + text + '"}}'

    answer = await client.post("/workflow", content=content, headers={"content-type": "application/json"})

    assert answer.status_code == status


async def test_a_page_of_a_search_is_limited(client: AsyncClient) -> None:
    answer = await client.get("/workflow/search?size=6000")

    assert answer.status_code == 400
    assert answer.json()["validationErrors"] == [
        {
            "path": "searchWorkflows.arg1",
            "message": "Cannot return more than 5000 workflows. Please use pagination.",
            "invalidValue": "6000",
        }
    ]


async def test_a_failing_route_of_a_plugin_tells_nothing_of_its_inside(caplog: pytest.LogCaptureFixture) -> None:
    from conductor_core.http import ASGITransport  # noqa: PLC0415

    async def broken(_request: object) -> None:
        raise ValueError("password=hunter2")

    class Plugin:
        @hookimpl
        def conductor_embedded_routes(self) -> list[Route]:
            return [Route("/broken", broken)]

    engine, app = Plan(address=Address(name="x"), plugins=(Plugin(),)).build(Safety())
    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost/api") as client:
        answer = await client.get("/broken")
    await engine.stop()

    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "hunter2" in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/tasks/x/log", "GET, HEAD, POST"),
        ("PATCH", "/metadata/taskdefs", "GET, HEAD, POST, PUT"),
        ("OPTIONS", "/workflow", "POST"),
    ],
)
async def test_a_wrong_method_is_answered_with_those_that_are_right(
    client: AsyncClient, method: str, path: str, allowed: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_the_root_says_what_this_is(client: AsyncClient) -> None:
    answer = await client.get("http://localhost/")
    about = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert set(about) == {"name", "version", "description", "api", "health", "docs"}
    assert about["version"] == (await client.get("/version")).text
    assert (await client.get(f"http://localhost{about['health']}")).json()["healthy"] is True
    head = await client.head("http://localhost/")
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(answer.content)))
    assert (await client.head("http://localhost/zzz")).status_code == 404
