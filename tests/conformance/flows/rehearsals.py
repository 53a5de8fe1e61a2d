"""`/workflow/test`: a workflow run with prepared outcomes instead of workers."""

from __future__ import annotations

from typing import Any

from conductor_core import post
from tests.conformance.flows.forks import fork, join
from tests.conformance.flows.loops import times
from tests.conformance.flows.operators import inline, wait
from tests.conformance.flows.services import http
from tests.conformance.flows.sub_workflows import child
from tests.conformance.lab import Document, Lab, flow


def done(**output: object) -> Document:
    """Make a good outcome."""
    return {"status": "COMPLETED", "output": output}


async def rehearse(lab: Lab, tasks: list[Document], outcomes: dict[str, list[Document]], **fields: object) -> Document:
    """Run a definition that is not registered with prepared outcomes."""
    definition = {"name": lab.own("test"), "version": 1, "schemaVersion": 2, "tasks": tasks}
    body = {
        "name": definition["name"],
        "version": 1,
        "workflowDef": definition,
        "taskRefToMockOutput": outcomes,
        **fields,
    }
    return await lab.conductor.run(post("/workflow/test", body=body, returns=dict[str, Any]))


def seen(document: Document) -> list[object]:
    """Return the short of an execution."""
    tasks = [
        (task["referenceTaskName"], task["status"], task["retryCount"], task["inputData"], task["outputData"])
        for task in document["tasks"]
    ]
    return [document["status"], document.get("reasonForIncompletion"), tasks, document["output"]]


@flow
async def outcomes_are_used_in_turn(lab: Lab) -> None:
    tasks = [
        lab.simple("a"),
        inline("sum", "$.n + 1", n="${a.output.n}"),
        wait("pause", duration="1 hour"),
        lab.simple("b"),
    ]
    outcomes = {"a": [done(n=4)], "pause": [done()], "b": [done(last=True)]}
    lab.note("all", seen(await rehearse(lab, tasks, outcomes, input={"x": 1})))
    lab.note("some", seen(await rehearse(lab, tasks, {"a": [done(n=4)]})))
    lab.note("none", seen(await rehearse(lab, tasks, {})))


@flow
async def an_outcome_may_be_a_failure(lab: Lab) -> None:
    tasks = [lab.simple("a"), lab.simple("b")]
    failed: Document = {"status": "FAILED", "output": {"n": 1}}
    lab.note("tried again", seen(await rehearse(lab, tasks, {"a": [failed, done(n=2)], "b": [done(n=3)]})))
    terminal: Document = {"status": "FAILED_WITH_TERMINAL_ERROR", "output": {}}
    document = await rehearse(lab, tasks, {"a": [terminal]})
    lab.note("for good", [document["status"], [task["status"] for task in document["tasks"]]])


@flow
async def requests_to_others_are_not_sent(lab: Lab) -> None:
    tasks = [http("call", uri="http://127.0.0.1:1/nobody", method="GET"), lab.simple("b")]
    lab.note("with outcome", seen(await rehearse(lab, tasks, {"call": [done(response={"body": 1})], "b": [done()]})))
    lab.note("without", seen(await rehearse(lab, tasks, {})))


@flow
async def loops_use_one_outcome_for_each_iteration(lab: Lab) -> None:
    body = [times("loop", 2, lab.simple("a"))]
    lab.note("by iteration", seen(await rehearse(lab, body, {"a__1": [done(n=1)], "a__2": [done(n=2)]})))
    lab.note("by plain name", seen(await rehearse(lab, body, {"a": [done(n=1), done(n=2)]})))


@flow
async def branches_have_outcomes_of_their_own(lab: Lab) -> None:
    tasks = [fork("fork", [lab.simple("a")], [lab.simple("b")]), join("join", "a", "b"), lab.simple("c")]
    document = await rehearse(lab, tasks, {"a": [done(n=1)], "b": [done(n=2)]})
    states = {task["referenceTaskName"]: task["status"] for task in document["tasks"]}
    lab.note("branches", [states["a"], states["b"]])


@flow
async def sub_workflows_are_rehearsed_too(lab: Lab) -> None:
    await lab.define([lab.simple("inner")], "child")
    nested = {"sub": {"name": lab.own("child"), "version": 1, "taskRefToMockOutput": {"inner": [done(of="inner")]}}}
    tasks: list[Document] = [{**child(lab), "inputParameters": {}}, lab.simple("after")]
    outcomes: dict[str, list[Document]] = {"after": [done(of="after")]}
    document = await rehearse(lab, tasks, outcomes, subWorkflowTestRequest=nested)
    lab.note("nested", [document["status"], [(t["referenceTaskName"], t["status"]) for t in document["tasks"]]])


@flow
async def rehearsals_that_cannot_begin(lab: Lab) -> None:
    body: Document = {"name": lab.own("nobody"), "taskRefToMockOutput": {}}
    await lab.refused("unknown", lab.conductor.run(post("/workflow/test", body=body, returns=dict[str, Any])))
    nameless: Document = {"taskRefToMockOutput": {}}
    await lab.refused("nameless", lab.conductor.run(post("/workflow/test", body=nameless, returns=dict[str, Any])))
