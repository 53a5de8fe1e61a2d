"""Failures: retries with their delays, time limits and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from plugins.embedded.tests.engine.workbench import Document, Lab


async def test_a_retry_is_a_new_task_that_carries_the_reason_until_the_answer(lab: Lab) -> None:
    lab.task_def("a", retryCount=1)
    workflow_id = lab.start(lab.define.simple("a", inputParameters={"x": 1}), lab.define.simple("b"))
    await lab.do("a", "FAILED", output={"half": 1}, reasonForIncompletion="why")
    first, second = lab.tasks(workflow_id)
    assert (first["status"], first["retried"], first["executed"]) == ("FAILED", True, False)
    assert (second["status"], second["retryCount"], second["seq"]) == ("SCHEDULED", 1, 2)
    assert second["retriedTaskId"] == first["taskId"]
    assert second["reasonForIncompletion"] == "why"
    assert (second["inputData"], second["outputData"]) == ({"x": 1}, {})
    await lab.do("a", output={"y": 1})
    assert "reasonForIncompletion" not in lab.task(workflow_id, "a")
    assert lab.brief(workflow_id)[-1] == ("b", "SCHEDULED")
    assert lab.workflow(workflow_id)["failedReferenceTaskNames"] == []
    await lab.do("b")
    assert lab.workflow(workflow_id)["failedReferenceTaskNames"] == ["a"]


@pytest.mark.parametrize(
    ("fields", "delays"),
    [
        ({"retryLogic": "FIXED", "retryDelaySeconds": 7}, [7, 7, 7]),
        ({"retryLogic": "LINEAR_BACKOFF", "retryDelaySeconds": 3, "backoffScaleFactor": 2}, [6, 12, 18]),
        ({"retryLogic": "EXPONENTIAL_BACKOFF", "retryDelaySeconds": 5}, [5, 10, 20]),
        ({"retryLogic": "EXPONENTIAL_BACKOFF", "retryDelaySeconds": 5, "maxRetryDelaySeconds": 8}, [5, 8, 8]),
    ],
)
async def test_retry_delays(lab: Lab, fields: Document, delays: list[int]) -> None:
    lab.task_def("a", retryCount=3, **fields)
    workflow_id = lab.start(lab.define.simple("a"))
    for delay in delays:
        await lab.do("a", "FAILED")
        waiting = lab.task(workflow_id, "a")
        assert (waiting["callbackAfterSeconds"], waiting["startDelayInSeconds"]) == (delay, delay)
        lab.engine.advance(delay - 0.001)
        assert await lab.idle("a")
        lab.engine.advance(0.001)
    await lab.do("a", "FAILED")
    assert lab.status(workflow_id) == "FAILED"


async def test_jitter_comes_from_the_random_source_and_is_bounded(lab: Lab) -> None:
    lab.task_def("a", retryCount=1, retryDelaySeconds=1, backoffJitterMs=500)
    lab.start(lab.define.simple("a"))
    await lab.do("a", "FAILED")
    begin = lab.clock.now_ms()
    assert begin + 1000 < (lab.engine.next_wake_ms() or 0) <= begin + 1500
    lab.engine.advance(1.5)
    assert not await lab.idle("a")


async def test_the_workflow_s_retry_count_beats_the_definition_s(lab: Lab) -> None:
    lab.task_def("a", retryCount=5)
    workflow_id = lab.start(lab.define.simple("a", retryCount=0))
    await lab.do("a", "FAILED")
    assert lab.status(workflow_id) == "FAILED"


async def test_a_worker_task_without_a_definition_has_the_server_s_defaults(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("undefined"))
    await lab.do("undefined", "FAILED")
    again = lab.task(workflow_id, "undefined")
    assert (again["retryCount"], again["callbackAfterSeconds"], again["responseTimeoutSeconds"]) == (1, 60, 3600)


async def test_a_terminal_error_is_not_retried(lab: Lab) -> None:
    lab.task_def("a", retryCount=3)
    workflow_id = lab.start(lab.define.simple("a"))
    await lab.do("a", "FAILED_WITH_TERMINAL_ERROR")
    done = lab.workflow(workflow_id)
    assert done["status"] == "FAILED"
    assert "failed with status: FAILED and reason: 'null'" in str(done["reasonForIncompletion"])


async def test_an_optional_task_is_given_up_after_its_retries(lab: Lab) -> None:
    lab.task_def("a", retryCount=1)
    workflow_id = lab.start(lab.define.simple("a", optional=True), lab.define.simple("b"))
    await lab.do("a", "FAILED")
    await lab.do("a", "FAILED", reasonForIncompletion="twice")
    assert lab.task(workflow_id, "a")["status"] == "COMPLETED_WITH_ERRORS"
    await lab.do("b")
    assert lab.status(workflow_id) == "COMPLETED"


async def test_the_response_timeout_restarts_with_every_report(lab: Lab) -> None:
    lab.task_def("a", responseTimeoutSeconds=10, retryCount=1)
    workflow_id = lab.start(lab.define.simple("a"))
    task = await lab.poll("a")
    lab.engine.advance(9)
    lab.report(task, "IN_PROGRESS", extendLease=True)
    assert lab.task(workflow_id, "a")["status"] == "IN_PROGRESS"
    lab.engine.advance(9)
    assert lab.task(workflow_id, "a")["status"] == "IN_PROGRESS"
    lab.engine.advance(1)
    first, second = lab.tasks(workflow_id)
    text = f"responseTimeout: 10 exceeded for the taskId: {first['taskId']} with Task Definition: a"
    assert (first["status"], first["reasonForIncompletion"]) == ("TIMED_OUT", text)
    assert (second["status"], second["retryCount"]) == ("SCHEDULED", 1)


async def test_a_task_that_runs_out_of_attempts_by_timeouts_times_the_workflow_out(lab: Lab) -> None:
    lab.task_def("a", responseTimeoutSeconds=10)
    workflow_id = lab.start(lab.define.simple("a"))
    await lab.poll("a")
    lab.engine.advance(10)
    done = lab.workflow(workflow_id)
    assert done["status"] == "TIMED_OUT"
    assert str(done["reasonForIncompletion"]).startswith("Task ")
    assert done["failedReferenceTaskNames"] == []


@pytest.mark.parametrize(
    ("policy", "status"), [("RETRY", "RUNNING"), ("TIME_OUT_WF", "TIMED_OUT"), ("ALERT_ONLY", "RUNNING")]
)
async def test_the_task_timeout_counts_from_the_first_poll(lab: Lab, policy: str, status: str) -> None:
    lab.task_def("a", timeoutSeconds=5, timeoutPolicy=policy, retryCount=1)
    workflow_id = lab.start(lab.define.simple("a"))
    lab.engine.advance(100)
    await lab.poll("a")
    lab.engine.advance(5)
    assert lab.status(workflow_id) == status
    reason = f"Task timed out after 5 seconds. Timeout configured as 5 seconds. Timeout policy configured to {policy}"
    if policy == "ALERT_ONLY":
        assert lab.task(workflow_id, "a")["status"] == "IN_PROGRESS"
    else:
        assert lab.tasks(workflow_id)[0]["reasonForIncompletion"] == reason
    if policy == "TIME_OUT_WF":
        assert lab.workflow(workflow_id)["reasonForIncompletion"] == reason


@pytest.mark.parametrize(("policy", "status"), [("RETRY", "RUNNING"), ("TIME_OUT_WF", "TIMED_OUT")])
async def test_the_poll_timeout_counts_while_a_task_waits(lab: Lab, policy: str, status: str) -> None:
    lab.task_def("a", pollTimeoutSeconds=5, timeoutPolicy=policy, retryCount=1)
    workflow_id = lab.start(lab.define.simple("a"))
    lab.engine.advance(4.999)
    assert lab.tasks(workflow_id)[0]["status"] == "SCHEDULED"
    lab.engine.advance(0.001)
    assert lab.tasks(workflow_id)[0]["status"] == "TIMED_OUT"
    assert lab.status(workflow_id) == status


async def test_the_total_timeout_bounds_all_attempts(lab: Lab) -> None:
    lab.task_def("a", totalTimeoutSeconds=10, responseTimeoutSeconds=4, retryCount=9)
    workflow_id = lab.start(lab.define.simple("a"))
    for _ in range(2):
        await lab.poll("a")
        lab.engine.advance(4)
    lab.engine.advance(2)
    done = lab.workflow(workflow_id)
    assert done["status"] == "TIMED_OUT"
    assert "exceeded total timeout of 10 seconds (elapsed 10 seconds" in str(done["reasonForIncompletion"])


@pytest.mark.parametrize(("policy", "status"), [("TIME_OUT_WF", "TIMED_OUT"), ("ALERT_ONLY", "RUNNING")])
async def test_the_workflow_timeout(lab: Lab, policy: str, status: str) -> None:
    workflow_id = lab.start(lab.define.simple("a"), timeoutSeconds=60, timeoutPolicy=policy)
    lab.engine.advance(59)
    assert lab.status(workflow_id) == "RUNNING"
    lab.engine.advance(1)
    assert lab.status(workflow_id) == status
    assert (lab.task(workflow_id, "a")["status"] == "CANCELED") is (status == "TIMED_OUT")


async def test_waiting_for_the_outside_knows_no_response_timeout(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.wait("wait"))
    lab.engine.advance(10 * 365 * 86_400)
    assert lab.status(workflow_id) == "RUNNING"


async def test_a_failed_workflow_starts_its_failure_workflow(lab: Lab) -> None:
    lab.task_def("a")
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.simple("repair"), name="rescue"))
    workflow_id = lab.start(lab.define.simple("a"), failureWorkflow="rescue", request={"input": {"x": 1}})
    await lab.do("a", "FAILED", reasonForIncompletion="broken")
    rescue = lab.workflow(lab.workflow(workflow_id)["output"]["conductor.failure_workflow"])
    given: Document = rescue["input"]
    assert (given["x"], given["workflowId"], given["failureStatus"]) == (1, workflow_id, "FAILED")
    assert given["failureTaskId"] == lab.task(workflow_id, "a")["taskId"]
    assert "broken" in given["reason"]


async def test_a_system_task_is_tried_again_after_its_delay(lab: Lab) -> None:
    lab.task_def("ask", retryCount=1, retryDelaySeconds=30)
    workflow_id = lab.start(lab.define.task("HUMAN", "ask"))
    lab.engine.update_by_ref(workflow_id, "ask", "FAILED", {})
    assert lab.brief(workflow_id) == [("ask", "FAILED"), ("ask", "SCHEDULED")]
    lab.engine.advance(29.999)
    assert lab.task(workflow_id, "ask")["status"] == "SCHEDULED"
    lab.engine.advance(0.001)
    assert lab.task(workflow_id, "ask")["status"] == "IN_PROGRESS"
    lab.engine.update_by_ref(workflow_id, "ask", "COMPLETED", {})
    assert lab.status(workflow_id) == "COMPLETED"


async def test_a_sub_workflow_is_started_again_after_its_delay(lab: Lab) -> None:
    lab.task_def("work")
    lab.task_def("sub", retryCount=1, retryDelaySeconds=30)
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.simple("work"), name="child"))
    workflow_id = lab.start(lab.define.child("sub", "child"))
    await lab.do("work", "FAILED")
    assert lab.brief(workflow_id) == [("sub", "FAILED"), ("sub", "SCHEDULED")]
    lab.engine.advance(29.999)
    assert await lab.idle("work")
    lab.engine.advance(0.001)
    await lab.do("work")
    assert lab.status(workflow_id) == "COMPLETED"
