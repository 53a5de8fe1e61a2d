"""SWITCH, SET_VARIABLE, TERMINATE, INLINE and WAIT: what the server does itself."""

from __future__ import annotations

import time
from typing import Any

from conductor_core.models import TaskResultStatus
from tests.conformance.lab import Document, Lab, flow, latest, statuses


def switch(
    ref: str, cases: dict[str, list[Document]], default: list[Document] | None = None, **fields: object
) -> Document:
    """Make a SWITCH over the value of its input ``by``, unless fields say otherwise."""
    return {
        "name": ref,
        "taskReferenceName": ref,
        "type": "SWITCH",
        "evaluatorType": "value-param",
        "expression": "by",
        "inputParameters": {"by": "${workflow.input.by}"},
        "decisionCases": cases,
        "defaultCase": default or [],
        **fields,
    }


def inline(ref: str, expression: str, **inputs: object) -> Document:
    """Make an INLINE task in JavaScript."""
    parameters = {"evaluatorType": "javascript", "expression": expression, **inputs}
    return {"name": ref, "taskReferenceName": ref, "type": "INLINE", "inputParameters": parameters}


def set_variables(ref: str, **values: object) -> Document:
    """Make a SET_VARIABLE task."""
    return {"name": ref, "taskReferenceName": ref, "type": "SET_VARIABLE", "inputParameters": values}


def terminate(ref: str, status: str, **inputs: object) -> Document:
    """Make a TERMINATE task."""
    parameters = {"terminationStatus": status, **inputs}
    return {"name": ref, "taskReferenceName": ref, "type": "TERMINATE", "inputParameters": parameters}


def wait(ref: str, **inputs: object) -> Document:
    """Make a WAIT task."""
    return {"name": ref, "taskReferenceName": ref, "type": "WAIT", "inputParameters": inputs}


def marks(case: str) -> list[Document]:
    """Make a branch that leaves a trace."""
    return [inline(f"in_{case}", f"'{case} taken'")]


@flow
async def switch_takes_each_case(lab: Lab) -> None:
    cases = {"a": marks("a"), "b": marks("b"), "7": marks("seven"), "true": marks("yes")}
    await lab.define([switch("sw", cases, marks("default")), inline("after", "'after'")])
    for value in ("a", "b", 7, True, "other", None, ""):
        document = await lab.finished(await lab.start(input={"by": value}), f"by {value!r}")
        assert document["status"] == "COMPLETED"


@flow
async def switch_without_a_matching_case_goes_on(lab: Lab) -> None:
    await lab.define([switch("sw", {"a": marks("a")}), inline("after", "'after'")])
    document = await lab.finished(await lab.start(input={"by": "z"}), "no case")
    assert [ref for ref, _ in statuses(document)] == ["sw", "after"]


@flow
async def switch_as_the_last_task_ends_the_workflow(lab: Lab) -> None:
    await lab.define([switch("sw", {"a": []})])
    await lab.finished(await lab.start(input={"by": "a"}), "empty case")
    await lab.finished(await lab.start(input={"by": "z"}), "no case")


@flow
async def switch_by_script(lab: Lab) -> None:
    fields: dict[str, Any] = {
        "evaluatorType": "javascript",
        "expression": "$.n > 10 ? 'big' : 'small'",
        "inputParameters": {"n": "${workflow.input.n}"},
    }
    await lab.define([switch("sw", {"big": marks("big"), "small": marks("small")}, **fields)])
    await lab.finished(await lab.start(input={"n": 11}), "big")
    await lab.finished(await lab.start(input={"n": 1}), "small")


@flow
async def switch_with_a_failing_script(lab: Lab) -> None:
    fields: dict[str, Any] = {"evaluatorType": "javascript", "expression": "nobody.knows", "inputParameters": {}}
    await lab.define([switch("sw", {"a": marks("a")}, marks("default"), **fields)])
    document = await lab.finished(await lab.start())
    lab.note("failed", [document["status"], statuses(document), document["failedReferenceTaskNames"]])


@flow
async def switches_nest(lab: Lab) -> None:
    inner = switch("inner", {"b": marks("b")}, marks("other"), inputParameters={"by": "${workflow.input.second}"})
    await lab.define([switch("outer", {"a": [inner, inline("tail", "'tail'")]}), inline("after", "'after'")])
    await lab.finished(await lab.start(input={"by": "a", "second": "b"}), "both")
    await lab.finished(await lab.start(input={"by": "a", "second": "c"}), "default inside")
    await lab.finished(await lab.start(input={"by": "x", "second": "b"}), "none")


@flow
async def switch_with_worker_tasks(lab: Lab) -> None:
    await lab.define([switch("sw", {"a": [lab.simple("one"), lab.simple("two")]}), lab.simple("three")])
    workflow_id = await lab.start(input={"by": "a"})
    for task in ("one", "two", "three"):
        await lab.work(task, {"of": task})
    await lab.finished(workflow_id, "completed")


@flow
async def variables_are_set_and_read(lab: Lab) -> None:
    tasks = [
        set_variables("first", n=1, text="${workflow.input.text}", kept={"a": [1]}),
        inline("look", "$.n + 1", n="${workflow.variables.n}"),
        set_variables("second", n="${look.output.result}", seen="${workflow.variables.initial}"),
    ]
    output = {"n": "${workflow.variables.n}", "all": "${workflow.variables}"}
    await lab.define(tasks, variables={"initial": "from the definition", "n": 0}, outputParameters=output)
    document = await lab.finished(await lab.start(input={"text": "hello"}), "completed")
    assert document["output"]["n"] == 2


@flow
async def terminate_ends_with_each_status(lab: Lab) -> None:
    for status in ("COMPLETED", "FAILED", "TERMINATED"):
        stop = terminate(
            "stop", status, terminationReason="${workflow.input.why}", workflowOutput={"was": "${workflow.input.why}"}
        )
        await lab.define([inline("before", "1"), stop, lab.simple("never")], status, outputParameters={"x": 1})
        document = await lab.finished(await lab.start(status, {"why": "enough"}), status)
        assert (document["status"], document["output"]) == (status, {"was": "enough"})


@flow
async def terminate_without_reason_and_with_a_plain_output(lab: Lab) -> None:
    await lab.define([terminate("stop", "TERMINATED", workflowOutput="${workflow.input.value}")])
    await lab.finished(await lab.start(input={"value": [1, 2]}), "list")
    await lab.finished(await lab.start(), "null")
    await lab.define([terminate("stop", "FAILED")], "bare")
    await lab.finished(await lab.start("bare"), "bare")


@flow
async def terminate_cancels_what_is_open(lab: Lab) -> None:
    fork = {
        "name": "fork",
        "taskReferenceName": "fork",
        "type": "FORK_JOIN",
        "forkTasks": [
            [lab.simple("open")],
            [lab.simple("first"), terminate("stop", "FAILED", terminationReason="cut")],
        ],
    }
    join = {"name": "join", "taskReferenceName": "join", "type": "JOIN", "joinOn": ["open", "stop"]}
    workflow_id = await lab.run_tasks([fork, join])
    await lab.work("first")
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], document["reasonForIncompletion"], latest(document, "open")["status"]])
    assert await lab.poll("open") is None


@flow
async def inline_evaluates_javascript(lab: Lab) -> None:
    scripts = {
        "number": "$.n * 2",
        "whole": "4.0",
        "float": "$.n / 4",
        "text": "'a' + $.n",
        "object": "({n: $.n, list: [1, 'two', null, true]})",
        "function": "(function () { var total = 0; for (var i = 0; i < 5; i++) { total += i; } return total; })()",
        "nothing": "undefined",
        "null": "null",
        "list": "$.list.length",
        "field": "$.map.inner.x",
        "boolean": "$.n == 5",
    }
    tasks = [
        inline(ref, script, n="${workflow.input.n}", list=[1, 2, 3], map={"inner": {"x": "y"}})
        for ref, script in scripts.items()
    ]
    document = await lab.finished(await lab.run_tasks(tasks, {"n": 5}), "completed")
    assert document["status"] == "COMPLETED"


@flow
async def inline_fails_with_its_script(lab: Lab) -> None:
    await lab.define([inline("bad", "nobody + 1")], "reference")
    await lab.define([inline("bad", "throw 'my own words'")], "thrown")
    for name in ("reference", "thrown"):
        document = await lab.finished(await lab.start(name))
        assert latest(document, "bad")["status"] == "FAILED_WITH_TERMINAL_ERROR"
        lab.note(name, [document["status"], sorted(latest(document, "bad")["outputData"])])


@flow
async def scripts_that_cannot_read_what_they_want(lab: Lab) -> None:
    scripts = {
        "of null": "null.x",
        "of undefined": "$.a.b.c",
        "no function": "undefined()",
        "an object": "throw {a: 1}",
    }
    for label, script in scripts.items():
        await lab.define([inline("i", script)], label)
        document = await lab.finished(await lab.start(label))
        lab.note(label, latest(document, "i")["reasonForIncompletion"])


@flow
async def inline_value_param(lab: Lab) -> None:
    parameters = {"evaluatorType": "value-param", "expression": "pick", "pick": {"a": 1}}
    task = {"name": "x", "taskReferenceName": "x", "type": "INLINE", "inputParameters": parameters}
    await lab.finished(await lab.run_tasks([task]), "completed")


@flow
async def wait_for_a_duration(lab: Lab) -> None:
    started = time.monotonic()
    workflow_id = await lab.run_tasks([wait("pause", duration="4 seconds"), inline("after", "1")])
    lab.note("waiting", await lab.document(workflow_id))
    document = await lab.finished(workflow_id, "completed")
    assert document["status"] == "COMPLETED"
    assert time.monotonic() - started >= 4


@flow
async def wait_until_a_moment_that_is_over(lab: Lab) -> None:
    await lab.define([wait("pause", until="2024-02-29 12:00 UTC")], "moment")
    await lab.define([wait("pause", until="2024-02-29")], "day")
    for name in ("moment", "day"):
        await lab.finished(await lab.start(name), name)


@flow
async def wait_for_ever_ends_by_reference_name(lab: Lab) -> None:
    await lab.define([wait("pause"), inline("after", "$.x", x="${pause.output.x}")])
    workflow_id = await lab.start()
    lab.note("waiting", await lab.task_is(workflow_id, "pause", "IN_PROGRESS"))
    tasks = lab.conductor.tasks
    task_id = await tasks.update_task_by_ref_name(workflow_id, "pause", TaskResultStatus.IN_PROGRESS, {"x": 1, "y": 1})
    assert task_id == latest(await lab.document(workflow_id), "pause")["taskId"]
    lab.note("updated", latest(await lab.document(workflow_id), "pause"))
    await tasks.update_task_by_ref_name(workflow_id, "pause", TaskResultStatus.COMPLETED, {"x": 2})
    document = await lab.finished(workflow_id, "completed")
    assert latest(document, "pause")["outputData"] == {"x": 2, "y": 1}
    lab.note("no such open task", await tasks.update_task_by_ref_name(workflow_id, "pause", TaskResultStatus.COMPLETED))


@flow
async def wait_for_ever_ends_by_task_id(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([wait("pause")])
    await lab.task_is(workflow_id, "pause", "IN_PROGRESS")
    task = await lab.conductor.tasks.get_task(latest(await lab.document(workflow_id), "pause")["taskId"])
    await lab.complete(task, {"by": "id"})
    await lab.finished(workflow_id, "completed")


@flow
async def wait_that_fails_fails_the_workflow(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([wait("pause")])
    await lab.task_is(workflow_id, "pause", "IN_PROGRESS")
    await lab.conductor.tasks.update_task_by_ref_name(workflow_id, "pause", TaskResultStatus.FAILED, {"x": 1})
    await lab.finished(workflow_id, "failed")
