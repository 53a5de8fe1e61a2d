"""What programs of the official builders write: the same names of arguments, attributes that are setters, inputs first."""

from __future__ import annotations

import pytest

from conductor_core import Conductor, Settings
from conductor_core.errors import InvalidArgumentError
from conductor_core.models import StartWorkflowRequest, Task, TaskResultStatus, TaskStatus, Workflow, WorkflowStatus
from conductor_workflows import ConductorWorkflow, InlineTask, JavascriptTask, SimpleTask, SwitchTask, WorkflowRun


def test_attributes_that_are_setters_are_kept() -> None:
    task = SimpleTask("charge", "charge_ref")
    task.description = "Takes the money"  # type: ignore[method-assign, assignment]
    task.optional = True  # type: ignore[method-assign, assignment]
    made = task.to_workflow_task()
    assert (made.description, made.optional, task.task_type) == ("Takes the money", True, "SIMPLE")
    with pytest.raises(InvalidArgumentError, match="cache of SimpleTask is a method: call it"):
        task.cache = 5  # type: ignore[method-assign, assignment]


def test_arguments_have_the_names_of_the_official_builders() -> None:
    task = SimpleTask("charge", "charge_ref").input_parameter(key="a", value=1)
    task.cache(cache_key="k", cache_ttl_second=5)
    switch = SwitchTask("route", "${workflow.input.x}").switch_case(case_name="a", tasks=task)
    switch.default_case(tasks=SimpleTask("skip", "skip_ref"))
    workflow = ConductorWorkflow(name="orders").add(task=switch)
    workflow.input_parameters(input_parameters=["x"]).input_template(input_template={"x": 1}).variables(variables={})
    workflow.output_parameters(output_parameters={"a": task.output(json_path="b")}).output_parameter(key="c", value=2)
    workflow.owner_email(owner_email="a@b.c").restartable(restartable=False).enable_status_listener(sink_name="s")
    workflow.timeout_policy(timeout_policy="ALERT_ONLY").timeout_seconds(timeout_seconds=9)
    made = workflow.failure_workflow(failure_workflow="undo").to_workflow_def()
    assert made.output_parameters == {"a": "${charge_ref.output.b}", "c": 2}
    assert (made.timeout_seconds, made.failure_workflow, made.restartable) == (9, "undo", False)
    assert workflow.input(json_path="x") == "${workflow.input.x}"


@pytest.mark.parametrize(
    ("task", "path", "expected"),
    [
        (InlineTask("t", "1"), "result", "${t.output.result}"),
        (InlineTask("t", "1"), "result.a", "${t.output.result.a}"),
        (InlineTask("t", "1"), "results", "${t.output.result.results}"),
        (JavascriptTask("t", "1"), "result", "${t.output.result.result}"),
        (JavascriptTask("t", "1"), "", "${t.output.result}"),
    ],
)
def test_the_value_of_a_script(task: InlineTask, path: str, expected: str) -> None:
    assert task.output(path) == expected


def test_an_input_comes_first_and_a_request_fills_the_rest() -> None:
    settings = Settings(transport="embedded", server_url="embedded://memory/older-arguments")
    with Conductor(settings) as conductor:
        workflow = ConductorWorkflow(conductor, "echo").add(InlineTask("one", "$.a", {"a": "${workflow.input.a}"}))
        run = workflow.execute({"a": 3})
        assert run.output == {"result": 3}
        started = workflow.start_workflow(StartWorkflowRequest(name="other", input={"a": 4}, correlation_id="c"))
        found = conductor.workflows.wait_for_workflow(started, timeout=20)
        assert (found.workflow_name, found.correlation_id, found.output) == ("echo", "c", {"result": 4})
        again = workflow.start_workflow_with_input({"a": 5}, idempotency_key="i-1")
        assert conductor.workflows.get_workflow(again).input == {"a": 5}


@pytest.mark.parametrize("kind", [Workflow, WorkflowRun])
def test_what_an_execution_is_asked(kind: type[Workflow | WorkflowRun]) -> None:
    tasks = [
        Task(task_def_name="charge", reference_task_name="one", status=TaskStatus.COMPLETED, task_id="1"),
        Task(task_def_name="charge", reference_task_name="two", status=TaskStatus.IN_PROGRESS, task_id="2"),
    ]
    run = kind(status=WorkflowStatus.RUNNING, tasks=tasks)
    assert (run.is_running(), run.is_completed(), run.is_successful()) == (True, False, False)
    assert run.current_task is tasks[1]
    assert (run.get_task("charge"), run.get_task(task_reference_name="one")) == (tasks[1], tasks[0])
    assert run.get_task("none") is None
    with pytest.raises(InvalidArgumentError, match="exactly one of them"):
        run.get_task()
    ended = kind(status=WorkflowStatus.FAILED)
    assert (ended.is_running(), ended.is_completed(), ended.is_successful(), ended.current_task) == (
        False,
        True,
        False,
        None,
    )
    result = tasks[1].to_task_result(TaskResultStatus.FAILED)
    assert (result.task_id, result.status) == ("2", "FAILED")
