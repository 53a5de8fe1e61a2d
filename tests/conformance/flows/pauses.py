"""What goes on in an execution that is paused, and what does not."""

from __future__ import annotations

import asyncio

from tests.conformance.flows.forks import fork, join
from tests.conformance.flows.operators import wait
from tests.conformance.lab import Lab, flow, latest, statuses

TIMEOUT_SECONDS = 1
LONGER_SECONDS = 2.5


@flow
async def a_pause_stops_the_clock_of_the_workflow(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("a")], timeoutSeconds=TIMEOUT_SECONDS, timeoutPolicy="TIME_OUT_WF")
    await lab.conductor.workflows.pause(workflow_id)
    await asyncio.sleep(LONGER_SECONDS)
    lab.note("paused", statuses(await lab.document(workflow_id)))
    await lab.conductor.workflows.resume(workflow_id)
    document = await lab.document(workflow_id)
    lab.note("resumed", [document["status"], statuses(document)])


@flow
async def a_result_in_a_pause_is_too_late_for_the_workflow(lab: Lab) -> None:
    tasks = [lab.simple("a"), lab.simple("b")]
    workflow_id = await lab.run_tasks(tasks, timeoutSeconds=TIMEOUT_SECONDS, timeoutPolicy="TIME_OUT_WF")
    task = await lab.take("a")
    await lab.conductor.workflows.pause(workflow_id)
    await asyncio.sleep(LONGER_SECONDS)
    await lab.complete(task)
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], statuses(document)])


@flow
async def a_wait_ends_in_a_pause(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([wait("pause", duration="1s"), lab.simple("a")])
    await lab.conductor.workflows.pause(workflow_id)
    document = await lab.task_is(workflow_id, "pause", "COMPLETED")
    lab.note("paused", [document["status"], statuses(document)])
    await lab.conductor.workflows.resume(workflow_id)
    await lab.work("a")
    await lab.finished(workflow_id, "completed")


@flow
async def branches_stop_in_a_pause(lab: Lab) -> None:
    branches = [lab.simple("a"), lab.simple("a2")], [lab.simple("b")]
    workflow_id = await lab.run_tasks([fork("fork", *branches), join("join", "a2", "b")])
    await lab.conductor.workflows.pause(workflow_id)
    await lab.work("a")
    await lab.work("b", {"of": "b"})
    document = await lab.task_is(workflow_id, "b", "COMPLETED")
    lab.note("paused", [document["status"], statuses(document)])
    await lab.conductor.workflows.resume(workflow_id)
    await lab.work("a2", {"of": "a2"})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], latest(document, "join")["outputData"]])
