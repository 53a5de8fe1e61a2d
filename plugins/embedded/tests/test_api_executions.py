"""Statuses, content types and bodies of the calls on executions, as observed on the real server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conductor_core.http import AsyncClient, Response

TEXT = "text/plain;charset=UTF-8"
JSON = "application/json"
DEFINITION: dict[str, Any] = {
    "name": "pw",
    "version": 1,
    "tasks": [
        {"name": "pt", "taskReferenceName": "r1", "type": "SIMPLE", "inputParameters": {"x": "${workflow.input.x}"}},
    ],
}


@pytest.fixture
async def api(client: AsyncClient) -> AsyncClient:
    assert (await client.post("/metadata/workflow", json=DEFINITION)).status_code == 200
    return client


async def start(api: AsyncClient, **fields: Any) -> str:
    answer = await api.post("/workflow", json={"name": "pw", **fields})
    assert answer.status_code == 200
    return answer.text


async def get(api: AsyncClient, workflow_id: str) -> Any:
    return (await api.get(f"/workflow/{workflow_id}")).json()


def shape(answer: Response) -> tuple[int, str | None, bytes]:
    return answer.status_code, answer.headers.get("content-type"), answer.content


async def test_a_start_answers_the_id_as_text(api: AsyncClient) -> None:
    answer = await api.post("/workflow", json={"name": "pw", "version": 1, "input": {"x": 7}, "correlationId": "c1"})

    assert (answer.status_code, answer.headers["content-type"]) == (200, TEXT)
    workflow = await get(api, answer.text)
    assert (workflow["input"], workflow["correlationId"], workflow["status"]) == ({"x": 7}, "c1", "RUNNING")
    assert workflow["tasks"][0]["inputData"] == {"x": 7}


async def test_a_start_by_name_takes_the_input_as_body(api: AsyncClient) -> None:
    answer = await api.post("/workflow/pw?version=1&correlationId=c2&priority=2", json={"x": 8})

    workflow = await get(api, answer.text)
    assert answer.headers["content-type"] == TEXT
    assert (workflow["input"], workflow["correlationId"], workflow["priority"]) == ({"x": 8}, "c2", 2)


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/workflow", {"name": "nope"}, "No such workflow defined. name=nope, version=null"),
        ("/workflow", {"name": "pw", "version": 77}, "No such workflow defined. name=pw, version=77"),
        ("/workflow/nope", {}, "No such workflow found by name: nope, version: null"),
        ("/workflow/execute/nope/1", {}, "No such workflow defined. name=nope, version=1"),
    ],
)
async def test_an_unknown_definition_is_not_found(api: AsyncClient, path: str, body: Any, message: str) -> None:
    answer = await api.post(path, json=body)

    assert (answer.status_code, answer.json()["message"]) == (404, message)


async def test_looking_at_an_execution(api: AsyncClient) -> None:
    workflow_id = await start(api, correlationId="c1")

    assert (await api.get(f"/workflow/{workflow_id}?includeTasks=false")).json()["tasks"] == []
    assert (await api.get(f"/workflow/{workflow_id}/status")).json() == {
        "workflowId": workflow_id,
        "correlationId": "c1",
        "status": "RUNNING",
    }
    whole = (await api.get(f"/workflow/{workflow_id}/status?includeOutput=true&includeVariables=true")).json()
    assert (whole["output"], whole["variables"]) == ({}, {})
    page = (await api.get(f"/workflow/{workflow_id}/tasks")).json()
    assert (page["totalHits"], page["results"][0]["referenceTaskName"]) == (1, "r1")
    assert (await api.get(f"/workflow/{workflow_id}/tasks?start=1&count=1&status=COMPLETED")).json() == {
        "totalHits": 0,
        "results": [],
    }


async def test_lists_of_executions(api: AsyncClient) -> None:
    workflow_id = await start(api, correlationId="c1")

    assert (await api.get("/workflow/running/pw")).json() == [workflow_id]
    assert (await api.get("/workflow/running/nope")).json() == []
    [found] = (await api.get("/workflow/pw/correlated/c1")).json()
    assert (found["workflowId"], found["tasks"]) == (workflow_id, [])
    assert (await api.get("/workflow/pw/correlated/zz")).json() == []
    by_id = (await api.post("/workflow/pw/correlated?includeTasks=true", json=["c1", "zz"])).json()
    assert (by_id["zz"], len(by_id["c1"][0]["tasks"])) == ([], 1)


async def test_operations_and_what_they_answer(api: AsyncClient) -> None:
    at = f"/workflow/{await start(api)}"

    empty = (200, None, b"")
    assert shape(await api.put(f"{at}/pause")) == empty
    assert shape(await api.put(f"{at}/pause")) == empty
    assert shape(await api.put(f"{at}/resume")) == empty
    assert shape(await api.post(f"{at}/resetcallbacks")) == (204, None, b"")
    assert shape(await api.put(at.replace("/workflow/", "/workflow/decide/"))) == empty
    assert shape(await api.delete(f"{at}?reason=because")) == empty
    assert shape(await api.delete(at)) == empty
    assert (await api.get(at)).json()["reasonForIncompletion"] == "because"
    assert shape(await api.post(f"{at}/retry")) == (204, None, b"")
    await api.delete(at)
    assert shape(await api.post(f"{at}/restart?useLatestDefinitions=true")) == (204, None, b"")
    await api.delete(at)
    rerun = await api.post(f"{at}/rerun", json={"workflowInput": {"x": 1}})
    assert shape(rerun) == (200, TEXT, at.removeprefix("/workflow/").encode())
    assert shape(await api.delete(f"{at}/terminate-remove")) == empty
    assert (await api.get(at)).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("PUT", "/resume", 500, "The workflow {} is not PAUSED so cannot resume. Current status is RUNNING"),
        ("POST", "/restart", 409, "Workflow: pw.1/{}.RUNNING is not in terminal state, unable to restart."),
        ("POST", "/retry", 404, "Workflow is still running.  status=RUNNING"),
        ("DELETE", "/remove", 400, "Cannot archive workflow: {} with status: RUNNING"),
        ("PUT", "/skiptask/r1", 500, "The task referenced r1 has already been processed, cannot be skipped"),
        ("PUT", "/skiptask/zz", 500, "The task referenced by zz does not exist in the WorkflowDefinition pw"),
    ],
)
async def test_operations_that_do_not_fit(api: AsyncClient, method: str, path: str, status: int, message: str) -> None:
    workflow_id = await start(api)

    answer = await api.request(method, f"/workflow/{workflow_id}{path}")

    assert (answer.status_code, answer.json()["message"]) == (status, message.format(workflow_id))


async def test_bulk_operations(api: AsyncClient) -> None:
    workflow_id = await start(api)
    done: dict[str, Any] = {"bulkErrorResults": {}, "bulkSuccessfulResults": [workflow_id]}

    paused = (await api.put("/workflow/bulk/pause", json=[workflow_id, "nope"])).json()
    assert paused == {
        "bulkErrorResults": {"nope": "No such workflow found by id: nope"},
        "bulkSuccessfulResults": [workflow_id],
    }
    assert (await api.put("/workflow/bulk/resume", json=[workflow_id])).json() == done
    assert (await api.post("/workflow/bulk/terminate?reason=x", json=[workflow_id])).json() == done
    assert (await api.post("/workflow/bulk/retry", json=[workflow_id])).json() == done
    assert (await api.post("/workflow/bulk/terminate", json=[workflow_id])).json() == done
    assert (await api.post("/workflow/bulk/restart", json=[workflow_id])).json() == done
    found = (await api.post("/workflow/bulk/search", json=[workflow_id, "nope"])).json()
    assert [each["workflowId"] for each in found["bulkSuccessfulResults"]] == [workflow_id]
    assert set(found["bulkErrorResults"]) == {"nope"}
    removed = (await api.request("DELETE", "/workflow/bulk/terminate-remove", json=[workflow_id])).json()
    assert removed == {"bulkErrorResults": {}, "bulkSuccessfulResults": [workflow_id, workflow_id]}


async def test_searches(api: AsyncClient) -> None:
    workflow_id = await start(api, correlationId="c1", input={"x": 7})
    await start(api, correlationId="c2")

    found = (await api.get("/workflow/search", params={"query": "correlationId='c1'", "size": 1})).json()
    assert (found["totalHits"], found["results"][0]["workflowId"]) == (1, workflow_id)
    assert (found["results"][0]["input"], found["results"][0]["workflowType"]) == ("{x=7}", "pw")
    found = (await api.get("/workflow/search-v2", params={"query": "correlationId='c1'"})).json()
    assert found["results"][0]["input"] == {"x": 7}
    assert (await api.get("/workflow/search", params={"freeText": workflow_id})).json()["totalHits"] == 1
    both = (await api.get("/workflow/search", params={"query": "workflowType=pw AND status IN (RUNNING)"})).json()
    assert both["totalHits"] == 2
    task = (await api.get("/tasks/poll/pt")).json()
    for search in ("/tasks/search", "/tasks/search-v2"):
        page = (await api.get(search, params={"query": "taskType='pt'"})).json()
        assert task["taskId"] in {each["taskId"] for each in page["results"]}


async def test_execute_answers_when_the_time_is_up(api: AsyncClient) -> None:
    answer = await api.post("/workflow/execute/pw/1?requestId=rq&waitForSeconds=0", json={"input": {"x": 1}})

    document = answer.json()
    assert answer.status_code == 200
    assert (document["responseType"], document["requestId"]) == ("TARGET_WORKFLOW", "rq")
    assert (document["signalTimeout"], document["status"], document["input"]) == (True, "RUNNING", {"x": 1})


async def test_execute_answers_when_the_workflow_has_ended(api: AsyncClient) -> None:
    script = {"name": "i", "taskReferenceName": "i", "type": "INLINE", "inputParameters": {"expression": "6 * 7"}}
    await api.post("/metadata/workflow", json={"name": "quick", "version": 3, "tasks": [script]})

    document = (await api.post("/workflow/execute/quick/0", json={"name": "ignored", "version": 9})).json()

    assert (document["status"], document["output"], document["signalTimeout"]) == ("COMPLETED", {"result": 42}, False)
