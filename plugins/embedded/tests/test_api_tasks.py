"""Statuses, content types and bodies of the calls of workers, as observed on the real server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conductor_core.http import AsyncClient

TEXT = "text/plain;charset=UTF-8"
DEFINITION: dict[str, Any] = {
    "name": "pw",
    "version": 1,
    "tasks": [{"name": "pt", "taskReferenceName": "r1", "type": "SIMPLE"}],
}


@pytest.fixture
async def api(client: AsyncClient) -> AsyncClient:
    assert (await client.post("/metadata/workflow", json=DEFINITION)).status_code == 200
    return client


async def start(api: AsyncClient, name: str = "pw") -> str:
    return (await api.post("/workflow", json={"name": name})).text


def result(task: dict[str, Any], status: str = "COMPLETED", **fields: Any) -> dict[str, Any]:
    return {"taskId": task["taskId"], "workflowInstanceId": task["workflowInstanceId"], "status": status, **fields}


async def test_polls_of_an_empty_queue(api: AsyncClient) -> None:
    single = await api.get("/tasks/poll/none")
    batch = await api.get("/tasks/poll/batch/none?timeout=1")

    assert (single.status_code, single.content, single.headers.get("content-type")) == (204, b"", None)
    assert (batch.status_code, batch.json()) == (200, [])
    for query in ("count=0", "count=-1", "timeout=-5"):
        assert (await api.get(f"/tasks/poll/batch/none?{query}")).json() == []


async def test_a_poll_answers_the_task_of_its_worker(api: AsyncClient) -> None:
    workflow_id = await start(api)

    task = (await api.get("/tasks/poll/pt?workerid=w1")).json()

    assert (task["workflowInstanceId"], task["status"], task["workerId"]) == (workflow_id, "IN_PROGRESS", "w1")
    assert (task["pollCount"], task["taskDefName"], task["referenceTaskName"]) == (1, "pt", "r1")


async def test_a_batch_is_not_larger_than_asked_for(api: AsyncClient) -> None:
    for _ in range(3):
        await start(api)

    assert len((await api.get("/tasks/poll/batch/pt?count=2")).json()) == 2
    assert len((await api.get("/tasks/poll/batch/pt?count=2")).json()) == 1


async def test_the_empty_domain_is_a_domain_of_its_own(api: AsyncClient) -> None:
    await start(api)

    assert (await api.get("/tasks/poll/pt?domain=")).status_code == 204
    assert (await api.get("/tasks/poll/pt?domain=d")).status_code == 204
    assert (await api.get("/tasks/poll/pt")).status_code == 200


async def test_an_update_answers_the_task_id(api: AsyncClient) -> None:
    workflow_id = await start(api)
    task = (await api.get("/tasks/poll/pt")).json()

    answer = await api.post("/tasks", json=result(task, outputData={"y": 1}))

    assert (answer.status_code, answer.headers["content-type"], answer.text) == (200, TEXT, task["taskId"])
    again = await api.post("/tasks", json=result(task, "FAILED"))
    assert (again.status_code, again.text) == (200, task["taskId"])
    workflow = (await api.get(f"/workflow/{workflow_id}")).json()
    assert (workflow["status"], workflow["output"]) == ("COMPLETED", {"y": 1})


@pytest.mark.parametrize("path", ["/tasks", "/tasks/update-v2"])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"taskId": "nope"}, "No such task found by id: nope"),
        ({"workflowInstanceId": "nope"}, "No such workflow found by id: nope"),
    ],
)
async def test_updates_of_unknown_tasks(api: AsyncClient, path: str, wrong: dict[str, str], message: str) -> None:
    await start(api)
    task = (await api.get("/tasks/poll/pt")).json()

    answer = await api.post(path, json={**result(task), **wrong})

    assert (answer.status_code, answer.json()["message"]) == (404, message)


async def test_an_update_without_a_status_is_refused(api: AsyncClient) -> None:
    await start(api)
    task = (await api.get("/tasks/poll/pt")).json()

    assert (await api.post("/tasks", json={**result(task), "status": None})).status_code == 500


async def test_update_v2_hands_out_the_next_task(api: AsyncClient) -> None:
    await start(api)
    second = await start(api)
    task = (await api.get("/tasks/poll/pt")).json()

    answer = await api.post("/tasks/update-v2", json=result(task, workerId="w1"))

    following = answer.json()
    assert (answer.status_code, following["workflowInstanceId"]) == (200, second)
    assert (following["status"], following["workerId"]) == ("IN_PROGRESS", "w1")
    last = await api.post("/tasks/update-v2", json=result(following))
    assert (last.status_code, last.content) == (204, b"")


async def test_updates_by_reference_name(api: AsyncClient) -> None:
    at = f"/tasks/{await start(api)}"

    merged = await api.post(f"{at}/r1/IN_PROGRESS?workerid=q", json={"a": 1})
    assert (merged.status_code, merged.headers["content-type"]) == (200, TEXT)
    whole = await api.post(f"{at}/r1/COMPLETED/sync", json={"b": 1})
    assert (whole.json()["status"], whole.json()["output"]) == ("COMPLETED", {"a": 1, "b": 1})
    for path in (f"{at}/r1/COMPLETED", f"{at}/zz/COMPLETED", "/tasks/nope/r1/COMPLETED"):
        answer = await api.post(path, json={})
        assert (answer.status_code, answer.content) == (200, b"")
    gone = await api.post("/tasks/nope/r1/COMPLETED/sync", json={})
    assert gone.json()["message"] == "Found no running task r1 of workflow nope to update"


async def test_signals(api: AsyncClient) -> None:
    waiting = [
        {"name": "h", "taskReferenceName": "h1", "type": "HUMAN"},
        {"name": "h", "taskReferenceName": "h2", "type": "HUMAN"},
    ]
    await api.post("/metadata/workflow", json={"name": "waits", "version": 1, "tasks": waiting})
    workflow_id = await start(api, "waits")

    first = await api.post(f"/tasks/{workflow_id}/COMPLETED/signal", json={"a": 1})
    assert (first.status_code, first.content) == (200, b"")
    second = (await api.post(f"/tasks/{workflow_id}/COMPLETED/signal/sync", json={"b": 2})).json()
    assert (second["targetWorkflowId"], second["status"], second["output"]) == (workflow_id, "COMPLETED", {"b": 2})
    third = await api.post(f"/tasks/{workflow_id}/COMPLETED/signal/sync", json={})
    assert (third.status_code, third.json()["message"]) == (
        404,
        f"Found no blocked task in workflow {workflow_id} to signal",
    )


async def test_logs(api: AsyncClient) -> None:
    await start(api)
    task = (await api.get("/tasks/poll/pt")).json()
    at = f"/tasks/{task['taskId']}/log"

    assert (await api.get(at)).status_code == 204
    assert (await api.post(at, content="hällo", headers={"content-type": "text/plain"})).content == b""
    await api.post(at, json="hello json")
    lines = (await api.get(at)).json()
    assert [line["log"] for line in lines] == ["hällo", '"hello json"']
    assert {line["taskId"] for line in lines} == {task["taskId"]}
    assert (await api.get("/tasks/nope/log")).status_code == 204
    assert (await api.post("/tasks/nope/log", content="x")).status_code == 200


async def test_queues(api: AsyncClient) -> None:
    await start(api)
    await api.get("/tasks/poll/other?workerid=w9")

    assert (await api.get("/tasks/queue/sizes?taskType=pt&taskType=zz")).json() == {"pt": 1, "zz": 0}
    assert (await api.get("/tasks/queue/sizes?taskType=pt,zz")).json() == {"pt": 1, "zz": 0}
    assert (await api.get("/tasks/queue/size?taskType=pt")).json() == 1
    assert (await api.get("/tasks/queue/size?taskType=pt&domain=d")).json() == 0
    assert (await api.get("/tasks/queue/all")).json() == {"pt": 1}
    assert (await api.get("/tasks/queue/all/verbose")).json() == {"pt": {"a": {"size": 1, "uacked": 0}}}
    [polled] = (await api.get("/tasks/queue/polldata?taskType=other")).json()
    assert (polled["queueName"], polled["workerId"]) == ("other", "w9")
    assert {"other"} == {each["queueName"] for each in (await api.get("/tasks/queue/polldata/all")).json()}
    requeued = await api.post("/tasks/queue/requeue/pt")
    assert (requeued.headers["content-type"], requeued.text) == (TEXT, "1")


async def test_one_task(api: AsyncClient) -> None:
    await start(api)
    task = (await api.get("/tasks/poll/pt")).json()

    assert (await api.get(f"/tasks/{task['taskId']}")).json() == task
