"""What a builder's definition holds, without any server."""

from __future__ import annotations

import pytest

from conductor_core.errors import InvalidArgumentError
from conductor_core.models import WorkflowTask
from conductor_workflows import (
    ConductorWorkflow,
    InlineSubWorkflowTask,
    InlineTask,
    JavascriptTask,
    SetVariableTask,
    SimpleTask,
    SubWorkflowTask,
    TaskBuilder,
    TerminateTask,
)


def workflow(name: str = "orders") -> ConductorWorkflow:
    return ConductorWorkflow(name=name)


def document(builder: TaskBuilder) -> dict[str, object]:
    return builder.to_workflow_task().to_wire()


def test_arrows_append_one_task_after_the_other_to_the_same_workflow() -> None:
    flow = workflow()
    assert flow >> SimpleTask("a", "a") is flow
    assert flow >> SimpleTask("b", "b") >> SimpleTask("c", "c") is flow
    flow >>= SimpleTask("d", "d")
    assert [task.task_reference_name for task in flow.to_workflow_def().tasks] == ["a", "b", "c", "d"]


def test_the_smallest_definition() -> None:
    flow = workflow() >> SimpleTask("charge", "pay")
    assert flow.to_workflow_def().to_wire() == {
        "name": "orders",
        "version": 1,
        "schemaVersion": 2,
        "tasks": [{"name": "charge", "taskReferenceName": "pay", "type": "SIMPLE", "inputParameters": {}}],
        "inputParameters": [],
        "inputTemplate": {},
        "outputParameters": {},
        "variables": {},
        "timeoutSeconds": 0,
    }


def test_every_setter_returns_the_builder_and_reaches_the_definition() -> None:
    flow = ConductorWorkflow(name="orders", version=3, description="Ships orders.") >> SimpleTask("charge", "pay")
    same = (
        flow.input_parameters(["amount"])
        .input_template({"currency": "EUR"})
        .output_parameters({"a": 1})
        .output_parameter("b", 2)
        .variables({"tries": 0})
        .timeout_policy("TIME_OUT_WF", 90)
        .failure_workflow("undo")
        .restartable(restartable=False)
        .owner_email("orders@example.com")
        .enable_status_listener("kafka:orders")
    )
    assert same is flow
    found = flow.to_workflow_def().to_wire()
    del found["tasks"]
    assert found == {
        "name": "orders",
        "version": 3,
        "description": "Ships orders.",
        "schemaVersion": 2,
        "inputParameters": ["amount"],
        "inputTemplate": {"currency": "EUR"},
        "outputParameters": {"a": 1, "b": 2},
        "variables": {"tries": 0},
        "timeoutPolicy": "TIME_OUT_WF",
        "timeoutSeconds": 90,
        "failureWorkflow": "undo",
        "restartable": False,
        "ownerEmail": "orders@example.com",
        "workflowStatusListenerEnabled": True,
        "workflowStatusListenerSink": "kafka:orders",
    }


def test_setters_can_take_things_back_and_still_chain() -> None:
    flow = workflow() >> SimpleTask("charge", "pay")
    flow.enable_status_listener("x").output_parameters({"a": 1}).variables({"b": 1}).workflow_input({"c": 1})
    assert flow.disable_status_listener().output_parameters(None).variables(None).input_template(None) is flow
    found = flow.to_workflow_def()
    assert found.workflow_status_listener_enabled is False
    assert found.workflow_status_listener_sink is None
    assert (found.output_parameters, found.variables, found.input_template) == ({}, {}, {})


def test_name_and_version_can_be_set_later() -> None:
    flow = workflow() >> SimpleTask("charge", "pay")
    flow.version, flow.name, flow.description = 7, "returns", "Takes orders back."
    found = flow.to_workflow_def()
    assert (found.name, found.version, found.description) == ("returns", 7, "Takes orders back.")


def test_add_takes_one_task_or_several_in_order() -> None:
    flow = workflow().add(SimpleTask("a", "a")).add([SimpleTask("b", "b"), SimpleTask("c", "c")])
    assert [task.task_reference_name for task in flow.to_workflow_def().tasks] == ["a", "b", "c"]


def test_a_definition_does_not_change_with_its_builder() -> None:
    task = SimpleTask("charge", "pay", inputs={"nested": {"amount": 1}})
    flow = (workflow() >> task).output_parameters({"a": [1]})
    before = flow.to_workflow_def()
    task.input_parameters["nested"]["amount"] = 2
    flow.output_parameter("a", [2])
    assert before.tasks[0].input_parameters == {"nested": {"amount": 1}}
    assert before.output_parameters == {"a": [1]}
    assert flow.to_workflow_def().tasks[0].input_parameters == {"nested": {"amount": 2}}


def test_common_settings_of_a_task() -> None:
    task = SimpleTask("charge", "pay").input_parameter("a", 1).input_map({"b": 2}).description("Takes money.")
    assert task.optional().start_delay(5).cache("${workflow.input.id}", 60).retry_count(4) is task
    assert document(task) == {
        "name": "charge",
        "taskReferenceName": "pay",
        "type": "SIMPLE",
        "description": "Takes money.",
        "inputParameters": {"a": 1, "b": 2},
        "optional": True,
        "startDelay": 5,
        "retryCount": 4,
        "cacheConfig": {"key": "${workflow.input.id}", "ttlInSecond": 60},
    }


def test_a_cache_key_given_to_the_constructor_reaches_the_definition() -> None:
    task = SimpleTask("charge", "pay", cache_key="${workflow.input.id}", cache_ttl_seconds=60)
    assert document(task)["cacheConfig"] == {"key": "${workflow.input.id}", "ttlInSecond": 60}
    with pytest.raises(InvalidArgumentError, match="cache_ttl_seconds of task 'pay' must be above 0"):
        SimpleTask("charge", "pay", cache_key="k")


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (
            InlineTask("sum", "$.a + 1", {"a": 1}),
            {"type": "INLINE", "inputParameters": {"a": 1, "evaluatorType": "graaljs", "expression": "$.a + 1"}},
        ),
        (
            JavascriptTask("sum", "1", evaluator_type="javascript"),
            {"type": "INLINE", "inputParameters": {"evaluatorType": "javascript", "expression": "1"}},
        ),
        (SetVariableTask("keep", {"a": 1}), {"type": "SET_VARIABLE", "inputParameters": {"a": 1}}),
        (
            TerminateTask("stop", "FAILED", "too late", workflow_output={"a": 1}),
            {
                "type": "TERMINATE",
                "inputParameters": {
                    "terminationStatus": "FAILED",
                    "terminationReason": "too late",
                    "workflowOutput": {"a": 1},
                },
            },
        ),
        (
            SubWorkflowTask("child", "returns", 2, {"*": "eu"}, inputs={"a": 1}),
            {
                "name": "returns",
                "type": "SUB_WORKFLOW",
                "inputParameters": {"a": 1},
                "subWorkflowParam": {"name": "returns", "version": 2, "taskToDomain": {"*": "eu"}},
            },
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, TaskBuilder) else "",
)
def test_documents_of_system_tasks(task: TaskBuilder, expected: dict[str, object]) -> None:
    ref = task.task_reference_name
    assert document(task) == {"name": ref, "taskReferenceName": ref, **expected}


def test_a_workflow_inside_another_one() -> None:
    child = ConductorWorkflow(name="child", version=4) >> SimpleTask("pack", "pack")
    flow = workflow() >> child >> child.to_sub_workflow_task("again", {"a": 1})
    first, second = flow.to_workflow_def().tasks
    assert (first.name, first.task_reference_name, first.type) == ("child", "child", "SUB_WORKFLOW")
    assert (second.task_reference_name, second.input_parameters) == ("again", {"a": 1})
    expected = {"name": "child", "version": 4, "workflowDefinition": child.to_workflow_def().to_wire()}
    assert first.sub_workflow_param == second.sub_workflow_param == expected
    assert InlineSubWorkflowTask("x", child.to_workflow_def()).to_workflow_task().sub_workflow_param == expected


class Worker:
    """What a decorated worker's call looks like to a builder."""

    def to_workflow_task(self) -> WorkflowTask:
        return WorkflowTask(name="greet", task_reference_name="hello", input_parameters={"name": "Ada"})


def test_anything_that_says_what_task_it_is_can_be_appended() -> None:
    flow = workflow() >> Worker() >> [Worker(), SimpleTask("a", "a")]
    with pytest.raises(InvalidArgumentError, match="two tasks with the reference name 'hello'"):
        flow.to_workflow_def()
    assert (workflow() >> Worker()).to_workflow_def().tasks == [Worker().to_workflow_task()]


@pytest.mark.parametrize("wrong", ["charge", 17, None, Worker, [[SimpleTask("a", "a"), 17]], {"a": 1}, []])
def test_what_is_no_task_is_refused_at_once(wrong: object) -> None:
    with pytest.raises(InvalidArgumentError):
        _ = workflow() >> wrong  # type: ignore[operator]


def test_mistakes_are_named() -> None:
    with pytest.raises(InvalidArgumentError, match="name of ConductorWorkflow must be text that is not empty"):
        ConductorWorkflow()
    with pytest.raises(InvalidArgumentError, match="workflow 'orders' has no task"):
        workflow().to_workflow_def()
    with pytest.raises(InvalidArgumentError, match="task_ref_name of SimpleTask must be text"):
        SimpleTask("charge", "")
    with pytest.raises(InvalidArgumentError, match="status of task 'x' must be one of COMPLETED, FAILED, TERMINATED"):
        TerminateTask("x", "DONE")  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentError, match="script of task 'x'"):
        InlineTask("x", " ")
    flow = workflow()
    with pytest.raises(InvalidArgumentError, match="cannot hold itself"):
        _ = flow >> flow
