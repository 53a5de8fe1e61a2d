"""Loops and what is made while a workflow runs, beyond what the real server can show."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from plugins.embedded.tests.engine.workbench import Document, Lab

if TYPE_CHECKING:
    from pathlib import Path


def body(lab: Lab) -> Document:
    """A script as the body of a loop."""
    return lab.define.task("INLINE", "x", inputParameters={"expression": "$.n", "n": "${loop.output.iteration}"})


async def test_a_loop_without_end_leaves_time_for_others() -> None:
    lab = Lab()
    endless = lab.define.task("DO_WHILE", "loop", loopCondition="true", loopOver=[body(lab)])
    lab.engine.create_workflow_def(lab.define.workflow({**endless, "inputParameters": {"keepLastN": 3}}))
    workflow_id = lab.engine.start_workflow({"name": "flow"})
    first = lab.task(workflow_id, "loop")["iteration"]
    assert first > 100
    lab.engine.advance(0.005)
    assert lab.task(workflow_id, "loop")["iteration"] > first
    assert len(lab.tasks(workflow_id)) <= 5
    lab.engine.terminate(workflow_id, "enough")
    assert lab.status(workflow_id) == "TERMINATED"
    lab.engine.advance(1)
    await lab.engine.stop()


def test_a_long_loop_takes_smaller_steps() -> None:
    lab = Lab()
    endless = lab.define.task("DO_WHILE", "loop", loopCondition="true", loopOver=[body(lab)])
    workflow_id = lab.start(endless)
    steps = [lab.task(workflow_id, "loop")["iteration"]]
    for _ in range(4):
        lab.engine.advance(0.001)
        steps.append(lab.task(workflow_id, "loop")["iteration"])
    taken = [after - before for before, after in itertools.pairwise(steps)]
    assert min(taken) > 0
    assert max(taken) < steps[0]
    assert taken[-1] < taken[0]


def test_many_iterations_end_in_the_background() -> None:
    lab = Lab()
    workflow_id = lab.start(lab.define.loop("loop", 1200, body(lab), keep=1))
    lab.engine.advance(1)
    assert (lab.status(workflow_id), lab.task(workflow_id, "loop")["iteration"]) == ("COMPLETED", 1200)
    assert lab.task(workflow_id, "loop")["outputData"] == {"iteration": 1200, "1200": {"x": {"result": 1200}}}


def test_a_loop_inside_a_loop_says_what_to_do() -> None:
    lab = Lab()
    inner = lab.define.loop("inner", 2, body(lab))
    workflow_id = lab.start(lab.define.loop("loop", 2, inner))
    assert lab.status(workflow_id) == "FAILED"
    assert "needs a SUB_WORKFLOW around it" in lab.workflow(workflow_id)["reasonForIncompletion"]


async def test_a_loop_goes_on_after_the_file_is_opened_again(tmp_path: Path) -> None:
    path = str(tmp_path / "engine.db")
    lab = Lab(path)
    lab.task_def("a", retryCount=1)
    fork = lab.define.dynamic_fork("fork", "b", [{"n": 1}, {"n": 2}])
    workflow_id = lab.start(lab.define.loop("loop", 2, lab.define.simple("a"), *fork))
    await lab.do("a")
    await lab.do("b")
    await lab.engine.stop()
    lab = Lab(path, seed=2)
    await lab.do("b")
    await lab.do("a", "FAILED")
    await lab.do("a")
    for _ in range(2):
        await lab.do("b", output={"done": True})
    assert lab.status(workflow_id) == "COMPLETED"
    assert lab.task(workflow_id, "fork_join__2")["outputData"] == {
        "_fork_b_0__2": {"done": True},
        "_fork_b_1__2": {"done": True},
    }
    await lab.engine.stop()


async def test_a_branch_of_a_dynamic_fork_keeps_its_definition() -> None:
    lab = Lab()
    lab.task_def("b", retryCount=1, retryDelaySeconds=5, responseTimeoutSeconds=7)
    workflow_id = lab.start(*lab.define.dynamic_fork("fork", "b", ["x"]))
    task = await lab.poll("b")
    assert (task["inputData"], task["responseTimeoutSeconds"]) == ({"input": "x", "__index": 0}, 7)
    lab.engine.advance(8)
    assert [status for ref, status in lab.brief(workflow_id) if ref == "_b_0"] == ["TIMED_OUT", "SCHEDULED"]
    lab.engine.advance(5)
    await lab.do("b", output={"n": 1})
    assert lab.task(workflow_id, "fork_join")["outputData"] == {"_b_0": {"n": 1}}


async def test_a_rerun_inside_a_loop_goes_on_from_there() -> None:
    lab = Lab()
    lab.task_def("a")
    workflow_id = lab.start(lab.define.loop("loop", 3, lab.define.simple("a")), lab.define.simple("end"))
    for number in (1, 2, 3):
        await lab.do("a", output={"n": number})
    await lab.do("end")
    second = lab.task(workflow_id, "a__2")["taskId"]
    lab.engine.rerun(workflow_id, {"reRunFromTaskId": second})
    loop = lab.task(workflow_id, "loop")
    assert (loop["status"], loop["iteration"]) == ("IN_PROGRESS", 2)
    assert loop["outputData"] == {"iteration": 2, "1": {"a": {"n": 1}}}
    for number in (20, 30):
        await lab.do("a", output={"n": number})
    await lab.do("end")
    assert lab.status(workflow_id) == "COMPLETED"
    assert lab.task(workflow_id, "loop")["outputData"]["3"] == {"a": {"n": 30}}


async def test_a_rerun_of_a_loop_begins_with_its_first_iteration() -> None:
    lab = Lab()
    lab.task_def("a")
    workflow_id = lab.start(lab.define.loop("loop", 2, lab.define.simple("a")), lab.define.simple("end"))
    for ref in ("a", "a", "end"):
        await lab.do(ref)
    lab.engine.rerun(workflow_id, {"reRunFromTaskId": lab.task(workflow_id, "loop")["taskId"]})
    assert lab.brief(workflow_id) == [("loop", "IN_PROGRESS"), ("a__1", "SCHEDULED")]
    for ref in ("a", "a", "end"):
        await lab.do(ref)
    assert lab.status(workflow_id) == "COMPLETED"
    assert lab.task(workflow_id, "loop")["iteration"] == 2


async def test_a_rerun_inside_a_dynamic_fork_makes_the_other_branches_again() -> None:
    lab = Lab()
    lab.task_def("b")
    workflow_id = lab.start(*lab.define.dynamic_fork("fork", "b", [1, 2]))
    for _ in range(2):
        await lab.do("b")
    assert lab.status(workflow_id) == "COMPLETED"
    lab.engine.rerun(workflow_id, {"reRunFromTaskId": lab.task(workflow_id, "_b_0")["taskId"]})
    for number in range(2):
        await lab.do("b", output={"n": number})
    assert lab.status(workflow_id) == "COMPLETED"
    assert set(lab.workflow(workflow_id)["output"]) == {"_b_0", "_b_1"}


@pytest.mark.parametrize("inputs", ["text", None, 3])
def test_a_dynamic_fork_over_no_list_ends_the_workflow(inputs: object) -> None:
    lab = Lab()
    workflow_id = lab.start(*lab.define.dynamic_fork("fork", "b", inputs))
    assert lab.status(workflow_id) == "FAILED"
    assert "forkTaskInputs of fork is not a list" in lab.workflow(workflow_id)["reasonForIncompletion"]


async def test_a_rehearsal_asks_nobody_outside(tmp_path: Path) -> None:
    path = str(tmp_path / "engine.db")
    lab = Lab(path)
    call = lab.define.task("HTTP", "call", inputParameters={"uri": "http://127.0.0.1:1", "method": "GET"})
    start = lab.define.task("START_WORKFLOW", "start", inputParameters={"startWorkflow": {"name": "other"}})
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.simple("x"), name="other"))
    lab.engine.create_workflow_def(lab.define.workflow(start, lab.define.simple("a"), call))
    started: Document = {"status": "COMPLETED", "output": {"workflowId": "pretended"}}
    request: Document = {"name": "flow", "taskRefToMockOutput": {"start": [started], "a": [{"status": "COMPLETED"}]}}
    workflow_id = lab.engine.rehearse_workflow(request)
    assert lab.brief(workflow_id) == [("start", "COMPLETED"), ("a", "COMPLETED"), ("call", "SCHEDULED")]
    assert lab.engine.running("other") == []
    await lab.engine.stop()
    again = Lab(path, seed=2)
    again.engine.run_due()
    assert again.brief(workflow_id)[-1] == ("call", "SCHEDULED")
    assert await again.idle("a")
    await again.engine.stop()
