"""Methods of the workflow client that need several calls: waits, going back, retries, pages and watching."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Sleep, Task
from conductor_core.errors import (
    ConductorError,
    ConflictError,
    InvalidArgumentError,
    NotFoundError,
    RequestTimeoutError,
    ServerError,
    WaitTimeoutError,
)
from conductor_core.http import Response
from conductor_core.models import Workflow, WorkflowStatus
from conductor_workflows import RerunWorkflowRequest, StartWorkflowRequest, WorkflowApi

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor
    from conductor_core.http import Request

TASKS = [
    {"taskId": "t1", "taskType": "SIMPLE", "status": "COMPLETED", "referenceTaskName": "pay"},
    {"taskId": "t2", "taskType": "HTTP", "status": "COMPLETED", "referenceTaskName": "ship"},
    {"taskId": "t3", "taskType": "SIMPLE", "status": "FAILED", "referenceTaskName": "mail"},
]
RUN = {"workflowId": "w", "status": "FAILED", "tasks": TASKS}


def _body(route: respx.Route) -> Any:
    return json.loads(route.calls.last.request.content)


async def test_going_back_takes_the_last_task_that_is_accepted(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/workflow/w", params={"includeTasks": "true"}).respond(json=RUN)
    rerun = server.post("/workflow/w/rerun").respond(text="w")

    def is_simple(task: Task) -> bool:
        return task.task_type == "SIMPLE"

    conductor.workflows.go_back_to_task("w", is_simple, RerunWorkflowRequest(task_input={"n": 1}))
    assert _body(rerun) == {"reRunFromTaskId": "t3", "taskInput": {"n": 1}}
    await async_conductor.workflows.go_back_to_first_task_matching_type("w", "SIMPLE")
    assert _body(rerun) == {"reRunFromTaskId": "t1"}


def test_going_back_to_nothing_is_an_error_and_runs_nothing(server: respx.MockRouter, conductor: Conductor) -> None:
    server.get("/workflow/w").respond(json=RUN)
    with pytest.raises(InvalidArgumentError, match="no task of workflow w is the one"):
        conductor.workflows.go_back_to_first_task_matching_type("w", "HUMAN")


@pytest.mark.parametrize("status", [500, 404, 403])
def test_a_new_execution_is_asked_for_again_after_ten_seconds(status: int) -> None:
    flow = WorkflowApi.get_workflow.call(None, "w", retry=2)
    refused = NotFoundError(method="GET", url="u", status=status)
    steps = [next(flow)]
    for _ in range(2):
        steps += [flow.throw(refused), next(flow)]
    assert [step.seconds if isinstance(step, Sleep) else getattr(step, "template", None) for step in steps] == [
        "/workflow/{}",
        10.0,
        "/workflow/{}",
        10.0,
        "/workflow/{}",
    ]
    with pytest.raises(NotFoundError):
        flow.throw(refused)


def test_other_errors_and_no_retries_end_at_once(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.get("/workflow/w").respond(409, json={"message": "no"})
    with pytest.raises(ConflictError):
        conductor.workflows.get_workflow("w", retry=3)
    route.respond(500, json={"message": "broken"})
    with pytest.raises(ServerError):
        conductor.workflows.get_workflow("w")
    assert route.call_count == 2


def _pages(request: Request) -> Response:
    start, size = int(request.url.params["start"]), int(request.url.params["size"])
    hits = [{"workflowId": f"w{number}"} for number in range(5)]
    return Response(200, json={"totalHits": 5, "results": hits[start : start + size]})


async def test_a_search_goes_on_to_its_last_page(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    route = server.get("/workflow/search", params={"query": "status IN (FAILED)", "sort": "startTime:ASC"})
    route.mock(side_effect=_pages)
    arguments: dict[str, Any] = {"sort": "startTime:ASC", "page_size": 2}
    runs = conductor.workflows.search_all("status IN (FAILED)", **arguments)
    assert [run.workflow_id for run in runs] == ["w0", "w1", "w2", "w3", "w4"]
    assert route.call_count == 3
    awaited = [run.workflow_id async for run in async_conductor.workflows.search_all("status IN (FAILED)", **arguments)]
    assert awaited == ["w0", "w1", "w2", "w3", "w4"]


def test_the_tasks_of_a_big_execution_come_page_by_page(server: respx.MockRouter, conductor: Conductor) -> None:
    def page(request: Request) -> Response:
        start = int(request.url.params["start"])
        return Response(200, json={"totalHits": 3, "results": TASKS[start : start + 2]})

    server.get("/workflow/w/tasks", params={"count": "2"}).mock(side_effect=page)
    tasks = conductor.workflows.get_all_workflow_tasks("w", page_size=2)
    assert [task.task_id for task in tasks] == ["t1", "t2", "t3"]


STATES: list[dict[str, Any]] = [
    {"workflowId": "w", "status": "RUNNING", "tasks": []},
    {"workflowId": "w", "status": "RUNNING", "tasks": []},
    {"workflowId": "w", "status": "RUNNING", "tasks": [{"taskId": "t", "status": "SCHEDULED"}]},
    {"workflowId": "w", "status": "RUNNING", "tasks": [{"taskId": "t", "status": "COMPLETED"}]},
    {"workflowId": "w", "status": "COMPLETED", "tasks": [{"taskId": "t", "status": "COMPLETED"}]},
]


async def test_watching_gives_each_change_and_then_ends(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/workflow/w").mock(side_effect=[Response(200, json=state) for state in STATES * 2])
    seen = [(run.status, len(run.tasks)) for run in conductor.workflows.monitor_execution("w", poll_interval=0.001)]
    assert seen == [("RUNNING", 0), ("RUNNING", 1), ("RUNNING", 1), ("COMPLETED", 1)]
    watched = async_conductor.workflows.monitor_execution("w", poll_interval=0.001)
    assert [(run.status, len(run.tasks)) async for run in watched] == seen


def test_watching_gives_up_in_time(server: respx.MockRouter, conductor: Conductor) -> None:
    server.get("/workflow/w").respond(json=STATES[0])
    with pytest.raises(WaitTimeoutError, match="workflow w is still RUNNING after 0 seconds"):
        list(conductor.workflows.monitor_execution("w", timeout=0))


async def test_a_state_is_waited_for(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    states = [{"workflowId": "w", "status": state} for state in ("RUNNING", "PAUSED")]
    status = server.get("/workflow/w/status")
    status.mock(side_effect=[Response(200, json=state) for state in states * 2])
    server.get("/workflow/w").respond(json={"workflowId": "w", "status": "PAUSED"})
    wanted = [WorkflowStatus.PAUSED]
    assert conductor.workflows.wait_for_workflow_status("w", wanted, poll_interval=0.001).status == "PAUSED"
    run = await async_conductor.workflows.wait_for_workflow_status("w", wanted, poll_interval=0.001)
    assert run.status == "PAUSED"
    status.mock(return_value=Response(200, json={"workflowId": "w", "status": "FAILED"}))
    with pytest.raises(ConductorError, match="ended as FAILED and cannot become PAUSED"):
        conductor.workflows.wait_for_workflow_status("w", wanted)


async def test_several_executions_are_waited_for_with_one_deadline(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    for workflow_id in ("a", "b"):
        server.get(f"/workflow/{workflow_id}/status").respond(json={"workflowId": workflow_id, "status": "COMPLETED"})
        server.get(f"/workflow/{workflow_id}").respond(json={"workflowId": workflow_id, "status": "COMPLETED"})
    ended: list[Workflow] = conductor.workflows.wait_for_workflows(["a", "b"])
    assert [run.workflow_id for run in ended] == ["a", "b"]
    assert await async_conductor.workflows.wait_for_workflows(["a", "b"]) == ended
    server.get("/workflow/b/status").respond(json={"workflowId": "b", "status": "RUNNING"})
    with pytest.raises(WaitTimeoutError, match="workflow b is still RUNNING"):
        conductor.workflows.wait_for_workflows(["a", "b"], timeout=0)


RUNNING = {"workflowId": "w", "status": "RUNNING"}


async def test_an_execution_is_asked_for_again_while_the_server_comes_up(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    answers = [Response(503), Response(502), Response(200, json=RUNNING)]
    route = server.post("/workflow/execute/orders/2", params={"waitForSeconds": "1", "waitUntilTaskRef": "pay"})
    request = StartWorkflowRequest(name="orders", version=2)
    for face in ("blocking", "awaited"):
        route.mock(side_effect=list(answers))
        options: Any = {"retry_wait": 0.001, "tries": 4, "wait_for_seconds": 1, "wait_until_task_ref": "pay"}
        if face == "blocking":
            run = conductor.workflows.execute_workflow_with_retry(request, **options)
        else:
            run = await async_conductor.workflows.execute_workflow_with_retry(request, **options)
        assert (run.workflow_id, run.status) == ("w", "RUNNING")


def test_the_tries_of_an_execution_and_their_waits_are_counted() -> None:
    flow = WorkflowApi.execute_workflow_with_retry.call(None, StartWorkflowRequest(name="orders"), retry_wait=7.0)
    busy = ServerError(method="POST", url="u", status=503, retryable=True)
    steps = [next(flow)]
    for _ in range(2):
        steps += [flow.throw(busy), next(flow)]
    assert [step.seconds if isinstance(step, Sleep) else getattr(step, "method", None) for step in steps] == [
        "POST",
        7.0,
        "POST",
        7.0,
        "POST",
    ]
    with pytest.raises(ServerError):
        flow.throw(busy)


@pytest.mark.parametrize(
    "error",
    [
        NotFoundError(method="POST", url="u", status=404),
        RequestTimeoutError(method="POST", url="u", reason="late", retryable=False),
    ],
    ids=["refused", "answer lost"],
)
def test_a_start_that_may_have_happened_or_never_can_is_not_repeated(error: ConductorError) -> None:
    flow = WorkflowApi.execute_workflow_with_retry.call(None, StartWorkflowRequest(name="orders"))
    next(flow)
    with pytest.raises(type(error)):
        flow.throw(error)
