"""Every client method that the servers offer, called for real; what comes back is looked at, not just its status."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conductor_core import Conductor, Settings, Task, TaskDef, TaskResult, WorkflowDef
from conductor_core._endpoint import endpoints_of
from conductor_core.errors import BadRequestError, ConflictError, NotFoundError, NotSupportedByServerError
from conductor_core.models import TaskResultStatus, TaskStatus
from conductor_tasks import PollData
from conductor_workflows import (
    ConductorWorkflow,
    CorrelationIdsSearchRequest,
    RerunWorkflowRequest,
    SimpleTask,
    SkipTaskRequest,
    StartWorkflowRequest,
)
from tests.contract import _spec
from tests.contract._calls import all_sent, clients

if TYPE_CHECKING:
    from collections.abc import Iterator

DONE = TaskResultStatus.COMPLETED
PATIENCE = 60.0


@pytest.fixture
def conductor(conductor_settings: Settings) -> Iterator[Conductor]:
    with Conductor(conductor_settings) as connected:
        yield connected


@pytest.fixture
def name() -> str:
    """A name that nothing else has."""
    return f"clients_{uuid.uuid4().hex[:12]}"


@pytest.fixture
def flow(conductor: Conductor, name: str) -> ConductorWorkflow:
    """A registered workflow of two worker tasks, the second of which may be retried once at once."""
    conductor.metadata.register_tasks(
        [TaskDef(name=f"{name}_a", retry_count=0), TaskDef(name=f"{name}_b", retry_count=0)]
    )
    workflow = ConductorWorkflow(conductor, name=name, version=2)
    first = SimpleTask(f"{name}_a", "a", inputs={"n": workflow.input("n")})
    workflow >>= first
    workflow >>= SimpleTask(f"{name}_b", "b", inputs={"n": first.output("n")})
    conductor.workflows.register_workflow(workflow.output_parameters({"n": first.output("n")}), overwrite=True)
    return workflow


def start(conductor: Conductor, name: str, **fields: object) -> str:
    request = {"name": name, "input": {"n": 1}, "correlationId": name, **fields}
    return conductor.workflows.start_workflow(StartWorkflowRequest.model_validate(request))


def polled(conductor: Conductor, task_type: str) -> Task:
    """The next task of a type, which the server may take a moment to schedule."""
    for _ in range(40):
        tasks = conductor.tasks.batch_poll(task_type, count=1, timeout=500, worker_id="me")
        if tasks:
            return tasks[0]
    raise AssertionError(f"nothing to poll for {task_type}")


def result(task: Task, status: TaskResultStatus = DONE, **output: object) -> TaskResult:
    ids = {"task_id": task.task_id, "workflow_instance_id": task.workflow_instance_id}
    return TaskResult(**ids, status=status, output_data=output)  # type: ignore[arg-type]  # two of the text fields


def found(conductor: Conductor, query: str) -> list[str]:
    """Ids of executions, once the index has them."""
    deadline = time.monotonic() + PATIENCE
    while True:
        hits = conductor.workflows.search(query, size=10, sort="startTime:DESC").results
        if hits or time.monotonic() > deadline:
            return [hit.workflow_id for hit in hits]


def test_metadata_of_tasks(conductor: Conductor, name: str) -> None:
    metadata = conductor.metadata
    metadata.register_task(TaskDef(name=name, retry_count=7, backoff_jitter_ms=5))
    assert metadata.get_task(name).retry_count == 7
    metadata.update_task(TaskDef(name=name, retry_count=8))
    assert name in {definition.name for definition in metadata.get_all_task_defs()}
    assert metadata.register_or_update_task_def(TaskDef(name=name, retry_count=9), overwrite=False) is False
    assert metadata.get_task(name).retry_count == 8
    assert metadata.register_or_update_task_def(TaskDef(name=name, retry_count=9)) is True
    assert metadata.get_task(name).retry_count == 9
    metadata.unregister_task(name)
    with pytest.raises(NotFoundError):
        metadata.get_task(name)
    with pytest.raises(NotFoundError):
        metadata.update_task(TaskDef(name=name))
    with pytest.raises(BadRequestError):
        metadata.register_tasks([])


def test_metadata_of_workflows(conductor: Conductor, flow: ConductorWorkflow, name: str) -> None:
    metadata = conductor.metadata
    definition = flow.to_workflow_def()
    with pytest.raises(ConflictError):
        metadata.register_workflow_def(flow, overwrite=False)
    assert metadata.update_workflow_defs([definition.model_copy(update={"version": 5})]).bulk_successful_results == [
        name
    ]
    assert metadata.get_workflow_def(name).version == 5
    stored = metadata.get_workflow_def(name, 2)
    assert [task.task_reference_name for task in stored.tasks] == ["a", "b"]
    versions = {d.version for d in metadata.get_all_workflow_defs() if d.name == name}
    assert versions == {version.version for version in metadata.get_workflow_versions(name)} == {2, 5}
    assert [d.version for d in metadata.get_latest_workflow_defs() if d.name == name] == [5]
    metadata.validate_workflow_def(definition)
    with pytest.raises(BadRequestError) as refused:
        metadata.validate_workflow_def(WorkflowDef(name=name))
    assert refused.value.validation_errors
    metadata.unregister_workflow(name, 5)
    assert metadata.get_workflow_def(name).version == 2


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


def test_every_method_is_called_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    names = {name for api in clients().values() for name in endpoints_of(api)}
    served = {sent.method for sent in all_sent() if _spec.served_by_open_source()[sent.key]}
    lacking = {sent.method for sent in all_sent()} - served
    assert served <= names
    assert {name for name in names - lacking if f".{name}(" not in text} == set()
