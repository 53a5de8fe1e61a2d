"""What the task client does beyond one documented call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import ServerError
from conductor_core.http import Request, Response
from conductor_core.models import TaskResult, TaskResultStatus
from conductor_core.settings import Settings
from conductor_tasks import PollData, SizeComparison, TaskApi

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor


@pytest.mark.parametrize("domain", ["", None])
def test_an_empty_domain_is_never_sent(domain: str | None) -> None:
    for method in (TaskApi.poll_task, TaskApi.batch_poll):
        assert "domain" not in dict(method.build(None, "charge", domain=domain).query)
        assert dict(method.build(None, "charge", domain="eu").query)["domain"] == "eu"


async def test_a_poll_gives_a_task_or_none(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/tasks/poll/charge", params={"workerid": "me"}).respond(json={"taskId": "t", "inputData": {"a": None}})
    server.get("/tasks/poll/ship").respond(204)
    task = conductor.tasks.poll_task("charge", worker_id="me")
    assert task is not None
    assert (task.task_id, task.input_data) == ("t", {"a": None})
    assert await async_conductor.tasks.poll_task("charge", worker_id="me") == task
    assert conductor.tasks.poll_task("ship") is None
    assert await async_conductor.tasks.poll_task("ship") is None


def test_a_batch_waits_on_the_server_and_longer_for_its_answer(server: respx.MockRouter, conductor: Conductor) -> None:
    server.get("/tasks/poll/batch/charge", params={"count": "5", "timeout": "5000"}).respond(json=[])
    assert conductor.tasks.batch_poll("charge", count=5, timeout=5000) == []
    call = TaskApi.batch_poll.build(None, "charge", timeout=5000)
    assert call.timeout is not None
    assert call.timeout > 5


def test_a_poll_is_never_repeated_by_itself(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.get("/tasks/poll/charge").respond(503)
    with pytest.raises(ServerError):
        conductor.tasks.poll_task("charge")
    assert route.call_count == 1
    assert Settings().retry == conductor.settings.retry


async def test_update_v2_gives_the_next_task_or_none(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    result = TaskResult(task_id="t", workflow_instance_id="w", output_data={"a": None})
    expected = {"taskId": "t", "workflowInstanceId": "w", "status": "COMPLETED", "outputData": {"a": None}}
    route = server.post("/tasks/update-v2", json=expected).respond(json={"taskId": "next"})
    task = conductor.tasks.update_task_v2(result)
    assert task is not None
    assert task.task_id == "next"
    route.respond(204)
    assert await async_conductor.tasks.update_task_v2(result) is None


def test_outputs_by_reference_name_are_sent_as_they_are(server: respx.MockRouter, conductor: Conductor) -> None:
    path = "/tasks/w/approve/COMPLETED"
    by_name = server.post(path, params={"workerid": "me"}, json={"a": [1]}).respond(text="t")
    sync = server.post(f"{path}/sync", json={"a": [1]}).respond(json={"workflowId": "w", "status": "RUNNING"})
    status = TaskResultStatus.COMPLETED
    assert conductor.tasks.update_task_by_ref_name("w", "approve", status, {"a": [1]}, worker_id="me") == "t"
    assert conductor.tasks.update_task_sync("w", "approve", status, {"a": [1]}).workflow_id == "w"
    assert by_name.called
    assert sync.called


async def test_logs_are_text_one_way_and_a_list_the_other(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    written = server.post("/tasks/t/log").respond(200)
    conductor.tasks.add_task_log("t", 'said "no"')
    assert written.calls.last.request.content == b'said "no"'
    assert written.calls.last.request.headers["content-type"].startswith("text/plain")
    read = server.get("/tasks/t/log").respond(json=[{"log": "a", "createdTime": 1}])
    assert [line.log for line in conductor.tasks.get_task_logs("t")] == ["a"]
    read.respond(204)
    assert conductor.tasks.get_task_logs("t") == []
    assert await async_conductor.tasks.get_task_logs("t") == []


def test_queue_sizes_name_each_type(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.get("/tasks/queue/sizes").respond(json={"a": 1, "b": 0})
    assert conductor.tasks.get_queue_size_for_task(["a", "b"]) == {"a": 1, "b": 0}
    assert route.calls.last.request.url.query == b"taskType=a&taskType=b"


def test_poll_data_comes_as_list_or_object(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.get("/tasks/queue/polldata/all", params={"queueSize": "5", "queueOpt": "GT"})
    route.respond(json=[{"queueName": "charge", "workerId": "me"}])
    found = conductor.tasks.get_all_poll_data(queue_size=5, queue_comparison=SizeComparison.GREATER)
    assert found == [PollData(queue_name="charge", worker_id="me")]
    route.respond(json={"charge": {"any": 1}})
    assert conductor.tasks.get_all_poll_data(queue_size=5, queue_comparison=SizeComparison.GREATER) == {
        "charge": {"any": 1}
    }


@pytest.mark.parametrize("query", ["status:FAILED", "workflowId:x", "workerId:x", "inputData.key:value"])
def test_searches_reach_the_server_unchanged(query: str, server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.get("/tasks/search", params={"freeText": query}).respond(json={"totalHits": 0, "results": []})
    assert conductor.tasks.search(free_text=query).total_hits == 0
    assert route.called


async def test_a_search_goes_on_to_its_last_page(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    def page(request: Request) -> Response:
        start = int(request.url.params["start"])
        return Response(200, json={"totalHits": 3, "results": [{"taskId": f"t{start}"}]})

    route = server.get("/tasks/search", params={"size": "1", "query": "status IN (FAILED)"}).mock(side_effect=page)
    found = conductor.tasks.search_all("status IN (FAILED)", page_size=1)
    assert [task.task_id for task in found] == ["t0", "t1", "t2"]
    awaited = async_conductor.tasks.search_all("status IN (FAILED)", page_size=1)
    assert [task.task_id async for task in awaited] == ["t0", "t1", "t2"]
    assert route.call_count == 6


def test_the_depth_of_one_queue_names_its_domain() -> None:
    call = TaskApi.get_queue_depth.build(None, "charge", domain="eu", isolation_group_id="g")
    assert dict(call.query) == {"taskType": "charge", "domain": "eu", "isolationGroupId": "g"}
    assert dict(TaskApi.get_queue_depth.build(None, "charge", domain="").query) == {"taskType": "charge"}


def test_a_result_goes_under_two_names() -> None:
    arguments = ("w", "approve", TaskResultStatus.COMPLETED, {"a": None})
    assert TaskApi.update_task_result.build(None, *arguments) == TaskApi.update_task_by_ref_name.build(None, *arguments)
