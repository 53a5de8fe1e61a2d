"""Executions that have ended and go on: what becomes of other branches, of JOINs, and of parents and children.

The real server's JOIN worker takes no lock: a JOIN behind a branch that failed may end in three ways, and may fail an
execution that was just retried. So JOINs are looked at where they are sure, and a retry is repeated until it holds.
"""

from __future__ import annotations

import asyncio

from conductor_core import NotFoundError
from conductor_workflows import RerunWorkflowRequest
from tests.conformance.flows.forks import fork, join
from tests.conformance.flows.operators import inline, switch
from tests.conformance.lab import TERMINAL, Document, Lab, flow, latest, statuses

RETRIES = 5
CALM_SECONDS = 1.0


def attempts(document: Document, *but: str) -> list[list[object]]:
    """Return each task of an execution with its state and attempt, without those of some names."""
    return [
        [task["referenceTaskName"], task["status"], task["retryCount"], task["seq"]]
        for task in document["tasks"]
        if task["referenceTaskName"] not in but
    ]


def child(lab: Lab, ref: str, name: str) -> Document:
    """Make a SUB_WORKFLOW."""
    return {"name": ref, "taskReferenceName": ref, "type": "SUB_WORKFLOW", "subWorkflowParam": {"name": lab.own(name)}}


async def begun_and_ended(lab: Lab, workflow_id: str) -> Document:
    """Wait for the end of an execution that the engine names a moment before it begins it."""

    async def look() -> Document | None:
        try:
            document = await lab.document(workflow_id)
        except NotFoundError:
            return None
        return document if document["status"] in TERMINAL else None

    return await lab.wait_for(look, f"workflow {workflow_id}")


async def ended(lab: Lab, workflow_id: str) -> Document:
    """Wait for the end of an execution, and until the real server's JOIN worker has seen it too."""
    document = await lab.finished(workflow_id)
    await asyncio.sleep(CALM_SECONDS)
    return document


async def rerun_from(lab: Lab, workflow_id: str, ref: str, **fields: object) -> None:
    """Rerun an execution from the latest attempt of a task."""
    task_id = latest(await lab.document(workflow_id), ref)["taskId"]
    request = RerunWorkflowRequest.model_validate({"reRunFromTaskId": task_id, **fields})
    for _ in range(RETRIES):
        await lab.conductor.workflows.rerun(workflow_id, request)
        await asyncio.sleep(0.2)
        if (await lab.document(workflow_id))["status"] not in TERMINAL:
            break


async def family(lab: Lab) -> str:
    """Start a fork of two children with one task each, `x` and `y`, and fail the first."""
    await lab.define([lab.simple("x")], "first")
    await lab.define([lab.simple("y")], "second")
    tasks = [fork("fork", [child(lab, "one", "first")], [child(lab, "two", "second")]), join("join", "one", "two")]
    workflow_id = await lab.run_tasks(tasks)
    await lab.take("y")
    await lab.fail(await lab.take("x"), "broken", for_good=True)
    await ended(lab, workflow_id)
    return workflow_id


@flow
async def a_failed_branch_is_tried_again_with_its_siblings(lab: Lab) -> None:
    branches = [lab.simple("a")], [lab.simple("b")], [lab.simple("c")]
    workflow_id = await lab.run_tasks([fork("fork", *branches), join("join", "a", "b", "c"), lab.simple("end")])
    await lab.work("c", {"of": "c"})
    await lab.fail(await lab.take("a"), "broken", for_good=True)
    await ended(lab, workflow_id)
    for _ in range(RETRIES):
        await lab.conductor.workflows.retry(workflow_id)
        await asyncio.sleep(0.3)
        if (await lab.document(workflow_id))["status"] not in TERMINAL:
            break
    for name in ("a", "b", "end"):
        await lab.work(name, {"of": name})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], *(latest(document, name)["status"] for name in ("a", "b", "c", "join"))])
    lab.note("joined", latest(document, "join")["outputData"])


@flow
async def a_permissive_join_is_tried_again(lab: Lab) -> None:
    tasks = [fork("fork", [lab.simple("a", permissive=True)], [lab.simple("b")]), join("join", "a", "b")]
    workflow_id = await lab.run_tasks([*tasks, lab.simple("end")])
    await lab.fail(await lab.take("a"), "broken", for_good=True)
    await lab.work("b")
    await lab.finished(workflow_id, "failed")
    await lab.conductor.workflows.retry(workflow_id)
    lab.note("retried", attempts(await lab.document(workflow_id)))
    await lab.work("a")
    await lab.work("end")
    lab.note("join", latest(await lab.finished(workflow_id), "join"))


@flow
async def a_retried_child_takes_the_branches_of_its_parent_along(lab: Lab) -> None:
    await lab.define([lab.simple("x")], "first")
    workflow_id = await lab.run_tasks(
        [fork("fork", [child(lab, "one", "first")], [lab.simple("b")]), join("join", "one", "b")]
    )
    await lab.fail(await lab.take("x"), "broken", for_good=True)
    document = await ended(lab, workflow_id)
    await lab.conductor.workflows.retry(latest(document, "one")["subWorkflowId"])
    document = await lab.task_is(workflow_id, "b", "SCHEDULED")
    lab.note("retried", [document["status"], attempts(document, "join"), document["failedReferenceTaskNames"]])
    await lab.work("x", {"of": "x"})
    await lab.work("b", {"of": "b"})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], attempts(document, "join"), latest(document, "join")["status"]])


@flow
async def a_resumed_child_takes_its_siblings_along(lab: Lab) -> None:
    workflow_id = await family(lab)
    await lab.conductor.workflows.retry(workflow_id, resume_subworkflow_tasks=True)
    document = await lab.task_is(workflow_id, "two", "IN_PROGRESS")
    lab.note("resumed", [document["status"], attempts(document, "join")])
    await lab.work("x", {"of": "x"})
    await lab.work("y", {"of": "y"})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], attempts(document, "join")])
    for ref in ("one", "two"):
        lab.note(ref, attempts(await lab.document(latest(document, ref)["subWorkflowId"])))


@flow
async def a_rerun_from_a_child_keeps_the_other_branches(lab: Lab) -> None:
    await lab.define([lab.simple("x")], "first")
    tasks = [fork("fork", [child(lab, "one", "first")], [lab.simple("b")]), join("join", "one", "b")]
    workflow_id = await lab.run_tasks(tasks)
    await lab.work("b", {"of": "b"})
    await lab.fail(await lab.take("x"), "broken", for_good=True)
    await ended(lab, workflow_id)
    await rerun_from(lab, workflow_id, "one")
    document = await lab.task_is(workflow_id, "one", "IN_PROGRESS")
    lab.note("reran", [document["status"], attempts(document, "join")])
    await lab.work("x", {"of": "x"})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], attempts(document, "join"), latest(document, "join")["status"]])


@flow
async def a_rerun_opens_the_other_failed_branch(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([fork("fork", [lab.simple("a")], [lab.simple("b")]), join("join", "a", "b")])
    await lab.fail(await lab.take("b"), "broken", for_good=True)
    await ended(lab, workflow_id)
    await rerun_from(lab, workflow_id, "b")
    document = await lab.document(workflow_id)
    lab.note("reran", [document["status"], attempts(document, "join")])
    await lab.work("a")
    await lab.work("b")


@flow
async def a_rerun_reaches_the_tasks_of_children(lab: Lab) -> None:
    await lab.define([lab.simple("x"), lab.simple("y")], "first")
    workflow_id = await lab.run_tasks([child(lab, "one", "first"), lab.simple("end")])
    await lab.work("x")
    await lab.fail(await lab.take("y"), "broken", for_good=True)
    document = await lab.finished(workflow_id)
    inner = latest(document, "one")["subWorkflowId"]
    task_id = latest(await lab.document(inner), "x")["taskId"]
    request = RerunWorkflowRequest(re_run_from_task_id=task_id, task_input={"replaced": True})
    lab.note("answer", await lab.conductor.workflows.rerun(workflow_id, request) == workflow_id)
    document = await lab.task_is(workflow_id, "one", "IN_PROGRESS")
    lab.note("reran", [document["status"], attempts(document), attempts(await lab.document(inner))])
    task = await lab.work("x")
    lab.note("input", task.input_data)
    await lab.work("y")
    await lab.work("end")
    lab.note("ended", attempts(await lab.finished(workflow_id)))


@flow
async def a_rerun_from_a_switch_with_another_input_goes_on_behind_it(lab: Lab) -> None:
    cases = {"a": [lab.simple("x")], "b": [lab.simple("y")]}
    workflow_id = await lab.run_tasks([switch("sw", cases), lab.simple("end")], {"by": "a"})
    await lab.work("x")
    await lab.work("end")
    await lab.finished(workflow_id)
    await rerun_from(lab, workflow_id, "sw", taskInput={"by": "b"})
    document = await lab.task_is(workflow_id, "end", "SCHEDULED")
    lab.note("reran", [statuses(document), latest(document, "sw")["inputData"], latest(document, "sw")["outputData"]])


@flow
async def another_attempt_keeps_what_a_rerun_gave(lab: Lab) -> None:
    await lab.define_task("work", retryCount=1, retryDelaySeconds=0)
    workflow_id = await lab.run_tasks([lab.simple("a", "work", inputParameters={"x": "${workflow.input.x}"})], {"x": 1})
    await lab.fail(await lab.take("work"), "broken", for_good=True)
    await lab.finished(workflow_id)
    await rerun_from(lab, workflow_id, "a", taskInput={"given": True, "x": 5})
    for label in ("rerun", "by itself"):
        task = await lab.take("work")
        lab.note(label, task.input_data)
        await lab.fail(task, "again")
    await lab.finished(workflow_id)
    await lab.conductor.workflows.retry(workflow_id)
    lab.note("by hand", (await lab.work("work")).input_data)


@flow
async def a_failure_workflow_that_is_not_there(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("a")], failureWorkflow="nobody_knows_it")
    await lab.fail(await lab.take("a"), "broken", for_good=True)
    key = "conductor.failure_workflow"
    document = await lab.until(workflow_id, lambda seen: "failed to start" in str(seen["output"].get(key)))
    lab.note("failed", document)


@flow
async def a_failure_workflow_of_a_version_and_of_an_input(lab: Lab) -> None:
    await lab.define([inline("i", "'old'")], "tidy", version=1)
    await lab.define([inline("i", "'new'")], "tidy", version=2)
    named = {"of a version": {"failureWorkflow": lab.own("tidy"), "failureWorkflowVersion": 1}}
    named |= {"of an input": {"failureWorkflow": "$workflow.input.tidy"}}
    named |= {"of no input": {"failureWorkflow": "${workflow.input.tidy}"}}
    for number, (label, fields) in enumerate(named.items()):
        await lab.define([lab.simple("a")], f"wf{number}", **fields)
        workflow_id = await lab.start(f"wf{number}", {"tidy": lab.own("tidy")})
        await lab.fail(await lab.take("a"), "broken", for_good=True)
        document = await lab.finished(workflow_id)
        tidy = document["output"].get("conductor.failure_workflow")
        lab.note(label, None if tidy is None else (await begun_and_ended(lab, tidy))["output"])
