"""DO_WHILE: iterations by a condition or over items, what they give, and how they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.models import TaskResultStatus
from tests.conformance.flows.forks import fork, join
from tests.conformance.flows.human import human
from tests.conformance.flows.operators import inline, set_variables, switch, terminate
from tests.conformance.flows.sub_workflows import child
from tests.conformance.lab import Document, Lab, flow, latest, statuses

if TYPE_CHECKING:
    from collections.abc import Sequence


def loop(ref: str, condition: str, *body: Document, **fields: object) -> Document:
    """Make a DO_WHILE; fields may name the input parameters."""
    return {
        "name": ref,
        "taskReferenceName": ref,
        "type": "DO_WHILE",
        "loopCondition": condition,
        "loopOver": list(body),
        **fields,
    }


def times(ref: str, count: int, *body: Document, **fields: object) -> Document:
    """Make a DO_WHILE of so many iterations."""
    return loop(ref, f"$.{ref}['iteration'] < {count}", *body, **fields)


def outline(document: Document) -> list[tuple[str, str, int, int]]:
    """Return reference name, state, iteration and number of each task."""
    return [
        (task["referenceTaskName"], task["status"], task.get("iteration", 0), task["seq"]) for task in document["tasks"]
    ]


async def note_end(lab: Lab, workflow_id: str) -> Document:
    """Wait for the end and note the short of it."""
    document = await lab.finished(workflow_id)
    lab.note(
        "ended", [document["status"], document.get("reasonForIncompletion"), outline(document), document["output"]]
    )
    return document


@flow
async def a_loop_runs_as_often_as_its_condition_says(lab: Lab) -> None:
    body = inline("body", "$.n * 10", n="${loop.output.iteration}")
    after = inline("after", "[$.last, $.whole]", last="${body.output.result}", whole="${loop.output}")
    workflow_id = await lab.run_tasks([times("loop", 3, body), after])
    document = await lab.finished(workflow_id, "completed")
    assert [ref for ref, *_ in outline(document)] == ["loop", "body__1", "body__2", "body__3", "after"]


@flow
async def a_loop_runs_at_least_once(lab: Lab) -> None:
    await note_end(lab, await lab.run_tasks([loop("loop", "false", inline("body", "1"))]))


@flow
async def workers_in_a_loop(lab: Lab) -> None:
    body = [
        lab.simple("a", inputParameters={"round": "${loop.output.iteration}"}),
        lab.simple("b", inputParameters={"from_a": "${a.output.n}"}),
    ]
    workflow_id = await lab.run_tasks(
        [times("loop", 2, *body), lab.simple("end", inputParameters={"n": "${b.output.n}"})]
    )
    lab.note("started", await lab.document(workflow_id))
    for number in (1, 2):
        await lab.work("a", {"n": number})
        task = await lab.take("b")
        lab.note(f"b of {number}", task.to_wire())
        lab.note(f"inside {number}", latest(await lab.document(workflow_id), "loop"))
        await lab.complete(task, {"n": number * 10})
    task = await lab.work("end")
    lab.note("end", task.input_data)
    await lab.finished(workflow_id, "completed")


@flow
async def a_condition_sees_inputs_and_outputs(lab: Lab) -> None:
    condition = "if ($.body.result < $.limit && $.loop.iteration < 10) { true; } else { false; }"
    body = inline("body", "$.n + $.n", n="${loop.output.iteration}")
    await note_end(
        lab,
        await lab.run_tasks(
            [loop("loop", condition, body, inputParameters={"limit": "${workflow.input.limit}"})], {"limit": 5}
        ),
    )


@flow
async def a_broken_condition_ends_the_workflow(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([loop("loop", "$.nobody.result > 1", inline("body", "1"))])
    document = await lab.finished(workflow_id)
    lab.note("failed", [document["status"], statuses(document)])


@flow
async def a_loop_over_items(lab: Lab) -> None:
    body = inline("body", "$.item + '@' + $.index", item="${loop.output.loopItem}", index="${loop.output.loopIndex}")
    items = loop("loop", "true", body, items="${workflow.input.items}")
    await lab.define([items, inline("after", "$.all", all="${loop.output}")])
    for given in (["a", "b", "c"], ["x"], []):
        await lab.finished(await lab.start(input={"items": given}), f"over {len(given)}")


@flow
async def only_the_last_iterations_are_kept(lab: Lab) -> None:
    body = [inline("body", "$.n", n="${loop.output.iteration}"), inline("more", "1")]
    await note_end(
        lab, await lab.run_tasks([times("loop", 5, *body, inputParameters={"keepLastN": 2}), inline("after", "2")])
    )


@flow
async def a_failing_task_ends_the_loop(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([times("loop", 3, lab.simple("a"), lab.simple("b"))])
    await lab.work("a")
    await lab.work("b")
    await lab.fail(await lab.take("a"), "broken", for_good=True)
    await lab.finished(workflow_id, "failed")


@flow
async def an_optional_task_of_a_loop_may_fail(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([times("loop", 2, lab.simple("a", optional=True))])
    await lab.fail(await lab.take("a"), "broken", for_good=True)
    await lab.work("a", {"n": 2})
    await note_end(lab, workflow_id)


@flow
async def a_task_of_a_loop_is_tried_again(lab: Lab) -> None:
    await lab.define_task("work", retryCount=1, retryDelaySeconds=0)
    workflow_id = await lab.run_tasks([times("loop", 2, lab.simple("a", "work"))])
    await lab.fail(await lab.take("work"), "once")
    await lab.work("work", {"n": 1})
    await lab.work("work", {"n": 2})
    document = await lab.finished(workflow_id, "completed")
    assert [ref for ref, *_ in outline(document)] == ["loop", "a__1", "a__1", "a__2"]


@flow
async def a_retried_workflow_goes_on_in_its_loop(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([times("loop", 2, lab.simple("a"))])
    await lab.work("a", {"n": 1})
    await lab.fail(await lab.take("a"), "broken", for_good=True)
    await lab.finished(workflow_id)
    await lab.conductor.workflows.retry(workflow_id)
    await lab.work("a", {"n": 2})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], statuses(document), document["output"]])


@flow
async def a_loop_with_a_switch(lab: Lab) -> None:
    body = switch("sw", {"1": [inline("one", "'one'")]}, [inline("other", "'other'")])
    body["inputParameters"] = {"by": "${loop.output.iteration}"}
    await note_end(lab, await lab.run_tasks([times("loop", 3, body, inline("tail", "0"))]))


@flow
async def a_loop_with_a_fork(lab: Lab) -> None:
    body = [fork("fork", [inline("x", "$.n", n="${loop.output.iteration}")], [lab.simple("y")]), join("join", "x", "y")]
    tail = inline("tail", "$.joined", joined="${join.output}")
    workflow_id = await lab.run_tasks([times("loop", 2, *body, tail)])
    await lab.work("y", {"n": 1})
    await lab.work("y", {"n": 2})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], sorted(outline(document)[:1]), latest(document, "loop")["outputData"]])
    lab.note("joins", [latest(document, f"join__{number}")["outputData"] for number in (1, 2)])
    lab.note("join", latest(document, "join__2")["inputData"])


@flow
async def a_loop_with_a_sub_workflow(lab: Lab) -> None:
    await lab.define([inline("one", "$.x", x="${workflow.input.x}")], "child")
    await lab.define([times("loop", 2, child(lab))])
    workflow_id = await lab.start(input={"x": 4})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], outline(document), latest(document, "sub__2")["inputData"]])


@flow
async def a_loop_that_sets_variables(lab: Lab) -> None:
    body = set_variables("count", total="${loop.output.iteration}")
    workflow_id = await lab.run_tasks([times("loop", 3, body)], outputParameters={"n": "${workflow.variables.total}"})
    await note_end(lab, workflow_id)


@flow
async def a_loop_that_ends_the_workflow(lab: Lab) -> None:
    body = switch("sw", {"2": [terminate("stop", "COMPLETED", workflowOutput={"at": "${loop.output.iteration}"})]})
    body["inputParameters"] = {"by": "${loop.output.iteration}"}
    await note_end(lab, await lab.run_tasks([times("loop", 5, body)]))


@flow
async def a_person_in_a_loop(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([times("loop", 2, human("ask"))])
    for number in (1, 2):
        await lab.task_is(workflow_id, f"ask__{number}", "IN_PROGRESS")
        output: Document = {"n": number}
        await lab.conductor.tasks.update_task_by_ref_name(workflow_id, "ask", TaskResultStatus.COMPLETED, output)
    await note_end(lab, workflow_id)


@flow
async def a_loop_in_a_branch(lab: Lab) -> None:
    branches: Sequence[list[Document]] = ([times("loop", 2, lab.simple("a"))], [lab.simple("b")])
    workflow_id = await lab.run_tasks([fork("fork", *branches), join("join", "loop", "b")])
    await lab.work("a", {"n": 1})
    await lab.work("b", {"n": "b"})
    await lab.work("a", {"n": 2})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], statuses(document), document["output"]])


@flow
async def a_loop_in_a_case(lab: Lab) -> None:
    tasks = [switch("sw", {"a": [times("loop", 2, inline("x", "1")), inline("in_case", "2")]}), inline("after", "3")]
    await note_end(lab, await lab.run_tasks(tasks, {"by": "a"}))


@flow
async def one_loop_after_the_other(lab: Lab) -> None:
    tasks = [
        times("first", 2, inline("x", "$.n", n="${first.output.iteration}")),
        times("second", 2, inline("y", "$.n", n="${x.output.result}")),
    ]
    await note_end(lab, await lab.run_tasks(tasks))


@flow
async def a_terminated_loop_leaves_nothing_open(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([times("loop", 3, lab.simple("a"))])
    await lab.work("a")
    await lab.take("a")
    await lab.conductor.workflows.terminate(workflow_id, "by hand")
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], statuses(document)])


@flow
async def loops_that_are_refused(lab: Lab) -> None:
    wrong: dict[str, Document] = {
        "no condition": {**times("loop", 2, inline("x", "1")), "loopCondition": None},
        "no body": times("loop", 2),
    }
    for label, task in wrong.items():
        definition = lab.definition([{key: value for key, value in task.items() if value is not None}])
        await lab.refused(label, lab.conductor.metadata.register_workflow_def(definition))


@flow
async def a_loop_in_a_loop_fails_after_its_first_iteration(lab: Lab) -> None:
    inner = times("inner", 2, inline("x", "$.n", n="${inner.output.iteration}"))
    for name, body in {"alone": [inner], "in a case": [switch("sw", {"a": [inner]})]}.items():
        await lab.define([times("outer", 2, *body)], name)
        document = await lab.finished(await lab.start(name, {"by": "a"}))
        lab.note(name, [document["status"], statuses(document), document["output"]])
        reason = latest(document, "inner__1")["reasonForIncompletion"]
        assert reason.startswith("Unable to evaluate condition $.inner['iteration'] < 2, exception ")


@flow
async def tasks_of_an_iteration_cannot_be_skipped(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([times("loop", 2, lab.simple("a"), lab.simple("b"))])
    await lab.refused("b of the first", lab.conductor.workflows.skip_task_from_workflow(workflow_id, "b__1"))
