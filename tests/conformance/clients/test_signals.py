"""Signals, watching and going back, on real servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import InvalidArgumentError, NotFoundError
from conductor_core.models import TaskResultStatus, WorkflowStatus
from conductor_workflows import (
    ConductorWorkflow,
    PayloadOperation,
    PayloadType,
    ReturnStrategy,
    StartWorkflowRequest,
    TaskMock,
    WaitTask,
    WorkflowTestRequest,
)
from tests.conformance.clients.kit import DONE, PATIENCE, polled, result, start

if TYPE_CHECKING:
    from conductor_core import Conductor


def _waiting(conductor: Conductor, name: str) -> str:
    """An execution that waits twice, once it waits for the first time."""
    workflow = ConductorWorkflow(name=name, version=1)
    workflow >>= WaitTask("first")
    workflow >>= WaitTask("second")
    conductor.metadata.register_workflow_def(workflow)
    workflow_id = start(conductor, name)
    for run in conductor.workflows.monitor_execution(workflow_id, timeout=PATIENCE):
        if run.tasks and run.tasks[0].status == "IN_PROGRESS":
            break
    return workflow_id


@pytest.mark.real_server
def test_a_signal_completes_the_task_that_is_waited_at(real_conductor: Conductor, name: str) -> None:
    workflows = real_conductor.workflows
    workflow_id = _waiting(real_conductor, name)
    answer = workflows.signal(workflow_id, DONE, {"n": 1}, return_strategy=ReturnStrategy.BLOCKING_TASK)
    assert (answer.blocking_task.reference_task_name, answer.target_workflow_id) == ("second", workflow_id)
    first = workflows.get_workflow(workflow_id).task("first")
    assert first is not None
    assert first.output_data == {"n": 1}
    workflows.signal_async(workflow_id, DONE, {"n": 2})
    assert workflows.wait_for_workflow(workflow_id, timeout=PATIENCE).status == "COMPLETED"
    with pytest.raises(NotFoundError):
        workflows.signal(workflow_id)


@pytest.mark.real_server
@pytest.mark.parametrize("strategy", ReturnStrategy)
def test_an_execution_returns_what_was_asked_for(
    strategy: ReturnStrategy, real_conductor: Conductor, name: str
) -> None:
    _waiting(real_conductor, name)
    request = StartWorkflowRequest(name=name, input={"n": 1})
    answer = real_conductor.workflows.execute_workflow_with_return_strategy(request, return_strategy=strategy)
    assert (answer.response_type, answer.target_workflow_status) == (strategy, "RUNNING")
    if answer.is_target_workflow or answer.is_blocking_workflow:
        assert (answer.run.input, answer.run.workflow_id) == ({"n": 1}, answer.target_workflow_id)
    else:
        assert answer.task_input == {}


@pytest.mark.real_server
def test_a_definition_is_tested_without_workers(real_conductor: Conductor, name: str) -> None:
    workflow = ConductorWorkflow(name=name, version=1)
    workflow >>= WaitTask("first")
    real_conductor.metadata.register_workflow_def(workflow)
    mocks = {"first": [TaskMock(output={"n": 5})]}
    request = WorkflowTestRequest(name=name, version=1, task_ref_to_mock_output=mocks)
    tested = real_conductor.workflows.test_workflow(request)
    assert (tested.status, tested.output) == ("COMPLETED", {"n": 5})


def test_an_execution_is_watched_to_its_end(conductor: Conductor, flow: ConductorWorkflow, name: str) -> None:
    workflow_id = start(conductor, flow.name)
    seen: list[tuple[str, int]] = []
    for run in conductor.workflows.monitor_execution(workflow_id, timeout=PATIENCE):
        seen.append((str(run.status), len(run.tasks)))
        waiting = [task for task in run.tasks if task.status == "SCHEDULED"]
        if waiting:
            task = polled(conductor, waiting[0].task_type)
            conductor.tasks.update_task(result(task, n=1))
    assert seen[-1] == ("COMPLETED", 2)
    assert seen == sorted(seen, key=lambda state: (state[0] == "COMPLETED", state[1]))
    state = conductor.workflows.wait_for_workflow_status(workflow_id, [WorkflowStatus.COMPLETED])
    assert [task.reference_task_name for task in state.tasks] == ["a", "b"]
    tasks = conductor.workflows.get_all_workflow_tasks(workflow_id, page_size=1)
    assert [task.reference_task_name for task in tasks] == ["a", "b"]


def test_going_back_to_a_completed_task(conductor: Conductor, flow: ConductorWorkflow, name: str) -> None:
    workflows = conductor.workflows
    workflow_id = start(conductor, flow.name)
    conductor.tasks.update_task(result(polled(conductor, f"{name}_a"), n=1))
    conductor.tasks.update_task(result(polled(conductor, f"{name}_b"), TaskResultStatus.FAILED))
    assert workflows.wait_for_workflow(workflow_id, timeout=PATIENCE).status == "FAILED"
    workflows.go_back_to_first_task_matching_type(workflow_id, f"{name}_a")
    conductor.tasks.update_task(result(polled(conductor, f"{name}_a"), n=2))
    conductor.tasks.update_task(result(polled(conductor, f"{name}_b"), n=2))
    assert workflows.wait_for_workflow(workflow_id, timeout=PATIENCE).output == {"n": 2}
    workflows.go_back_to_task(workflow_id, lambda task: task.reference_task_name == "b")
    assert polled(conductor, f"{name}_b").input_data == {"n": 2}
    with pytest.raises(InvalidArgumentError):
        workflows.go_back_to_task(workflow_id, lambda task: task.reference_task_name == "c")


def test_results_through_the_workflow_client(conductor: Conductor, flow: ConductorWorkflow, name: str) -> None:
    workflows = conductor.workflows
    workflow_id = start(conductor, flow.name)
    task = polled(conductor, f"{name}_a")
    assert workflows.get_task(task.task_id).reference_task_name == "a"
    assert workflows.update_task(task.task_id, workflow_id, DONE, {"n": 4}) == task.task_id
    last = polled(conductor, f"{name}_b")
    failed = TaskResultStatus.IN_PROGRESS
    assert workflows.update_task_by_ref_name("b", workflow_id, failed, {"m": 1}) == last.task_id
    ended = workflows.update_task_sync("b", workflow_id, DONE, {"m": 2})
    assert (ended.status, ended.output) == ("COMPLETED", {"n": 4})
    found_task = workflows.get_execution(workflow_id).task("b")
    assert found_task is not None
    assert found_task.output_data == {"m": 2}


@pytest.mark.real_server
def test_a_place_for_big_payloads(real_conductor: Conductor) -> None:
    workflows = real_conductor.workflows
    place = workflows.get_external_storage_location("/x", PayloadOperation.WRITE, PayloadType.WORKFLOW_INPUT)
    assert place.path
    assert place.path.startswith("/x")
