"""EXCLUSIVE_JOIN, and the task types of workflows that were written long ago: DECISION, LAMBDA, NOOP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conformance.flows.forks import fork, join
from tests.conformance.flows.loops import times
from tests.conformance.flows.operators import inline, switch
from tests.conformance.lab import Document, Lab, flow, latest, statuses

if TYPE_CHECKING:
    from collections.abc import Sequence


def exclusive_join(ref: str, join_on: Sequence[str], default: Sequence[str] = (), **fields: object) -> Document:
    """Make an EXCLUSIVE_JOIN."""
    names = {"joinOn": list(join_on), "defaultExclusiveJoinTask": list(default)}
    return {"name": ref, "taskReferenceName": ref, "type": "EXCLUSIVE_JOIN", **names, **fields}


def decision(ref: str, cases: Document, default: Sequence[Document] = (), **fields: object) -> Document:
    """Make a DECISION."""
    branches = {"decisionCases": cases, "defaultCase": list(default)}
    return {"name": ref, "taskReferenceName": ref, "type": "DECISION", **branches, **fields}


def function(ref: str, body: str | None, **inputs: object) -> Document:
    """Make a LAMBDA."""
    script = {} if body is None else {"scriptExpression": body}
    return {"name": ref, "taskReferenceName": ref, "type": "LAMBDA", "inputParameters": {**script, **inputs}}


async def note(lab: Lab, label: str, workflow_id: str) -> None:
    """Wait for the end and note the tasks."""
    document = await lab.finished(workflow_id)
    seen = [
        (task["referenceTaskName"], task["taskType"], task["taskDefName"], task["status"], task.get("iteration"))
        for task in document["tasks"]
    ]
    data = [(task["inputData"], task["outputData"], task.get("reasonForIncompletion")) for task in document["tasks"]]
    lab.note(label, [document["status"], document.get("reasonForIncompletion"), document["output"], seen, data])


@flow
async def the_case_that_ran_is_joined(lab: Lab) -> None:
    cases = {"a": [lab.simple("a")], "b": [lab.simple("b")]}
    choice = switch("choice", cases, [lab.simple("other")])
    after = inline("after", "$.joined", joined="${meet.output}")
    await lab.define([choice, exclusive_join("meet", ["a", "b"], ["other"]), after])
    for case, task in {"a": "a", "b": "b", "z": "other"}.items():
        workflow_id = await lab.start(input={"by": case})
        await lab.work(task, {"from": task})
        await note(lab, case, workflow_id)


@flow
async def an_exclusive_join_waits(lab: Lab) -> None:
    choice = switch("choice", {"a": [lab.simple("a")]})
    workflow_id = await lab.run_tasks([choice, exclusive_join("meet", ["a"])])
    document = await lab.task_is(workflow_id, "meet", "IN_PROGRESS")
    lab.note("waits", [document["status"], latest(document, "meet")["inputData"], statuses(document)])


@flow
async def an_exclusive_join_in_a_loop(lab: Lab) -> None:
    number = {"by": "${loop.output.iteration}"}
    cases = {"1": [inline("one", "'1'")], "2": [inline("two", "'2'")]}
    choice = switch("choice", cases, inputParameters=number)
    await note(lab, "ended", await lab.run_tasks([times("loop", 2, choice, exclusive_join("meet", ["one", "two"]))]))


@flow
async def an_exclusive_join_behind_a_join(lab: Lab) -> None:
    tasks = [
        fork("fork", [inline("a", "1")], [inline("b", "2")]),
        join("join", "a", "b"),
        exclusive_join("x", ["b", "a"]),
    ]
    await note(lab, "ended", await lab.run_tasks(tasks))


@flow
async def decisions_by_value_and_by_script(lab: Lab) -> None:
    ways: dict[str, Document] = {
        "value": {"caseValueParam": "by", "inputParameters": {"by": "${workflow.input.by}", "more": 1}},
        "script": {"caseExpression": "$.n > 3 ? 'a' : 'b'", "inputParameters": {"n": "${workflow.input.n}"}},
    }
    for way, fields in ways.items():
        cases = {"a": [inline("first", "1"), inline("second", "2")]}
        choice = decision("choice", cases, [inline("other", "3")], **fields)
        after = inline("after", "$.seen", seen="${choice.output}")
        await lab.define([choice, after], way)
        inputs: list[Document] = [{"by": "a", "n": 5}, {"by": None, "n": 1}]
        for number, values in enumerate(inputs):
            await note(lab, f"{way} {number}", await lab.start(way, values))


@flow
async def a_decision_without_a_matching_case_goes_on(lab: Lab) -> None:
    choice = decision("choice", {"a": [inline("a", "1")]}, caseValueParam="by", inputParameters={"by": "z"})
    await note(lab, "ended", await lab.run_tasks([choice, inline("after", "1")]))


@flow
async def functions_return(lab: Lab) -> None:
    bodies = {
        "sum": "return $.a + 1;",
        "branches": "if ($.a > 1) { return {big: true}; } else { return {big: false}; }",
        "nothing": "$.a + 1",
        "broken": "return nope;",
        "thrown": "throw new Error('so not');",
        "blank": " ",
        "missing": None,
    }
    for label, body in bodies.items():
        await lab.define([function("f", body, a=2)], label)
        await note(lab, label, await lab.start(label))


@flow
async def nothing_is_done(lab: Lab) -> None:
    nothing = {"name": "n", "taskReferenceName": "n", "type": "NOOP", "inputParameters": {"a": 1}}
    await note(lab, "ended", await lab.run_tasks([nothing, inline("after", "1")]))
