"""Workflows inside workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_embedded.errors import InternalError

if TYPE_CHECKING:
    from plugins.embedded.tests.engine.workbench import Document, Lab


def _register_child(lab: Lab, **fields: object) -> None:
    lab.task_def("work")
    definition = lab.define.workflow(
        lab.define.simple("work"), name="child", outputParameters={"r": "${work.output.r}"}, **fields
    )
    lab.engine.create_workflow_def(definition, overwrite=True)


def _start(lab: Lab, **request: object) -> str:
    _register_child(lab)
    define = lab.define
    tasks = (define.child("sub", "child", p="${workflow.input.p}"), define.simple("after"))
    return lab.start(*tasks, name="parent", request={"input": {"p": 5}, **request})


def _child(lab: Lab, workflow_id: str) -> Document:
    return lab.workflow(lab.task(workflow_id, "sub")["subWorkflowId"])


async def test_a_child_runs_and_hands_its_output_up(lab: Lab) -> None:
    workflow_id = _start(lab, correlationId="order-1", priority=7)
    task, child = lab.task(workflow_id, "sub"), _child(lab, workflow_id)
    assert (task["status"], task["outputData"]) == ("IN_PROGRESS", {"subWorkflowId": child["workflowId"]})
    assert task["inputData"] == {
        "subWorkflowDefinition": None,
        "workflowInput": {"p": 5},
        "subWorkflowTaskToDomain": None,
        "idempotencyKey": None,
        "subWorkflowName": "child",
        "priority": None,
        "subWorkflowVersion": 1,
        "idempotencyStrategy": None,
    }
    assert (child["input"], child["correlationId"], child["priority"]) == ({"p": 5}, "order-1", 0)
    assert (child["parentWorkflowId"], child["parentWorkflowTaskId"]) == (workflow_id, task["taskId"])
    await lab.do("work", output={"r": 1})
    assert lab.task(workflow_id, "sub")["outputData"] == {"subWorkflowId": child["workflowId"], "r": 1}
    assert lab.brief(workflow_id) == [("sub", "COMPLETED"), ("after", "SCHEDULED")]


async def test_a_failed_child_fails_its_task_with_its_reason(lab: Lab) -> None:
    workflow_id = _start(lab)
    await lab.do("work", "FAILED", {"r": 1}, reasonForIncompletion="bad")
    child = _child(lab, workflow_id)
    reason = f"Sub workflow child.1/{child['workflowId']} failure reason: {child['reasonForIncompletion']}"
    assert lab.task(workflow_id, "sub")["reasonForIncompletion"] == reason
    parent = lab.workflow(workflow_id)
    assert (parent["status"], parent["output"]) == ("FAILED", {"subWorkflowId": child["workflowId"], "r": 1})


async def test_a_terminated_child_terminates_the_parent(lab: Lab) -> None:
    workflow_id = _start(lab)
    lab.engine.terminate(_child(lab, workflow_id)["workflowId"], "stop")
    lab.engine.run_due()
    assert lab.brief(workflow_id) == [("sub", "CANCELED")]
    assert lab.status(workflow_id) == "TERMINATED"


async def test_a_parent_that_ends_ends_its_child(lab: Lab) -> None:
    workflow_id = _start(lab)
    lab.engine.terminate(workflow_id, "stop")
    lab.engine.run_due()
    child = _child(lab, workflow_id)
    assert child["status"] == "TERMINATED"
    assert child["reasonForIncompletion"] == "Parent workflow has been terminated with reason: stop"
    assert await lab.idle("work")


async def test_pausing_the_parent_does_not_pause_the_child(lab: Lab) -> None:
    workflow_id = _start(lab)
    lab.engine.pause(workflow_id)
    assert _child(lab, workflow_id)["status"] == "RUNNING"
    await lab.do("work")
    assert lab.brief(workflow_id) == [("sub", "COMPLETED")]
    lab.engine.resume(workflow_id)
    assert lab.brief(workflow_id)[-1] == ("after", "SCHEDULED")


async def test_an_unknown_child_fails_the_task(lab: Lab) -> None:
    sub = lab.define.task("SUB_WORKFLOW", "sub", subWorkflowParam={"name": "nobody", "version": 3})
    workflow_id = lab.start(sub)
    assert lab.brief(workflow_id) == [("sub", "FAILED")]
    assert "name=nobody, version=3" in lab.task(workflow_id, "sub")["reasonForIncompletion"]


async def test_an_unknown_child_of_no_version_is_refused_at_the_start(lab: Lab) -> None:
    with pytest.raises(InternalError, match="The Task nobody defined as a sub-workflow has no workflow definition"):
        lab.start(lab.define.child("sub", "nobody"))


async def test_a_child_can_be_defined_inside(lab: Lab) -> None:
    define = lab.define
    inline = define.workflow(define.simple("work", inputParameters={"q": "${workflow.input.p}"}), name="inside")
    sub = define.task(
        "SUB_WORKFLOW",
        "sub",
        subWorkflowParam={"name": "inside", "workflowDefinition": inline},
        inputParameters={"p": "${workflow.input.p}"},
    )
    workflow_id = lab.start(sub, request={"input": {"p": 3}})
    assert (await lab.poll("work"))["inputData"] == {"q": 3}
    assert _child(lab, workflow_id)["workflowName"] == "inside"


async def test_retrying_the_parent_starts_a_new_child(lab: Lab) -> None:
    workflow_id = _start(lab)
    await lab.do("work", "FAILED")
    first = _child(lab, workflow_id)["workflowId"]
    lab.engine.retry(workflow_id)
    lab.engine.run_due()
    assert _child(lab, workflow_id)["workflowId"] != first
    assert lab.task(workflow_id, "sub")["retryCount"] == 1
    await lab.do("work")
    await lab.do("after")
    assert lab.status(workflow_id) == "COMPLETED"


@pytest.mark.parametrize("called", ["parent", "child"])
async def test_retrying_the_child_revives_the_parent(lab: Lab, called: str) -> None:
    workflow_id = _start(lab)
    await lab.do("work", "FAILED")
    child_id, task_id = _child(lab, workflow_id)["workflowId"], lab.task(workflow_id, "sub")["taskId"]
    if called == "parent":
        lab.engine.retry(workflow_id, resume_subworkflow_tasks=True)
    else:
        lab.engine.retry(child_id)
        lab.engine.run_due()
    assert (lab.status(workflow_id), lab.status(child_id)) == ("RUNNING", "RUNNING")
    assert (lab.task(workflow_id, "sub")["taskId"], lab.brief(workflow_id)) == (task_id, [("sub", "IN_PROGRESS")])
    await lab.do("work")
    await lab.do("after")
    assert lab.status(workflow_id) == "COMPLETED"


async def test_workflows_that_start_each_other_for_ever_do_not_hang_the_start(lab: Lab) -> None:
    definition = lab.define.workflow(lab.define.child("sub", "flow"))
    lab.engine.create_workflow_def(definition)
    workflow_id = lab.engine.start_workflow({"name": "flow"})
    assert lab.status(workflow_id) == "RUNNING"
    lab.engine.terminate(workflow_id)


async def test_a_child_of_a_child_ends_them_all(lab: Lab) -> None:
    _register_child(lab)
    define = lab.define
    lab.engine.create_workflow_def(define.workflow(define.child("sub", "child"), name="middle"))
    workflow_id = lab.start(define.child("sub", "middle"), name="top")
    await lab.do("work", output={"r": 9})
    assert lab.workflow(workflow_id)["output"]["r"] == 9
    assert lab.status(workflow_id) == "COMPLETED"


async def test_effects_for_executions_that_are_gone_do_no_harm(lab: Lab) -> None:
    _register_child(lab)
    parent = lab.define.workflow(lab.define.child("sub", "child"), name="parent")
    lab.engine.create_workflow_def(parent)
    removed = lab.engine.start_workflow({"name": "parent"})
    lab.engine.remove(removed, archive=False)
    terminated = lab.engine.start_workflow({"name": "parent"})
    lab.engine.terminate(terminated)
    lab.engine.run_due()
    assert lab.engine.running("child") == []

    orphaned = lab.start(lab.define.child("sub", "child"), name="parent")
    child_id = _child(lab, orphaned)["workflowId"]
    lab.engine.remove(orphaned, archive=False)
    await lab.do("work")
    assert lab.status(child_id) == "COMPLETED"
    assert lab.store.effects() == []


async def test_a_failure_workflow_that_is_not_there_is_not_started(lab: Lab) -> None:
    lab.task_def("work")
    workflow_id = lab.start(lab.define.simple("work"), failureWorkflow="nobody")
    await lab.do("work", "FAILED")
    assert lab.status(workflow_id) == "FAILED"
    assert lab.store.effects() == []
