"""Retries of failed tasks: how often, after how long, and when not at all."""

from __future__ import annotations

from tests.conformance.lab import Document, Lab, flow, latest


async def fail_until_the_end(lab: Lab, workflow_id: str) -> Document:
    """Fail each attempt without waiting for its delay: a task may be reported that was never polled."""
    while True:
        document = await lab.document(workflow_id)
        task = latest(document, "work")
        if document["status"] == "FAILED":
            return document
        if task["status"] == "SCHEDULED":
            lab.note(f"attempt {task['retryCount']} is delayed", task["callbackAfterSeconds"])
            await lab.fail(await lab.conductor.tasks.get_task(task["taskId"]), f"attempt {task['retryCount']}")


def delays(document: Document) -> list[tuple[int, int]]:
    """Return how long each attempt waits: retry count and start delay in seconds."""
    return [(task["retryCount"], task["startDelayInSeconds"]) for task in document["tasks"]]


@flow
async def a_retry_succeeds(lab: Lab) -> None:
    await lab.define_task("work", retryCount=2, retryDelaySeconds=3)
    workflow_id = await lab.run_tasks(
        [lab.simple("work", inputParameters={"x": "${workflow.input.x}"}), lab.simple("after")], {"x": 1}
    )
    await lab.fail(await lab.take("work"), "not yet")
    lab.note("retry waits", await lab.document(workflow_id))
    assert await lab.poll("work") is None
    task = await lab.take("work")
    lab.note("second attempt", task.to_wire())
    await lab.complete(task, {"n": 2})
    await lab.work("after")
    await lab.finished(workflow_id, "completed")


@flow
async def fixed_delays(lab: Lab) -> None:
    await lab.define_task("work", retryCount=3, retryLogic="FIXED", retryDelaySeconds=7)
    workflow_id = await lab.run_tasks([lab.simple("work")])
    document = await fail_until_the_end(lab, workflow_id)
    lab.note("failed", document)
    assert [delay for _, delay in delays(document)] == [0, 7, 7, 7]


@flow
async def linear_delays(lab: Lab) -> None:
    await lab.define_task("work", retryCount=4, retryLogic="LINEAR_BACKOFF", retryDelaySeconds=5, backoffScaleFactor=3)
    workflow_id = await lab.run_tasks([lab.simple("work")])
    document = await fail_until_the_end(lab, workflow_id)
    lab.note("delays", delays(document))


@flow
async def exponential_delays(lab: Lab) -> None:
    await lab.define_task("work", retryCount=5, retryLogic="EXPONENTIAL_BACKOFF", retryDelaySeconds=3)
    workflow_id = await lab.run_tasks([lab.simple("work")])
    document = await fail_until_the_end(lab, workflow_id)
    lab.note("delays", delays(document))


@flow
async def capped_delays(lab: Lab) -> None:
    await lab.define_task(
        "work", retryCount=5, retryLogic="EXPONENTIAL_BACKOFF", retryDelaySeconds=3, maxRetryDelaySeconds=10
    )
    workflow_id = await lab.run_tasks([lab.simple("work")])
    lab.note("delays", delays(await fail_until_the_end(lab, workflow_id)))


@flow
async def the_workflow_task_has_the_last_word_on_retries(lab: Lab) -> None:
    await lab.define_task("work", retryCount=3, retryDelaySeconds=0)
    await lab.define([lab.simple("work", retryCount=1)])
    lab.note("fewer", len((await fail_until_the_end(lab, await lab.start()))["tasks"]))
    await lab.define([lab.simple("work", "undefined", retryCount=3)], "no_definition")
    document = await fail_until_the_end(lab, await lab.start("no_definition"))
    lab.note("without a definition", len(document["tasks"]))


@flow
async def a_terminal_error_is_not_retried(lab: Lab) -> None:
    await lab.define_task("work", retryCount=3, retryDelaySeconds=0)
    workflow_id = await lab.run_tasks([lab.simple("work")])
    await lab.fail(await lab.take("work"), "for good", for_good=True)
    document = await lab.finished(workflow_id, "failed")
    assert len(document["tasks"]) == 1


@flow
async def a_definition_without_retries(lab: Lab) -> None:
    await lab.define_task("work", retryCount=0)
    workflow_id = await lab.run_tasks([lab.simple("work")])
    await lab.fail(await lab.take("work"), "once")
    await lab.finished(workflow_id, "failed")


@flow
async def the_default_definition_is_retried_three_times(lab: Lab) -> None:
    await lab.define_task("work")
    workflow_id = await lab.run_tasks([lab.simple("work")])
    lab.note("delays", delays(await fail_until_the_end(lab, workflow_id)))


@flow
async def a_start_delay_hides_the_task(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("work", startDelay=3)])
    lab.note("delays", delays(await lab.document(workflow_id)))
    assert await lab.poll("work") is None
    await lab.work("work")
    await lab.finished(workflow_id)
