"""The task client on real servers; what comes back is looked at, not just its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core import TaskDef
from conductor_tasks import PayloadOperation, PayloadType, PollData
from conductor_workflows import ConductorWorkflow, SimpleTask
from tests.conformance.clients.kit import DONE, polled, result, start, until

if TYPE_CHECKING:
    from conductor_core import Conductor


def test_tasks_by_reference_name(conductor: Conductor, flow: ConductorWorkflow, name: str) -> None:
    tasks = conductor.tasks
    workflow_id = start(conductor, flow.name)
    task = polled(conductor, f"{name}_a")
    assert tasks.update_task_by_ref_name(workflow_id, "a", DONE, {"n": 2}, worker_id="me") == task.task_id
    polled(conductor, f"{name}_b")
    after = tasks.update_task_sync(workflow_id, "b", DONE, {"m": 3})
    assert (after.workflow_id, after.status) == (workflow_id, "COMPLETED")
    found_task = conductor.workflows.get_workflow(workflow_id).task("b")
    assert found_task is not None
    assert found_task.output_data == {"m": 3}


def test_queues(conductor: Conductor, flow: ConductorWorkflow, name: str) -> None:
    tasks = conductor.tasks
    assert tasks.poll_task(f"{name}_a", worker_id="me") is None
    workflow_id = start(conductor, flow.name)
    assert tasks.get_queue_size_for_task([f"{name}_a", f"{name}_b"]) == {f"{name}_a": 1, f"{name}_b": 0}
    assert tasks.get_all_queue_sizes()[f"{name}_a"] == 1
    assert f"{name}_a" in tasks.get_all_queue_details()
    assert tasks.requeue_pending_tasks(f"{name}_a").isdigit()
    assert polled(conductor, f"{name}_a").workflow_instance_id == workflow_id
    assert [data.worker_id for data in tasks.get_task_poll_data(f"{name}_a")] == ["me"]
    everything = tasks.get_all_poll_data()
    assert isinstance(everything, list)
    assert PollData(queue_name=f"{name}_a").queue_name in {data.queue_name for data in everything}


def test_results_under_the_other_name(conductor: Conductor, flow: ConductorWorkflow, name: str) -> None:
    workflow_id = start(conductor, flow.name)
    task = polled(conductor, f"{name}_a")
    assert conductor.tasks.update_task_result(workflow_id, "a", DONE, {"n": 3}) == task.task_id
    assert conductor.tasks.get_task(task.task_id).output_data == {"n": 3}


def test_whole_tasks_are_found_page_by_page(conductor: Conductor, flow: ConductorWorkflow, name: str) -> None:
    tasks = conductor.tasks
    started = {start(conductor, flow.name) for _ in range(3)}
    for _ in started:
        tasks.update_task(result(polled(conductor, f"{name}_a"), n=1))  # the index hears of a task when it changes
    query = f"taskType='{name}_a'"
    until(lambda: tasks.search(query).total_hits == 3)
    found_tasks = list(tasks.search_all(query, page_size=2))
    assert {task.workflow_id for task in found_tasks} == started
    assert {task.workflow_instance_id for task in tasks.search_v2(query).results} == started


@pytest.mark.real_server
def test_a_queue_of_a_domain_and_a_place_for_big_payloads(real_conductor: Conductor, name: str) -> None:
    tasks = real_conductor.tasks
    real_conductor.metadata.register_task(TaskDef(name=name))
    workflow = ConductorWorkflow(name=name, version=1)
    workflow >>= SimpleTask(name, "a")
    real_conductor.metadata.register_workflow_def(workflow)
    start(real_conductor, name, taskToDomain={name: "eu"})
    assert tasks.get_queue_depth(name) == 0
    assert tasks.get_queue_depth(name, domain="eu") == 1
    place = tasks.get_external_storage_location("/x", PayloadOperation.WRITE, PayloadType.TASK_INPUT)
    assert place.path
    assert place.path.startswith("/x")
