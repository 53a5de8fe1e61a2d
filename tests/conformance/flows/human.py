"""HUMAN tasks as every server has them: they wait until the API of tasks completes them."""

from __future__ import annotations

from conductor_core import Task, post
from conductor_core.models import TaskResultStatus
from tests.conformance.flows.forks import fork, join
from tests.conformance.flows.operators import inline
from tests.conformance.lab import Document, Lab, flow, latest, statuses


def human(ref: str, **inputs: object) -> Document:
    """Make a HUMAN task with an assignee."""
    definition = {
        "assignmentCompletionStrategy": "LEAVE_OPEN",
        "displayName": "Approve",
        "assignments": [{"assignee": {"user": "ada", "userType": "EXTERNAL_USER"}, "slaMinutes": 60}],
    }
    parameters = {"__humanTaskDefinition": definition, **inputs}
    return {"name": ref, "taskReferenceName": ref, "type": "HUMAN", "inputParameters": parameters}


async def human_task(lab: Lab, workflow_id: str, ref: str) -> Task:
    """Wait for a HUMAN task and return it."""
    document = await lab.task_is(workflow_id, ref, "IN_PROGRESS")
    return Task.model_validate(latest(document, ref))


@flow
async def a_human_task_is_completed_by_its_id(lab: Lab) -> None:
    tasks = [human("approve", amount="${workflow.input.amount}"), inline("after", "$.by", by="${approve.output.by}")]
    workflow_id = await lab.run_tasks(tasks, {"amount": 7})
    task = await human_task(lab, workflow_id, "approve")
    lab.note("waiting", await lab.document(workflow_id))
    await lab.report(task, TaskResultStatus.IN_PROGRESS, {"seen": True})
    lab.note("looked at", statuses(await lab.document(workflow_id)))
    await lab.complete(task, {"by": "ada", "approved": True})
    document = await lab.finished(workflow_id)
    lab.note("completed", [document["status"], statuses(document), document["output"]])
    assert document["output"] == {"result": "ada"}


@flow
async def a_human_task_is_completed_by_its_reference_name(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([human("approve")])
    await human_task(lab, workflow_id, "approve")
    path = ("/tasks/{}/{}/{}", workflow_id, "approve", "COMPLETED")
    answer = await lab.conductor.run(post(*path, body={"approved": False}, returns=str))
    lab.note("answer", answer)
    document = await lab.finished(workflow_id)
    lab.note("completed", [document["status"], document["output"]])


@flow
async def a_human_task_may_fail(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([human("approve"), inline("after", "1")])
    await lab.fail(await human_task(lab, workflow_id, "approve"), "refused by ada")
    document = await lab.finished(workflow_id)
    lab.note("failed", [document["status"], document["reasonForIncompletion"], statuses(document)])


@flow
async def people_work_side_by_side(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([fork("fork", [human("one")], [human("two")]), join("join", "one", "two")])
    for ref in ("two", "one"):
        await lab.complete(await human_task(lab, workflow_id, ref), {"of": ref})
    document = await lab.finished(workflow_id)
    lab.note("completed", [document["status"], statuses(document), document["output"]])


@flow
async def an_execution_ends_without_its_person(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([human("approve")])
    task = await human_task(lab, workflow_id, "approve")
    await lab.conductor.workflows.terminate(workflow_id, "no longer needed")
    document = await lab.finished(workflow_id)
    lab.note("terminated", [document["status"], statuses(document)])
    await lab.complete(task, {"too": "late"})
    lab.note("late", latest(await lab.document(workflow_id), "approve")["outputData"])
