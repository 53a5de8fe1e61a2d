"""What users do with executions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_embedded.errors import Conflict, EngineError, InternalError, InvalidRequest, NotFound

if TYPE_CHECKING:
    from plugins.embedded.tests.engine.workbench import Document, Lab


async def _failed(lab: Lab) -> str:
    lab.task_def("b")
    workflow_id = lab.start(lab.define.simple("a"), lab.define.simple("b"), request={"input": {"x": 1}})
    await lab.do("a")
    await lab.do("b", "FAILED", reasonForIncompletion="broken")
    return workflow_id


async def test_a_paused_execution_takes_results_but_schedules_nothing(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"), lab.define.simple("b"))
    lab.engine.pause(workflow_id)
    lab.engine.pause(workflow_id)
    await lab.do("a")
    assert lab.brief(workflow_id) == [("a", "COMPLETED")]
    assert lab.status(workflow_id) == "PAUSED"
    lab.engine.advance(1)
    lab.engine.resume(workflow_id)
    assert lab.brief(workflow_id) == [("a", "COMPLETED"), ("b", "SCHEDULED")]
    assert lab.workflow(workflow_id)["lastRetriedTime"] == lab.clock.now_ms()


async def test_a_paused_execution_knows_no_task_timeouts(lab: Lab) -> None:
    lab.task_def("a", responseTimeoutSeconds=1)
    workflow_id = lab.start(lab.define.simple("a"))
    await lab.poll("a")
    lab.engine.pause(workflow_id)
    lab.engine.advance(100)
    assert lab.task(workflow_id, "a")["status"] == "IN_PROGRESS"
    lab.engine.resume(workflow_id)
    assert lab.status(workflow_id) == "TIMED_OUT"


async def test_pause_and_resume_refuse_the_wrong_state(lab: Lab) -> None:
    workflow_id = await _failed(lab)
    with pytest.raises(Conflict, match=f"Workflow flow.1/{workflow_id} has ended, status cannot be updated."):
        lab.engine.pause(workflow_id)
    with pytest.raises(InternalError, match=r"is not PAUSED so cannot resume\. Current status is FAILED"):
        lab.engine.resume(workflow_id)


async def test_terminate_cancels_and_repeats_without_effect(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"))
    lab.engine.terminate(workflow_id, "enough")
    lab.engine.terminate(workflow_id, "again")
    done = lab.workflow(workflow_id)
    assert (done["status"], done["reasonForIncompletion"]) == ("TERMINATED", "enough")
    assert lab.brief(workflow_id) == [("a", "CANCELED")]
    assert "reasonForIncompletion" not in lab.task(workflow_id, "a")
    complete = lab.start()
    with pytest.raises(Conflict, match="Cannot terminate a COMPLETED workflow"):
        lab.engine.terminate(complete)


async def test_restart_begins_again_with_the_same_id(lab: Lab) -> None:
    workflow_id = await _failed(lab)
    lab.engine.advance(5)
    lab.engine.restart(workflow_id)
    again = lab.workflow(workflow_id)
    assert (again["status"], again["input"], again["startTime"]) == ("RUNNING", {"x": 1}, lab.clock.now_ms())
    assert [(task["referenceTaskName"], task["seq"]) for task in lab.tasks(workflow_id)] == [("a", 1)]
    assert again["failedReferenceTaskNames"] == ["b"]
    with pytest.raises(Conflict, match=f"flow.1/{workflow_id}.RUNNING is not in terminal state, unable to restart"):
        lab.engine.restart(workflow_id)


async def test_restart_keeps_the_definition_unless_asked_for_the_latest(lab: Lab) -> None:
    workflow_id = await _failed(lab)
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.simple("new")), overwrite=True)
    lab.engine.restart(workflow_id)
    assert lab.brief(workflow_id) == [("a", "SCHEDULED")]
    lab.engine.terminate(workflow_id)
    lab.engine.restart(workflow_id, use_latest=True)
    assert lab.brief(workflow_id) == [("new", "SCHEDULED")]


async def test_what_is_not_restartable_is_refused(lab: Lab) -> None:
    workflow_id = lab.start(restartable=False)
    with pytest.raises(NotFound, match="is non-restartable"):
        lab.engine.restart(workflow_id)


async def test_retry_makes_a_new_attempt_of_what_failed(lab: Lab) -> None:
    workflow_id = await _failed(lab)
    lab.engine.retry(workflow_id)
    _, old, new = lab.tasks(workflow_id)
    assert (old["status"], old["retried"], old["executed"]) == ("FAILED", True, True)
    assert (new["status"], new["retryCount"], new["retriedTaskId"]) == ("SCHEDULED", 1, old["taskId"])
    assert "reasonForIncompletion" not in new
    assert "reasonForIncompletion" not in lab.workflow(workflow_id)
    with pytest.raises(NotFound, match=r"Workflow is still running\.  status=RUNNING"):
        lab.engine.retry(workflow_id)
    await lab.do("b")
    assert lab.status(workflow_id) == "COMPLETED"
    with pytest.raises(Conflict, match="There are no retryable tasks"):
        lab.engine.retry(workflow_id)


async def test_retry_opens_a_join_and_repeats_canceled_branches(lab: Lab) -> None:
    lab.task_def("a")
    define = lab.define
    workflow_id = lab.start(*define.fork("fork", [define.simple("a")], [define.simple("b")]))
    await lab.do("a", "FAILED")
    lab.engine.retry(workflow_id)
    assert lab.task(workflow_id, "fork_join")["status"] == "IN_PROGRESS"
    await lab.do("a")
    await lab.do("b")
    assert lab.status(workflow_id) == "COMPLETED"


async def test_rerun_from_a_task_keeps_what_was_before(lab: Lab) -> None:
    workflow_id = await _failed(lab)
    task_id = lab.task(workflow_id, "b")["taskId"]
    assert lab.engine.rerun(workflow_id, {"reRunFromTaskId": task_id, "taskInput": {"q": 1}}) == workflow_id
    task = lab.task(workflow_id, "b")
    assert (task["taskId"], task["status"], task["inputData"], task["seq"]) == (task_id, "SCHEDULED", {"q": 1}, 2)
    assert lab.workflow(workflow_id)["failedReferenceTaskNames"] == []
    await lab.do("b")
    assert lab.status(workflow_id) == "COMPLETED"


async def test_rerun_from_the_start_with_another_input(lab: Lab) -> None:
    workflow_id = await _failed(lab)
    lab.engine.rerun(workflow_id, {"workflowInput": {"x": 2}, "correlationId": "new"})
    again = lab.workflow(workflow_id)
    assert (again["input"], again["correlationId"]) == ({"x": 2}, "new")
    assert [(task["referenceTaskName"], task["seq"]) for task in lab.tasks(workflow_id)] == [("a", 1)]


async def test_rerun_from_a_switch_makes_its_branch_anew(lab: Lab) -> None:
    lab.task_def("b")
    define = lab.define
    workflow_id = lab.start(define.switch("switch", "x", {"x": [define.simple("a"), define.simple("b")]}))
    await lab.do("a")
    await lab.do("b", "FAILED")
    lab.engine.rerun(workflow_id, {"reRunFromTaskId": lab.task(workflow_id, "switch")["taskId"]})
    assert lab.brief(workflow_id) == [("switch", "COMPLETED"), ("a", "SCHEDULED")]
    assert [task["seq"] for task in lab.tasks(workflow_id)] == [1, 2]


async def test_rerun_from_inside_a_branch_makes_the_other_branches_and_the_join_anew(lab: Lab) -> None:
    define = lab.define
    workflow_id = lab.start(*define.fork("fork", [define.simple("a")], [define.simple("b")]), define.simple("c"))
    for task_type in ("a", "b", "c"):
        await lab.do(task_type)
    lab.engine.rerun(workflow_id, {"reRunFromTaskId": lab.task(workflow_id, "a")["taskId"]})
    assert lab.brief(workflow_id)[1:] == [("a", "SCHEDULED"), ("b", "SCHEDULED"), ("fork_join", "IN_PROGRESS")]
    for task_type in ("b", "a", "c"):
        await lab.do(task_type)
    assert lab.status(workflow_id) == "COMPLETED"


async def test_rerun_refuses_running_executions_and_unknown_tasks(lab: Lab) -> None:
    workflow_id = await _failed(lab)
    with pytest.raises(InvalidRequest, match="Task none not found"):
        lab.engine.rerun(workflow_id, {"reRunFromTaskId": "none"})
    lab.engine.rerun(workflow_id, {})
    with pytest.raises(Conflict, match="unable to rerun"):
        lab.engine.rerun(workflow_id, {})


async def test_a_skipped_task_is_passed_by(lab: Lab) -> None:
    define = lab.define
    workflow_id = lab.start(
        define.simple("a"), define.simple("b"), define.simple("c", inputParameters={"o": "${b.output.o}"})
    )
    lab.engine.skip_task(workflow_id, "b", {"taskInput": {"i": 1}, "taskOutput": {"o": 2}})
    skipped = lab.tasks(workflow_id)[0]
    assert (skipped["status"], skipped["seq"], skipped["inputData"], skipped["outputData"]) == (
        "SKIPPED",
        0,
        {"i": 1},
        {"o": 2},
    )
    await lab.do("a")
    assert lab.task(workflow_id, "c")["inputData"] == {"o": 2}
    await lab.do("c")
    assert lab.status(workflow_id) == "COMPLETED"


async def test_only_what_is_still_to_come_can_be_skipped(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"), lab.define.simple("b"))
    with pytest.raises(InternalError, match="has already been processed, cannot be skipped"):
        lab.engine.skip_task(workflow_id, "a")
    with pytest.raises(InternalError, match="does not exist in the WorkflowDefinition flow"):
        lab.engine.skip_task(workflow_id, "none")
    lab.engine.pause(workflow_id)
    with pytest.raises(InternalError, match="is not running"):
        lab.engine.skip_task(workflow_id, "b")


async def test_remove_forgets_everything(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"))
    task_id = lab.task(workflow_id, "a")["taskId"]
    with pytest.raises(InvalidRequest, match=f"Cannot archive workflow: {workflow_id} with status: RUNNING"):
        lab.engine.remove(workflow_id)
    lab.engine.remove(workflow_id, archive=False)
    assert await lab.idle("a")
    for call in (lab.engine.get_workflow, lab.engine.remove, lab.engine.pause, lab.engine.decide):
        with pytest.raises(NotFound, match=f"No such workflow found by id: {workflow_id}"):
            call(workflow_id)
    with pytest.raises(NotFound, match=f"Task not found for taskId: {task_id}"):
        lab.engine.get_task(str(task_id))


async def test_reset_callbacks_makes_delayed_tasks_pollable(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"))
    lab.report(await lab.poll("a"), "IN_PROGRESS", callbackAfterSeconds=600)
    lab.engine.reset_callbacks(workflow_id)
    await lab.do("a")
    with pytest.raises(Conflict, match="terminal state"):
        lab.engine.reset_callbacks(workflow_id)


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ("pause", "has ended, status cannot be updated"),
        ("resume", "is not PAUSED"),
        ("terminate", None),
        ("restart", None),
        ("retry", None),
        ("remove", None),
    ],
)
async def test_bulk_operations_answer_for_each_execution(lab: Lab, operation: str, message: str | None) -> None:
    workflow_id = await _failed(lab)
    answer: Document = lab.engine.bulk(operation, [workflow_id, "none"])
    assert answer["bulkSuccessfulResults"] == ([] if message else [workflow_id])
    errors: dict[str, str] = answer["bulkErrorResults"]
    assert set(errors) == ({"none", workflow_id} if message else {"none"})
    assert errors["none"] == "No such workflow found by id: none"
    assert (message or "") in errors.get(workflow_id, "")


async def test_bulk_lists_both_steps_of_terminate_and_remove(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"))
    answer = lab.engine.bulk("terminate_remove", [workflow_id], reason="out")
    assert answer == {"bulkErrorResults": {}, "bulkSuccessfulResults": [workflow_id, workflow_id]}


@pytest.mark.parametrize(("operation", "ids"), [("pause", []), ("pause", ["x"] * 1001), ("dance", ["x"])])
async def test_bulk_refuses_no_ids_too_many_and_unknown_operations(lab: Lab, operation: str, ids: list[str]) -> None:
    with pytest.raises(EngineError) as refusal:
        lab.engine.bulk(operation, ids)
    assert refusal.value.status == 400
