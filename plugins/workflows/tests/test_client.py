"""What the workflow client does beyond one documented call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Sleep
from conductor_core.errors import (
    BadRequestError,
    ClosedError,
    ConflictError,
    InvalidArgumentError,
    NotFoundError,
    WaitTimeoutError,
)
from conductor_core.http import Response
from conductor_workflows import ConductorWorkflow, SimpleTask, StartWorkflowRequest, WorkflowApi, WorkflowRun

if TYPE_CHECKING:
    from collections.abc import Generator

    import respx

    from conductor_core import AsyncConductor, Conductor
    from conductor_core.http import Request


def test_a_start_without_a_version_leaves_the_choice_to_the_server(
    server: respx.MockRouter, conductor: Conductor
) -> None:
    started = server.post("/workflow").respond(text="an-id")
    executed = server.post("/workflow/execute/orders/0").respond(json={"workflowId": "an-id"})
    request = StartWorkflowRequest(name="orders")
    assert conductor.workflows.start_workflow(request) == "an-id"
    assert conductor.workflows.execute_workflow(request).workflow_id == "an-id"
    for route in (started, executed):
        assert json.loads(route.calls.last.request.content) == {"name": "orders", "input": {}}


def test_an_execution_that_needs_longer_is_returned_as_far_as_it_is(
    server: respx.MockRouter, conductor: Conductor
) -> None:
    answer = {"workflowId": "an-id", "status": "RUNNING", "signalTimeout": True, "newField": 1}
    server.post("/workflow/execute/orders/2").respond(json=answer)
    run = conductor.workflows.execute_workflow(StartWorkflowRequest(name="orders", version=2), wait_for_seconds=1)
    assert (run.is_terminal, run.signal_timeout) == (False, True)
    assert run.to_wire()["newField"] == 1


@pytest.mark.parametrize("method", ["start_workflow", "execute_workflow", "execute_workflow_with_return_strategy"])
def test_a_name_alone_is_no_request(conductor: Conductor, method: str) -> None:
    wrong: Any = "orders"
    with pytest.raises(InvalidArgumentError, match=r"got str; write StartWorkflowRequest\(name=\.\.\.\)"):
        getattr(conductor.workflows, method)(wrong)


def test_the_request_outlasts_the_wait_on_the_server(conductor: Conductor) -> None:
    request = StartWorkflowRequest(name="orders")
    call = type(conductor.workflows).execute_workflow.build(None, request, wait_for_seconds=300)
    assert call.timeout is not None
    assert call.timeout > 300


def test_a_run_finds_the_latest_attempt_of_a_task() -> None:
    tasks = [{"referenceTaskName": "pay", "taskId": "1"}, {"referenceTaskName": "pay", "taskId": "2"}]
    run = WorkflowRun.model_validate({"tasks": tasks, "status": "SOMETHING_NEW"})
    found = run.task("pay")
    assert found is not None
    assert found.task_id == "2"
    assert run.task("ship") is None
    assert not run.is_terminal


async def test_several_starts_give_an_id_or_an_error_each(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    def answer(request: Request) -> Response:
        name = json.loads(request.content)["name"]
        return Response(400, json={"message": "no"}) if name == "bad" else Response(200, text=f"id-of-{name}")

    server.post("/workflow").mock(side_effect=answer)
    requests = [StartWorkflowRequest(name=name) for name in ("a", "bad", "b")]
    started = conductor.workflows.start_workflows(requests)
    assert [one.workflow_id for one in started] == ["id-of-a", "", "id-of-b"]
    assert [type(one.error) for one in started] == [type(None), BadRequestError, type(None)]
    assert [one.request for one in started] == requests
    again = await async_conductor.workflows.start_workflows(iter(requests), concurrency=1)
    assert [one.workflow_id for one in again] == [one.workflow_id for one in started]
    assert conductor.workflows.start_workflows([]) == []
    with pytest.raises(InvalidArgumentError, match="concurrency must be 1 or more, got 0"):
        conductor.workflows.start_workflows(requests, concurrency=0)


def test_several_starts_end_when_the_conductor_is_closed(conductor: Conductor) -> None:
    conductor.close()
    with pytest.raises(ClosedError):
        conductor.workflows.start_workflows([StartWorkflowRequest(name="a")])


def test_an_empty_id_is_refused_before_any_request(conductor: Conductor) -> None:
    with pytest.raises(InvalidArgumentError, match="pass an id or name"):
        conductor.workflows.get_workflow("")


def test_what_is_no_definition_is_refused_before_any_request(conductor: Conductor) -> None:
    with pytest.raises(InvalidArgumentError, match=r"WorkflowDef\.model_validate"):
        conductor.workflows.register_workflow({"name": "orders"})  # type: ignore[arg-type]


async def test_a_wait_ends_with_the_whole_execution(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    states = ["RUNNING", "PAUSED", "FAILED"] * 2
    status = server.get("/workflow/an-id/status").mock(
        side_effect=[Response(200, json={"workflowId": "an-id", "status": state}) for state in states]
    )
    whole = {"workflowId": "an-id", "status": "FAILED", "tasks": [{"taskId": "t"}]}
    server.get("/workflow/an-id", params={"includeTasks": "true"}).respond(json=whole)
    run = conductor.workflows.wait_for_workflow("an-id", poll_interval=0.001)
    assert (run.status, run.tasks[0].task_id) == ("FAILED", "t")
    assert await async_conductor.workflows.wait_for_workflow("an-id", poll_interval=0.001) == run
    assert status.call_count == 6


def test_waiting_for_what_is_not_there_is_not_found(server: respx.MockRouter, conductor: Conductor) -> None:
    server.get("/workflow/an-id/status").respond(404, json={"message": "no such workflow"})
    with pytest.raises(NotFoundError, match="no such workflow"):
        conductor.workflows.wait_for_workflow("an-id")


class ClockedApi(WorkflowApi[Any]):
    """The client on a clock that the test moves."""

    seconds = 0.0

    @staticmethod
    def _now() -> float:
        return ClockedApi.seconds


def _waits(flow: Generator[Any, Any, Any]) -> Generator[float, None, None]:
    """Run a wait on an execution that never ends; the clock moves by what it sleeps."""
    step = next(flow)
    while True:
        if isinstance(step, Sleep):
            yield step.seconds
            ClockedApi.seconds += step.seconds
            step = flow.send(None)
        else:
            step = flow.send(step.returns.model_validate({"status": "RUNNING"}))


def test_a_wait_looks_fast_first_then_at_its_interval_and_gives_up_in_time() -> None:
    ClockedApi.seconds = 0.0
    flow = ClockedApi.wait_for_workflow.call(ClockedApi(None), "an-id", timeout=5.0, poll_interval=1.0)  # type: ignore[arg-type]
    waits: list[float] = []
    with pytest.raises(WaitTimeoutError, match="workflow an-id is still RUNNING after 5 seconds"):
        waits.extend(_waits(flow))
    assert waits[:6] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0]
    assert sum(waits) == pytest.approx(5.0)


async def test_a_definition_is_replaced_only_when_that_is_asked_for(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    definition = (ConductorWorkflow(name="orders", version=2) >> SimpleTask("charge", "pay")).to_workflow_def()
    refused = server.post("/metadata/workflow", params={"overwrite": "false"})
    refused.respond(409, json={"message": "Workflow with orders.2 already exists!"})
    replaced = server.post("/metadata/workflow", params={"overwrite": "true"}).respond(200)
    with pytest.raises(ConflictError, match="already exists"):
        conductor.workflows.register_workflow(definition)
    conductor.workflows.register_workflow(definition, overwrite=True)
    await async_conductor.workflows.register_workflow(definition, overwrite=True)
    assert (refused.call_count, replaced.call_count) == (1, 2)
    assert json.loads(replaced.calls.last.request.content) == definition.to_wire()
