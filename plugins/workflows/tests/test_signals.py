"""Signals and what they return, and calls that differ from others by their headers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.errors import InvalidArgumentError, NotFoundError, NotSupportedByServerError, RateLimitedError
from conductor_core.models import TaskResultStatus
from conductor_workflows import (
    IdempotencyStrategy,
    ReturnStrategy,
    SignalResponse,
    StartWorkflowRequest,
    TaskMock,
    WorkflowApi,
    WorkflowTestRequest,
)

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

TASK = {
    "responseType": "BLOCKING_TASK",
    "targetWorkflowId": "w",
    "workflowId": "child",
    "taskId": "t",
    "referenceTaskName": "approve",
    "status": "IN_PROGRESS",
    "input": {"amount": 3},
    "output": {},
}

PARTS = {
    ReturnStrategy.TARGET_WORKFLOW: {"run"},
    ReturnStrategy.BLOCKING_WORKFLOW: {"run"},
    ReturnStrategy.BLOCKING_TASK: {"blocking_task", "task_input"},
    ReturnStrategy.BLOCKING_TASK_INPUT: {"task_input"},
}


async def test_a_signal_completes_and_returns_what_was_asked_for(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    route = server.post("/tasks/w/COMPLETED/signal/sync", params={"returnStrategy": "BLOCKING_TASK"})
    route.respond(json=TASK)
    strategy = ReturnStrategy.BLOCKING_TASK
    answer = conductor.workflows.signal("w", output={"ok": None}, return_strategy=strategy)
    assert json.loads(route.calls.last.request.content) == {"ok": None}
    task = answer.blocking_task
    assert (task.task_id, task.reference_task_name, task.workflow_instance_id) == ("t", "approve", "child")
    assert task.input_data == answer.task_input == {"amount": 3}
    assert await async_conductor.workflows.signal("w", return_strategy=strategy) == answer


def test_a_signal_that_nobody_waits_for(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.post("/tasks/w/FAILED/signal").respond(200)
    conductor.workflows.signal_async("w", TaskResultStatus.FAILED, {"why": "late"})
    assert json.loads(route.calls.last.request.content) == {"why": "late"}


@pytest.mark.parametrize("strategy", ReturnStrategy)
def test_an_answer_knows_its_kind_and_refuses_the_others(strategy: ReturnStrategy) -> None:
    answer = SignalResponse.model_validate({**TASK, "responseType": strategy})
    kinds = [
        answer.is_target_workflow,
        answer.is_blocking_workflow,
        answer.is_blocking_task,
        answer.is_blocking_task_input,
    ]
    assert kinds == [strategy is kind for kind in ReturnStrategy]
    for part in ("run", "blocking_task", "task_input"):
        if part in PARTS[strategy]:
            assert getattr(answer, part) is not None
        else:
            with pytest.raises(
                InvalidArgumentError, match=f"{part} is not part of an answer of the strategy {strategy}"
            ):
                getattr(answer, part)


def test_a_run_comes_with_its_state(server: respx.MockRouter, conductor: Conductor) -> None:
    answer = {"responseType": "TARGET_WORKFLOW", "workflowId": "w", "status": "COMPLETED", "output": {"n": 1}}
    query = {"returnStrategy": "TARGET_WORKFLOW", "consistency": "DURABLE", "waitForSeconds": "5"}
    server.post("/workflow/execute/orders/0", params=query).respond(json=answer)
    request = StartWorkflowRequest(name="orders")
    found = conductor.workflows.execute_workflow_with_return_strategy(request, wait_for_seconds=5)
    assert (found.run.is_terminal, found.run.output, found.target_workflow_id) == (True, {"n": 1}, None)


def test_starts_that_are_the_same_carry_a_key() -> None:
    strategy = IdempotencyStrategy.RETURN_EXISTING
    keys: dict[str, Any] = {"idempotency_key": "k", "idempotency_strategy": strategy}
    calls = [
        WorkflowApi.start_workflow_by_name.build(None, "orders", **keys),
        WorkflowApi.start_workflow_async.build(None, "orders", 2, **keys),
        WorkflowApi.execute_as_api.build(None, "orders", **keys),
        WorkflowApi.execute_as_get_api.build(None, "orders", **keys),
    ]
    for call in calls:
        assert {("X-Idempotency-key", "k"), ("X-on-conflict", "RETURN_EXISTING")} <= set(call.headers)
    assert [call.repeatable for call in calls] == [False, False, False, True]
    assert not WorkflowApi.execute_as_get_api.build(None, "orders").repeatable


def test_a_call_of_a_workflow_as_an_api_gives_its_output(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.post("/workflow/execute/price", params={"version": "3"}).respond(json={"total": 5})
    assert conductor.workflows.execute_as_api("price", {"n": 1}, version=3, wait_for_seconds=60) == {"total": 5}
    assert route.calls.last.request.headers["waitForSeconds"] == "60"


def test_a_definition_is_tested_with_results_in_place_of_workers(
    server: respx.MockRouter, conductor: Conductor
) -> None:
    route = server.post("/workflow/test").respond(json={"workflowId": "w", "status": "COMPLETED"})
    mocks = {"pay": [TaskMock(status="FAILED"), TaskMock(output={"n": None}, execution_time=5)]}
    inner = WorkflowTestRequest(name="inner", task_ref_to_mock_output={"a": [TaskMock()]})
    request = WorkflowTestRequest(
        name="orders", task_ref_to_mock_output=mocks, sub_workflow_test_request={"sub": inner}
    )
    assert conductor.workflows.test_workflow(request).is_terminal
    sent = json.loads(route.calls.last.request.content)
    assert sent["taskRefToMockOutput"]["pay"] == [
        {"status": "FAILED", "output": {}},
        {"status": "COMPLETED", "output": {"n": None}, "executionTime": 5},
    ]
    assert sent["subWorkflowTestRequest"]["sub"]["name"] == "inner"


async def test_messages_of_a_workflow(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    route = server.post("/workflow/w/messages", json={"n": 1}).respond(text="m-1")
    assert conductor.workflows.send_message("w", {"n": 1}) == "m-1"
    route.respond(404, json={"message": "no workflow w"})
    with pytest.raises(NotFoundError, match="no workflow w"):
        await async_conductor.workflows.send_message("w", {"n": 1})
    route.respond(429, json={"message": "full"}, headers={"retry-after": "3600"})
    with pytest.raises(RateLimitedError, match="full"):
        conductor.workflows.send_message("w", {"n": 1})


def test_many_executions_say_what_became_of_each(server: respx.MockRouter, conductor: Conductor) -> None:
    answer = {"bulkErrorResults": {"b": "not found"}, "bulkSuccessfulResults": ["a"]}
    server.post("/workflow/bulk/terminate", params={"reason": "over"}, json=["a", "b"]).respond(json=answer)
    found = conductor.workflows.bulk_terminate(["a", "b"], "over")
    assert (found.bulk_successful_results, found.bulk_error_results) == (["a"], {"b": "not found"})


def test_ways_of_the_one_server_name_those_of_the_other(server: respx.MockRouter, conductor: Conductor) -> None:
    for verb, path in (("POST", "/workflow/bulk/delete"), ("DELETE", "/workflow/bulk/remove")):
        server.request(verb, path).respond(404, json={"message": "No static resource api/x."})
    with pytest.raises(NotSupportedByServerError, match="use bulk_remove"):
        conductor.workflows.bulk_delete(["a"])
    with pytest.raises(NotSupportedByServerError, match="use bulk_delete"):
        conductor.workflows.bulk_remove(["a"])


@pytest.mark.parametrize("flag", [False, True])
async def test_whoever_terminates_says_whether_the_failure_workflow_starts(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor, *, flag: bool
) -> None:
    query = {"reason": "sold out", "triggerFailureWorkflow": str(flag).lower()}
    route = server.delete("/workflow/w", params=query).respond(200)
    conductor.workflows.terminate("w", "sold out", trigger_failure_workflow=flag)
    await async_conductor.workflows.terminate("w", "sold out", trigger_failure_workflow=flag)
    assert route.call_count == 2
    route = server.delete("/workflow/v", params={"triggerFailureWorkflow": "false"}).respond(200)
    conductor.workflows.terminate("v")
    assert "reason" not in str(route.calls.last.request.url)


def test_variables_of_a_running_execution_are_changed(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.post("/workflow/w/variables").respond(json={"workflowId": "w", "variables": {"a": 1, "b": None}})
    run = conductor.workflows.update_variables("w", {"b": None})
    assert json.loads(route.calls.last.request.content) == {"b": None}
    assert (run.workflow_id, run.variables) == ("w", {"a": 1, "b": None})
