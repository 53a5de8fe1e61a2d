"""Timeouts of tasks and workflows. All of them are short, and all flows run side by side."""

from __future__ import annotations

import asyncio

from conductor_core.models import TaskResultStatus
from tests.conformance.lab import Lab, flow, latest, statuses


@flow
async def response_timeout_and_retry(lab: Lab) -> None:
    await lab.define_task("work", retryCount=1, retryDelaySeconds=0, responseTimeoutSeconds=1, timeoutSeconds=0)
    workflow_id = await lab.run_tasks([lab.simple("work")])
    first = await lab.take("work")
    await lab.until(workflow_id, lambda seen: len(seen["tasks"]) == 2)
    await lab.complete(first, {"too": "late"})
    await lab.work("work", {"in": "time"})
    document = await lab.finished(workflow_id, "completed")
    assert document["output"] == {"in": "time"}
    assert document["failedReferenceTaskNames"] == []


@flow
async def response_timeout_without_retry(lab: Lab) -> None:
    await lab.define_task("work", retryCount=0, responseTimeoutSeconds=1)
    workflow_id = await lab.run_tasks([lab.simple("work")])
    await lab.take("work")
    document = await lab.finished(workflow_id, "timed out")
    assert document["status"] == "TIMED_OUT"


@flow
async def task_timeout_with_retry(lab: Lab) -> None:
    await lab.define_task(
        "work", retryCount=1, retryDelaySeconds=0, timeoutSeconds=1, responseTimeoutSeconds=1, timeoutPolicy="RETRY"
    )
    workflow_id = await lab.run_tasks([lab.simple("work")])
    await lab.take("work")
    await lab.until(workflow_id, lambda seen: len(seen["tasks"]) == 2)
    await lab.work("work", {"in": "time"})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], statuses(document)])


@flow
async def task_timeout_ends_the_workflow(lab: Lab) -> None:
    await lab.define_task(
        "work",
        retryCount=1,
        retryDelaySeconds=0,
        timeoutSeconds=2,
        responseTimeoutSeconds=2,
        timeoutPolicy="TIME_OUT_WF",
    )
    workflow_id = await lab.run_tasks([lab.simple("work")])
    task = await lab.take("work")
    await lab.report(task, TaskResultStatus.IN_PROGRESS, extendLease=True)
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], statuses(document)])
    assert document["status"] == "TIMED_OUT"


@flow
async def task_timeout_that_only_alerts(lab: Lab) -> None:
    await lab.define_task("work", retryCount=0, timeoutSeconds=1, responseTimeoutSeconds=1, timeoutPolicy="ALERT_ONLY")
    workflow_id = await lab.run_tasks([lab.simple("work"), lab.simple("after")])
    await lab.take("work")
    document = await lab.finished(workflow_id)
    lab.note("the response timeout still counts", [document["status"], statuses(document)])


@flow
async def poll_timeout(lab: Lab) -> None:
    await lab.define_task("work", retryCount=0, pollTimeoutSeconds=1, timeoutPolicy="TIME_OUT_WF")
    workflow_id = await lab.run_tasks([lab.simple("work")])
    document = await lab.finished(workflow_id, "timed out")
    assert latest(document, "work")["status"] == "TIMED_OUT"


@flow
async def the_time_of_all_attempts_is_over(lab: Lab) -> None:
    for policy in ("RETRY", "TIME_OUT_WF", "ALERT_ONLY"):
        fields = {"retryCount": 5, "retryDelaySeconds": 0, "totalTimeoutSeconds": 1, "timeoutPolicy": policy}
        await lab.define_task(policy, **fields)
        await lab.define([lab.simple("work", policy)], f"wf_{policy}")
        workflow_id = await lab.start(f"wf_{policy}")
        task = await lab.take(policy)
        await asyncio.sleep(1.3)
        if policy == "ALERT_ONLY":
            await lab.fail(task, "broken")
        await lab.conductor.workflows.decide(workflow_id)
        document = await lab.finished(workflow_id)
        work = latest(document, "work")
        texts = [str(each.get("reasonForIncompletion")).partition("(elapsed")[0] for each in (document, work)]
        lab.note(policy, [document["status"], work["status"], work["retryCount"], *texts])


@flow
async def workflow_timeout(lab: Lab) -> None:
    workflow_id = await lab.run_tasks(
        [lab.simple("work"), lab.simple("after")], timeoutSeconds=1, timeoutPolicy="TIME_OUT_WF"
    )
    document = await lab.finished(workflow_id, "timed out")
    assert document["status"] == "TIMED_OUT"


@flow
async def workflow_timeout_that_only_alerts(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("work")], timeoutSeconds=1, timeoutPolicy="ALERT_ONLY")
    await lab.until(workflow_id, lambda seen: seen["status"] == "RUNNING")
    await lab.work("work")
    document = await lab.finished(workflow_id)
    assert document["status"] == "COMPLETED"


@flow
async def an_update_restarts_the_response_clock(lab: Lab) -> None:
    await lab.define_task("work", retryCount=0, responseTimeoutSeconds=3)
    workflow_id = await lab.run_tasks([lab.simple("work")])
    task = await lab.take("work")
    await lab.report(task, TaskResultStatus.IN_PROGRESS, {"n": 1}, extendLease=True)
    document = await lab.document(workflow_id)
    lab.note("extended", [statuses(document), latest(document, "work")["outputData"]])
    await lab.complete(task)
    await lab.finished(workflow_id, "completed")


@flow
async def a_wait_whose_definition_has_a_response_timeout(lab: Lab) -> None:
    await lab.define_task("pause", responseTimeoutSeconds=1, retryCount=0)
    task = {
        "name": lab.own("pause"),
        "taskReferenceName": "pause",
        "type": "WAIT",
        "inputParameters": {"duration": "3s"},
    }
    document = await lab.finished(await lab.run_tasks([task]))
    lab.note("ended", [document["status"], statuses(document)])
