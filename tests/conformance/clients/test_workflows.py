"""The workflow client on real servers; what comes back is looked at, not just its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import NotFoundError, NotSupportedByServerError
from conductor_core.models import TaskResultStatus, TaskStatus
from conductor_workflows import CorrelationIdsSearchRequest, RerunWorkflowRequest, SkipTaskRequest, StartWorkflowRequest
from tests.conformance.clients.kit import PATIENCE, found, polled, result, start

if TYPE_CHECKING:
    from conductor_core import Conductor
    from conductor_workflows import ConductorWorkflow


def test_one_execution_from_start_to_end(conductor: Conductor, flow: ConductorWorkflow, name: str) -> None:
    workflows, tasks = conductor.workflows, conductor.tasks
    workflow_id = start(conductor, flow.name)
    task = polled(conductor, f"{name}_a")
    assert (task.input_data, task.workflow_instance_id, task.status) == ({"n": 1}, workflow_id, TaskStatus.IN_PROGRESS)
    assert tasks.get_task_logs(task.task_id) == []
    tasks.add_task_log(task.task_id, 'a "quoted" line')
    assert [line.log for line in tasks.get_task_logs(task.task_id)] == ['a "quoted" line']
    assert tasks.update_task(result(task, n=41)) == task.task_id
    assert tasks.get_task(task.task_id).status == TaskStatus.COMPLETED
    last = polled(conductor, f"{name}_b")
    assert tasks.update_task_v2(result(last)) is None
    run = workflows.wait_for_workflow(workflow_id, timeout=PATIENCE)
    assert (run.status, run.output, [t.reference_task_name for t in run.tasks]) == ("COMPLETED", {"n": 41}, ["a", "b"])
    summary = workflows.get_workflow_status(workflow_id, include_output=True, include_variables=True)
    assert (summary.is_terminal, summary.output, summary.variables) == (True, {"n": 41}, {})
    assert workflows.get_workflow(workflow_id, include_tasks=False).tasks == []
    page = workflows.get_workflow_tasks(workflow_id, start=1, count=1)
    assert ([t.reference_task_name for t in page.results], page.total_hits) == (["b"], 2)
    assert found(conductor, f"workflowType='{name}' AND status IN (COMPLETED)") == [workflow_id]
    hits = tasks.search(f"taskType='{name}_a'", size=5)
    assert [hit.workflow_id for hit in hits.results] == [workflow_id]


def test_steering(conductor: Conductor, flow: ConductorWorkflow, name: str) -> None:
    workflows = conductor.workflows
    workflow_id = start(conductor, flow.name)
    workflows.pause(workflow_id)
    assert workflows.get_workflow_status(workflow_id).status == "PAUSED"
    workflows.resume(workflow_id)
    workflows.decide(workflow_id)
    workflows.reset_callbacks(workflow_id)
    failing = polled(conductor, f"{name}_a")
    conductor.tasks.update_task(result(failing, TaskResultStatus.FAILED))
    assert workflows.wait_for_workflow(workflow_id, timeout=PATIENCE).status == "FAILED"
    workflows.retry(workflow_id)
    conductor.tasks.update_task(result(polled(conductor, f"{name}_a"), n=5))
    workflows.terminate(workflow_id, "no longer needed")
    ended = workflows.get_workflow(workflow_id)
    assert (ended.status, ended.reason_for_incompletion) == ("TERMINATED", "no longer needed")
    workflows.restart(workflow_id, use_latest_definitions=True)
    assert workflows.get_workflow(workflow_id).status == "RUNNING"
    workflows.terminate(workflow_id)
    again = RerunWorkflowRequest(re_run_from_workflow_id=workflow_id, workflow_input={"n": 9})
    assert workflows.rerun(workflow_id, again) == workflow_id
    workflows.skip_task_from_workflow(workflow_id, "b", SkipTaskRequest(task_output={"skipped": 1}))
    rerun = polled(conductor, f"{name}_a")
    assert rerun.input_data == {"n": 9}
    conductor.tasks.update_task(result(rerun, n=6))
    assert workflows.wait_for_workflow(workflow_id, timeout=PATIENCE).output == {"n": 6}
    workflows.delete_workflow(workflow_id)
    with pytest.raises(NotFoundError):
        workflows.get_workflow(workflow_id)


def test_starts_and_correlation(conductor: Conductor, flow: ConductorWorkflow, name: str) -> None:
    workflows = conductor.workflows
    by_name = workflows.start_workflow_by_name(name, {"n": 1}, version=2, correlation_id="one", priority=3)
    requests = [StartWorkflowRequest(name=name, correlation_id="two"), StartWorkflowRequest(name=f"{name}_missing")]
    started, missing = workflows.start_workflows(requests)
    assert isinstance(missing.error, NotFoundError)
    assert set(workflows.get_running_workflows(name)) == {by_name, started.workflow_id}
    assert [run.workflow_id for run in workflows.get_by_correlation_id(name, "one")] == [by_name]
    both = workflows.get_by_correlation_ids_of_workflow(name, ["one", "two"], include_closed=True)
    assert {key: [run.workflow_id for run in runs] for key, runs in both.items()} == {
        "one": [by_name],
        "two": [started.workflow_id],
    }
    executed = workflows.execute_workflow(StartWorkflowRequest(name=name), wait_for_seconds=1, request_id="mine")
    assert (executed.status, executed.request_id, executed.signal_timeout) == ("RUNNING", "mine", True)
    assert workflows.get_workflow(executed.workflow_id).workflow_version == 2
    tried = workflows.execute_workflow_with_retry(StartWorkflowRequest(name=name), tries=2, wait_for_seconds=1)
    assert (tried.status, tried.signal_timeout) == ("RUNNING", True)


def test_what_the_server_lacks_says_what_to_use(conductor: Conductor, name: str) -> None:
    request = CorrelationIdsSearchRequest(correlation_ids=["c"], workflow_names=[name])
    with pytest.raises(NotSupportedByServerError, match="use get_by_correlation_ids_of_workflow"):
        conductor.workflows.get_by_correlation_ids(request)
    with pytest.raises(NotSupportedByServerError, match="use rerun"):
        conductor.workflows.jump_to_task(name, "a")
    with pytest.raises(NotSupportedByServerError, match="use a SET_VARIABLE task"):
        conductor.workflows.update_variables(name, {"a": 1})


def test_the_server_says_which_one_it_is(conductor: Conductor, name: str) -> None:
    info = conductor.server_info()
    assert info.kind == ("embedded" if conductor.settings.transport == "embedded" else "oss")
    assert info.version
    assert info.clock_skew is None or abs(info.clock_skew) < 60
    with pytest.raises(NotSupportedByServerError) as caught:
        conductor.workflows.jump_to_task(name, "a")
    assert caught.value.server == str(info)
