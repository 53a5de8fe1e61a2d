"""Statuses, content types and bodies of the calls on definitions, as observed on the real server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conductor_core.http import AsyncClient

WORKFLOW: dict[str, Any] = {
    "name": "pw",
    "version": 1,
    "ownerEmail": "a@b.c",
    "tasks": [{"name": "pt", "taskReferenceName": "r1", "type": "SIMPLE"}],
}


async def test_task_definitions(client: AsyncClient) -> None:
    answer = await client.post("/metadata/taskdefs", json=[{"name": "pt", "retryCount": 1}])
    assert (answer.status_code, answer.content, answer.headers.get("content-type")) == (200, b"", None)

    definition = (await client.get("/metadata/taskdefs/pt")).json()
    assert (definition["retryCount"], definition["retryDelaySeconds"], definition["retryLogic"]) == (1, 60, "FIXED")
    assert (definition["responseTimeoutSeconds"], definition["timeoutPolicy"]) == (3600, "TIME_OUT_WF")

    assert (await client.put("/metadata/taskdefs", json={"name": "pt", "retryCount": 2})).status_code == 200
    assert (await client.get("/metadata/taskdefs")).json()[0]["retryCount"] == 2
    unknown = await client.put("/metadata/taskdefs", json={"name": "nope"})
    assert (unknown.status_code, unknown.json()["message"]) == (404, "No such task by name nope")
    assert (await client.delete("/metadata/taskdefs/pt")).status_code == 200
    assert (await client.get("/metadata/taskdefs")).json() == []


async def test_a_workflow_definition_is_made_once(client: AsyncClient) -> None:
    first = await client.post("/metadata/workflow", json=WORKFLOW)
    second = await client.post("/metadata/workflow", json=WORKFLOW)
    third = await client.post("/metadata/workflow?overwrite=true", json=WORKFLOW)

    assert (first.status_code, first.content) == (200, b"")
    assert (second.status_code, second.json()["message"]) == (409, "Workflow with pw.1 already exists!")
    assert third.status_code == 200


async def test_versions_of_a_workflow(client: AsyncClient) -> None:
    await client.post("/metadata/workflow", json=WORKFLOW)
    updated = await client.put("/metadata/workflow", json=[{**WORKFLOW, "version": 2}, {**WORKFLOW, "version": 10}])

    assert updated.json() == {"bulkErrorResults": {}, "bulkSuccessfulResults": ["pw", "pw"]}
    assert (await client.get("/metadata/workflow/pw")).json()["version"] == 10
    assert (await client.get("/metadata/workflow/pw?version=1")).json()["version"] == 1
    assert [each["version"] for each in (await client.get("/metadata/workflow/pw/versions")).json()] == [1, 2, 10]
    assert (await client.get("/metadata/workflow/nope/versions")).json() == []
    assert (await client.get("/metadata/workflow/names")).json() == ["pw"]
    assert [each["version"] for each in (await client.get("/metadata/workflow/latest-versions")).json()] == [10]
    names = (await client.get("/metadata/workflow/names-and-versions")).json()
    assert [each["version"] for each in names["pw"]] == [1, 2, 10]
    assert len((await client.get("/metadata/workflow")).json()) == 3
    assert (await client.delete("/metadata/workflow/pw/10")).status_code == 200
    assert (await client.get("/metadata/workflow/pw")).json()["version"] == 2


async def test_a_definition_has_the_servers_defaults(client: AsyncClient) -> None:
    await client.post("/metadata/workflow", json=WORKFLOW)

    definition = (await client.get("/metadata/workflow/pw")).json()

    assert (definition["schemaVersion"], definition["restartable"], definition["timeoutPolicy"]) == (
        2,
        True,
        "ALERT_ONLY",
    )
    assert (definition["tasks"][0]["optional"], definition["tasks"][0]["startDelay"]) == (False, 0)


async def test_validating_registers_nothing(client: AsyncClient) -> None:
    assert (await client.post("/metadata/workflow/validate", json=WORKFLOW)).status_code == 200
    assert (await client.get("/metadata/workflow/pw")).status_code == 404


async def test_health_and_version(client: AsyncClient) -> None:
    for url in ("/health", "http://localhost/health"):
        health = (await client.get(url)).json()
        assert (health["healthy"], health["healthResults"]) == (True, [])
    version = await client.get("/version")
    assert (version.status_code, version.headers["content-type"]) == (200, "text/plain;charset=UTF-8")
