"""The task client on real servers; what comes back is looked at, not just its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_tasks import PollData
from tests.conformance.clients.kit import DONE, polled, start

if TYPE_CHECKING:
    from conductor_core import Conductor
    from conductor_workflows import ConductorWorkflow


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
