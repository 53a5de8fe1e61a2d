"""Executions that have ended and go on, where branches, children and parents are concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conductor_embedded.errors import Conflict, InternalError

if TYPE_CHECKING:
    from plugins.embedded.tests.engine.workbench import Document, Lab


def _attempts(lab: Lab, workflow_id: str) -> list[tuple[Any, ...]]:
    return [(task["referenceTaskName"], task["status"], task["retryCount"]) for task in lab.tasks(workflow_id)]


def _define(lab: Lab, name: str, *tasks: Document) -> None:
    lab.engine.create_workflow_def(lab.define.workflow(*tasks, name=name))


def _parent(lab: Lab, *branches: list[Document]) -> str:
    return lab.start(*lab.define.fork("f", *branches), name="parent")


async def test_a_retry_goes_on_in_nested_forks(lab: Lab) -> None:
    inner = [*lab.define.fork("inner", [lab.define.simple("x")], [lab.define.simple("y")]), lab.define.simple("t")]
    workflow_id = lab.start(*lab.define.fork("outer", inner, [lab.define.simple("z")]))
    await lab.do("y", output={"of": "y"})
    await lab.do("x", "FAILED_WITH_TERMINAL_ERROR")
    lab.engine.retry(workflow_id)
    for name in ("z", "x", "t"):
        await lab.do(name, output={"of": name})
    assert lab.status(workflow_id) == "COMPLETED"
    assert lab.task(workflow_id, "inner_join")["outputData"] == {"x": {"of": "x"}, "y": {"of": "y"}}
    assert ("y", "COMPLETED", 0) in _attempts(lab, workflow_id)


async def test_a_retried_child_opens_what_its_parent_had_canceled(lab: Lab) -> None:
    _define(lab, "child", lab.define.simple("x"))
    branches = [lab.define.child("c", "child")], [lab.define.simple("b")], [lab.define.wait("w", duration="1h")]
    workflow_id = _parent(lab, *branches)
    await lab.do("x", "FAILED_WITH_TERMINAL_ERROR")
    assert lab.status(workflow_id) == "FAILED"
    lab.engine.retry(lab.task(workflow_id, "c")["subWorkflowId"])
    lab.engine.run_due()
    states = _attempts(lab, workflow_id)
    assert states[1:4] == [("c", "IN_PROGRESS", 0), ("b", "SCHEDULED", 1), ("w", "IN_PROGRESS", 1)]
    await lab.do("x")
    await lab.do("b")
    assert lab.status(workflow_id) == "RUNNING"
    lab.engine.advance(3600)
    assert lab.status(workflow_id) == "COMPLETED"


async def test_a_sibling_in_which_nothing_can_be_tried_again_ends_the_parent(lab: Lab) -> None:
    stop = lab.define.task("TERMINATE", "stop", inputParameters={"terminationStatus": "FAILED"})
    _define(lab, "first", lab.define.simple("x"))
    _define(lab, "second", lab.define.simple("y"), stop)
    tasks = [lab.define.child("one", "first")], [{**lab.define.child("two", "second"), "permissive": True}]
    workflow_id = _parent(lab, *tasks)
    await lab.do("y")
    await lab.do("x", "FAILED_WITH_TERMINAL_ERROR")
    assert lab.status(workflow_id) == "FAILED"
    lab.engine.retry(lab.task(workflow_id, "one")["subWorkflowId"])
    lab.engine.run_due()
    await lab.do("x")
    assert lab.status(workflow_id) == "FAILED"
    assert lab.task(workflow_id, "two")["status"] == "FAILED"


async def test_a_rerun_of_a_finished_child_opens_its_finished_parent(lab: Lab) -> None:
    _define(lab, "child", lab.define.simple("x"))
    workflow_id = lab.start(lab.define.child("c", "child"), lab.define.simple("end"), name="parent")
    await lab.do("x", output={"n": 1})
    await lab.do("end")
    child = lab.task(workflow_id, "c")["subWorkflowId"]
    lab.engine.rerun(workflow_id, {"reRunFromTaskId": lab.task(child, "x")["taskId"]})
    assert lab.brief(workflow_id) == [("c", "IN_PROGRESS"), ("end", "COMPLETED")]
    await lab.do("x", output={"n": 2})
    assert lab.status(workflow_id) == "COMPLETED"
    assert lab.task(workflow_id, "c")["outputData"]["n"] == 2


async def test_a_rerun_from_a_child_takes_back_what_came_behind_it(lab: Lab) -> None:
    _define(lab, "child", lab.define.simple("x"))
    tasks = lab.define.fork("f", [lab.define.child("c", "child")], [lab.define.simple("b")])
    workflow_id = lab.start(*tasks, lab.define.simple("end"), name="parent")
    for name in ("x", "b", "end"):
        await lab.do(name)
    lab.engine.rerun(workflow_id, {"reRunFromTaskId": lab.task(workflow_id, "c")["taskId"]})
    lab.engine.run_due()
    states = [("f", "COMPLETED"), ("c", "IN_PROGRESS"), ("b", "COMPLETED"), ("f_join", "IN_PROGRESS")]
    assert lab.brief(workflow_id) == states
    for name in ("x", "end"):
        await lab.do(name)
    assert lab.status(workflow_id) == "COMPLETED"


async def test_a_rerun_through_a_running_parent_is_refused(lab: Lab) -> None:
    _define(lab, "child", lab.define.simple("x"))
    workflow_id = lab.start(lab.define.child("c", "child"), lab.define.simple("end"), name="parent")
    await lab.do("x")
    child = lab.task(workflow_id, "c")["subWorkflowId"]
    with pytest.raises(Conflict, match="is not in terminal state, unable to rerun"):
        lab.engine.rerun(workflow_id, {"reRunFromTaskId": lab.task(child, "x")["taskId"]})


def test_an_optional_loop_in_a_loop_does_not_go_on_for_ever(lab: Lab) -> None:
    inner = {**lab.define.loop("inner", 2, lab.define.task("NOOP", "n")), "optional": True}
    workflow_id = lab.start(lab.define.loop("outer", 2, inner))
    assert lab.status(workflow_id) == "COMPLETED"
    assert lab.task(workflow_id, "inner__2")["status"] == "COMPLETED_WITH_ERRORS"
    assert "needs a SUB_WORKFLOW around it" in lab.task(workflow_id, "inner__2")["reasonForIncompletion"]


def test_payloads_that_are_elsewhere_are_refused(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"))
    with pytest.raises(InternalError, match="has no external storage, put the input into the request"):
        lab.engine.start_workflow({"name": "flow", "externalInputPayloadStoragePath": "x.json"})
    ids = {"taskId": lab.task(workflow_id, "a")["taskId"], "workflowInstanceId": workflow_id, "status": "COMPLETED"}
    with pytest.raises(InternalError, match="put the output into the result"):
        lab.engine.update_task({**ids, "externalOutputPayloadStoragePath": "x.json"})


async def test_a_task_that_only_servers_run_says_so_until_a_worker_takes_it(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.task("LLM_CHAT_COMPLETE", "chat"))
    reason = (
        "The embedded engine does not run LLM_CHAT_COMPLETE tasks: a worker of that type has to, or a Conductor server"
    )
    assert lab.task(workflow_id, "chat")["reasonForIncompletion"] == reason
    await lab.do("LLM_CHAT_COMPLETE", output={"result": "hello"})
    task = lab.task(workflow_id, "chat")
    assert (task["status"], task.get("reasonForIncompletion")) == ("COMPLETED", None)
