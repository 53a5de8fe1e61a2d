"""What workers see: polls, reports, queues, domains, logs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from conductor_embedded.errors import InternalError, InvalidRequest, NotFound

if TYPE_CHECKING:
    from plugins.embedded.tests.engine.workbench import Lab


async def test_a_poll_marks_the_task(lab: Lab) -> None:
    lab.start(lab.define.simple("a"))
    lab.engine.advance(2)
    task = await lab.poll("a")
    assert (task["status"], task["pollCount"], task["workerId"]) == ("IN_PROGRESS", 1, "worker")
    assert task["startTime"] == lab.clock.now_ms()
    assert task["queueWaitTime"] == 2000
    assert await lab.idle("a")


async def test_in_progress_puts_the_task_back_for_as_long_as_asked(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"))
    task = await lab.poll("a")
    lab.report(task, "IN_PROGRESS", {"step": 1}, callbackAfterSeconds=30)
    waiting = lab.task(workflow_id, "a")
    assert (waiting["status"], waiting["callbackAfterSeconds"]) == ("SCHEDULED", 30)
    assert await lab.idle("a")
    lab.engine.advance(30)
    again = await lab.poll("a")
    assert (again["taskId"], again["pollCount"], again["callbackAfterSeconds"]) == (task["taskId"], 2, 0)
    assert again["outputData"] == {"step": 1}
    lab.report(again, "IN_PROGRESS", {"other": 2})
    assert (await lab.poll("a"))["outputData"] == {"other": 2}


async def test_priority_comes_before_age(lab: Lab) -> None:
    low = lab.start(lab.define.simple("a"))
    lab.engine.advance(1)
    high = lab.start(lab.define.simple("a"), request={"priority": 50})
    lab.engine.advance(1)
    late = lab.start(lab.define.simple("a"))
    polled = [task["workflowInstanceId"] for task in await lab.engine.poll("a", count=9, timeout_ms=0)]
    assert polled == [high, low, late]


async def test_the_first_result_stays(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"), lab.define.simple("b"))
    task = await lab.poll("a")
    assert lab.report(task, output={"n": 1}) == task["taskId"]
    assert lab.report(task, "FAILED", {"n": 2}, reasonForIncompletion="late") == task["taskId"]
    first = lab.task(workflow_id, "a")
    assert (first["status"], first["outputData"]) == ("COMPLETED", {"n": 1})
    await lab.do("b")
    before = lab.workflow(workflow_id)
    assert lab.report(task, output={"n": 3}) == task["taskId"]
    assert lab.workflow(workflow_id) == before


async def test_completed_is_taken_without_a_poll(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"))
    lab.report(lab.task(workflow_id, "a"))
    assert lab.status(workflow_id) == "COMPLETED"
    assert await lab.idle("a")


async def test_wrong_reports_are_refused(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"))
    task_id = lab.task(workflow_id, "a")["taskId"]
    with pytest.raises(NotFound, match="No such workflow found by id: none"):
        lab.engine.update_task({"workflowInstanceId": "none", "taskId": task_id, "status": "COMPLETED"})
    with pytest.raises(NotFound, match="No such task found by id: none"):
        lab.engine.update_task({"workflowInstanceId": workflow_id, "taskId": "none", "status": "COMPLETED"})
    with pytest.raises(InvalidRequest) as missing:
        lab.engine.update_task({"status": "COMPLETED"})
    assert [error["path"] for error in missing.value.validation_errors or []] == [
        "updateTask.arg0.workflowInstanceId",
        "updateTask.arg0.taskId",
    ]
    for status in (None, "DONE", "SCHEDULED"):
        with pytest.raises(InternalError, match="status must be one of"):
            lab.engine.update_task({"workflowInstanceId": workflow_id, "taskId": task_id, "status": status})
    assert lab.task(workflow_id, "a")["status"] == "SCHEDULED"


async def test_update_v2_hands_out_the_next_task_of_the_type(lab: Lab) -> None:
    ids = [lab.start(lab.define.simple("a")) for _ in range(2)]
    first = await lab.poll("a")
    ids_of = {"taskId": first["taskId"], "workflowInstanceId": first["workflowInstanceId"], "workerId": "w2"}
    second = await lab.engine.update_task_v2({**ids_of, "status": "COMPLETED"})
    assert second is not None
    assert (second["workflowInstanceId"], second["status"], second["workerId"]) == (ids[1], "IN_PROGRESS", "w2")
    last = {"taskId": second["taskId"], "workflowInstanceId": second["workflowInstanceId"]}
    assert await lab.engine.update_task_v2({**last, "status": "IN_PROGRESS", "callbackAfterSeconds": 5}) is None
    assert await lab.engine.update_task_v2({**last, "status": "COMPLETED"}) is None
    assert [lab.status(workflow_id) for workflow_id in ids] == ["COMPLETED", "COMPLETED"]


async def test_updates_by_reference_name_merge_the_output(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"))
    task_id = lab.task(workflow_id, "a")["taskId"]
    assert lab.engine.update_by_ref(workflow_id, "a", "IN_PROGRESS", {"x": 1}) == task_id
    assert lab.engine.update_by_ref(workflow_id, "a", "COMPLETED", {"y": 2}) == task_id
    assert lab.workflow(workflow_id)["output"] == {"x": 1, "y": 2}
    assert lab.engine.update_by_ref(workflow_id, "a", "COMPLETED", {}) is None
    with pytest.raises(NotFound):
        lab.engine.update_by_ref("none", "a", "COMPLETED", {})


async def test_a_signal_completes_what_the_execution_is_blocked_in(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.wait("wait"))
    assert lab.engine.signal(workflow_id, "COMPLETED", {"go": True}) == lab.task(workflow_id, "wait")["taskId"]
    assert lab.workflow(workflow_id)["output"] == {"go": True}
    assert lab.engine.signal(workflow_id, "COMPLETED", {}) is None


async def test_a_long_poll_answers_as_soon_as_there_is_something(lab: Lab) -> None:
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.simple("a")))
    loop = asyncio.get_running_loop()
    poll = asyncio.create_task(lab.engine.poll("a", timeout_ms=5000))
    await asyncio.sleep(0.01)
    begin = loop.time()
    workflow_id = lab.engine.start_workflow({"name": "flow"})
    tasks = await poll
    assert loop.time() - begin < 0.1
    assert [task["workflowInstanceId"] for task in tasks] == [workflow_id]


async def test_a_long_poll_that_finds_nothing_ends_with_its_time(lab: Lab) -> None:
    begin = asyncio.get_running_loop().time()
    assert await lab.engine.poll("a", timeout_ms=30) == []
    assert 0.025 < asyncio.get_running_loop().time() - begin < 1


async def test_one_task_wakes_one_of_many_polls_and_all_get_theirs(lab: Lab) -> None:
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.simple("a")))
    polls = [asyncio.create_task(lab.engine.poll("a", timeout_ms=5000)) for _ in range(20)]
    await asyncio.sleep(0)
    started = {lab.engine.start_workflow({"name": "flow"}) for _ in range(20)}
    polled = [task["workflowInstanceId"] for tasks in await asyncio.gather(*polls) for task in tasks]
    assert len(polled) == 20
    assert set(polled) == started


async def test_a_poll_that_is_cancelled_loses_nothing_and_passes_its_turn_on(lab: Lab) -> None:
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.simple("a")))
    first = asyncio.create_task(lab.engine.poll("a", timeout_ms=5000))
    second = asyncio.create_task(lab.engine.poll("a", timeout_ms=5000))
    await asyncio.sleep(0.01)
    workflow_id = lab.engine.start_workflow({"name": "flow"})
    first.cancel()
    tasks = await second
    assert [task["workflowInstanceId"] for task in tasks] == [workflow_id]
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_task_that_could_not_be_delivered_goes_back_to_the_front(lab: Lab) -> None:
    first = lab.start(lab.define.simple("a"))
    lab.engine.advance(1)
    lab.start(lab.define.simple("a"))
    task = await lab.poll("a")
    lab.engine.return_task(str(task["taskId"]))
    again = await lab.poll("a")
    assert (again["taskId"], again["workflowInstanceId"], again["pollCount"]) == (task["taskId"], first, 1)


async def test_the_concurrency_limit_holds_tasks_back_until_one_has_ended(lab: Lab) -> None:
    lab.task_def("a", concurrentExecLimit=2)
    for _ in range(3):
        lab.start(lab.define.simple("a"))
    tasks = await lab.engine.poll("a", count=5, timeout_ms=0)
    assert len(tasks) == 2
    waiting = asyncio.create_task(lab.engine.poll("a", timeout_ms=5000))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    lab.report(tasks[0])
    assert len(await waiting) == 1


async def test_domains_have_queues_of_their_own(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"), request={"taskToDomain": {"a": "red"}})
    assert lab.task(workflow_id, "a")["domain"] == "red"
    assert lab.engine.queue_all() == {"red:a": 1}
    assert await lab.idle("a")
    assert await lab.engine.poll("a", domain="", timeout_ms=0) == []
    assert len(await lab.engine.poll("a", domain="red", timeout_ms=0)) == 1


@pytest.mark.parametrize(
    ("domains", "polled", "chosen"),
    [
        ("red,blue", None, "blue"),
        ("red, blue", "red", "red"),
        ("red,NO_DOMAIN", None, None),
        ("red,NO_DOMAIN", "red", "red"),
    ],
)
async def test_the_first_domain_with_a_recent_poller_is_taken_else_the_last(
    lab: Lab, domains: str, polled: str | None, chosen: str | None
) -> None:
    if polled:
        await lab.engine.poll("a", domain=polled, timeout_ms=0)
        lab.engine.advance(9)
    workflow_id = lab.start(lab.define.simple("a"), request={"taskToDomain": {"*": domains}})
    assert lab.task(workflow_id, "a").get("domain") == chosen


async def test_a_poller_counts_for_ten_seconds(lab: Lab) -> None:
    await lab.engine.poll("a", domain="red", timeout_ms=0)
    lab.engine.advance(10)
    workflow_id = lab.start(lab.define.simple("a"), request={"taskToDomain": {"a": "red,blue"}})
    assert lab.task(workflow_id, "a")["domain"] == "blue"


async def test_every_poll_leaves_its_mark(lab: Lab) -> None:
    await lab.engine.poll("a", worker_id="w1", timeout_ms=0)
    await lab.engine.poll("a", worker_id="w2", domain="red", timeout_ms=0)
    now = lab.clock.now_ms()
    assert lab.engine.poll_data("a") == [
        {"queueName": "a", "workerId": "w1", "lastPollTime": now},
        {"queueName": "a", "domain": "red", "workerId": "w2", "lastPollTime": now},
    ]
    assert lab.engine.poll_data("b") == []


async def test_logs_come_with_results_and_alone(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"))
    task = await lab.poll("a")
    task_id = str(task["taskId"])
    lab.engine.add_log(task_id, "begun")
    lab.report(task, logs=[{"log": "done", "createdTime": 5}, "plain"])
    now = lab.clock.now_ms()
    assert lab.engine.get_logs(task_id) == [
        {"log": "begun", "taskId": task_id, "createdTime": now},
        {"log": "done", "taskId": task_id, "createdTime": 5},
        {"log": "plain", "taskId": task_id, "createdTime": now},
    ]
    assert lab.engine.get_logs("unknown") == []
    assert lab.status(workflow_id) == "COMPLETED"


async def test_stop_ends_waiting_polls(lab: Lab) -> None:
    poll = asyncio.create_task(lab.engine.poll("a", timeout_ms=60_000))
    await asyncio.sleep(0.01)
    await lab.engine.stop()
    assert await asyncio.wait_for(poll, 1) == []


async def test_queue_sizes_count_delayed_tasks_too(lab: Lab) -> None:
    lab.start(lab.define.simple("a"))
    lab.start(lab.define.simple("a"))
    lab.report(await lab.poll("a"), "IN_PROGRESS", callbackAfterSeconds=60)
    assert lab.engine.queue_sizes(["a", "b"]) == {"a": 2, "b": 0}
