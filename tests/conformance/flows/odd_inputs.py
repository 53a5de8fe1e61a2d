"""Inputs that are not what a task expects: what fails, with which words, and what goes on all the same."""

from __future__ import annotations

from tests.conformance.flows.dynamic import dynamic, dynamic_fork, outcome, start_workflow
from tests.conformance.flows.forks import fork, join
from tests.conformance.flows.loops import loop, note_end, times
from tests.conformance.flows.operators import inline, set_variables, switch
from tests.conformance.flows.services import event
from tests.conformance.lab import Document, Lab, flow, latest, statuses


@flow
async def a_loop_over_items_of_its_input(lab: Lab) -> None:
    body = inline("body", "[$.item, $.index]", item="${loop.output.loopItem}", index="${loop.output.loopIndex}")
    around = loop("loop", "true", body, inputParameters={"_items": "${workflow.input.all}"})
    await note_end(lab, await lab.run_tasks([around], {"all": ["a", {"b": 1}]}))


@flow
async def a_loop_over_what_is_no_list(lab: Lab) -> None:
    body = inline("body", "$.item", item="${loop.output.loopItem}")
    await lab.define([loop("loop", "true", body, items="${workflow.input.all}")])
    odd: list[object] = ["text", {"a": 1}, None, []]
    for given in odd:
        workflow_id = await lab.start(input={"all": given})
        document = await note_end(lab, workflow_id)
        lab.note("loop", latest(document, "loop")["outputData"])


@flow
async def conditions_are_true_or_not(lab: Lab) -> None:
    for number, condition in enumerate(
        ["0", "'yes'", "null", "undefined", "''", "[]", "'false'", "$.loop.iteration < 2"]
    ):
        await lab.define([loop("loop", condition, inline("body", "1"))], f"wf{number}")
        await note_end(lab, await lab.start(f"wf{number}"))


@flow
async def branches_of_a_dynamic_fork_stay_out_of_the_loop(lab: Lab) -> None:
    around = times("loop", 2, dynamic_fork("fork"), join("join"))
    branch = inline("x", "1")
    document = await lab.finished(await lab.run_tasks([around], {"tasks": [branch], "inputs": {}}))
    lab.note("loop", latest(document, "loop")["outputData"])


@flow
async def a_dynamic_fork_waits_for_the_chosen_case(lab: Lab) -> None:
    choice = switch("choice", {"a": [lab.simple("a")]}, inputParameters={"by": "a"})
    await lab.define([dynamic_fork("fork"), join("join"), inline("after", "$.all", all="${join.output}")])
    workflow_id = await lab.start(input={"tasks": [choice, lab.simple("b")], "inputs": {}})
    await lab.work("b")
    document = await lab.task_is(workflow_id, "b", "COMPLETED")
    lab.note("waits for", [document["status"], latest(document, "join")["inputData"]])
    await lab.work("a", {"n": 1})
    lab.note("ended", outcome(await lab.finished(workflow_id)))


@flow
async def a_dynamic_fork_of_requests(lab: Lab) -> None:
    requests = {"dynamicTasks": [{"taskName": lab.own("a"), "referenceName": "first", "input": {"n": 1}}]}
    parted = {
        "name": "fork",
        "taskReferenceName": "fork",
        "type": "FORK_JOIN_DYNAMIC",
        "dynamicForkJoinTasksParam": "asked",
        "inputParameters": {"asked": "${workflow.input.asked}"},
    }
    workflow_id = await lab.run_tasks([parted, join("join")], {"asked": requests})
    task = await lab.take("a")
    lab.note("task", [task.reference_task_name, task.input_data])
    await lab.complete(task, {"done": True})
    lab.note("ended", outcome(await lab.finished(workflow_id)))


@flow
async def dynamic_forks_say_what_is_wrong(lab: Lab) -> None:
    await lab.define([dynamic_fork("fork"), join("join")])
    wrong: list[Document] = [{"tasks": "x", "inputs": {}}, {"inputs": {}}, {"tasks": [lab.simple("a")]}]
    for number, given in enumerate(wrong):
        document = await lab.finished(await lab.start(input=given))
        lab.note(f"{number}", [document["status"], document["reasonForIncompletion"], statuses(document)])
    one = await lab.finished(await lab.start(input={"tasks": [lab.simple("a")], "inputs": {"a": 5}}))
    lab.note("an input that is no map", [one["status"], statuses(one)])


@flow
async def a_dynamic_task_of_an_odd_name(lab: Lab) -> None:
    for number, name in enumerate((5, True)):
        await lab.define([dynamic("d", "${workflow.input.name}")], f"wf{number}")
        document = await lab.document(await lab.start(f"wf{number}", {"name": name}))
        task = latest(document, "d")
        lab.note(f"{name!r}", [document["status"], task["taskType"], task["taskDefName"], task["status"]])


@flow
async def a_join_shows_what_has_come(lab: Lab) -> None:
    tasks = [
        fork("fork", [lab.simple("a")], [lab.simple("b")]),
        {**join("join", "a", "b"), "inputParameters": {"x": 1}},
    ]
    workflow_id = await lab.run_tasks(tasks)
    await lab.work("a", {"n": 1})
    document = await lab.until(workflow_id, lambda seen: latest(seen, "join").get("outputData"))
    lab.note("join", [latest(document, "join")[key] for key in ("status", "inputData", "outputData")])


@flow
async def scripts_that_are_empty_or_of_no_language(lab: Lab) -> None:
    tasks: dict[str, Document] = {
        "blank": inline("task", "  "),
        "none": {**inline("task", ""), "inputParameters": {"evaluatorType": "javascript"}},
        "a date": inline("task", "({at: new Date(0)})"),
        "switch": switch("task", {"a": [inline("a", "1")]}, evaluatorType="nonsense"),
    }
    for label, task in tasks.items():
        await lab.define([task], label)
        document = await lab.finished(await lab.start(label))
        lab.note(
            label, [document["status"], document.get("reasonForIncompletion"), statuses(document), document["output"]]
        )


@flow
async def starts_that_are_none(lab: Lab) -> None:
    other = lab.own("other")
    await lab.define([inline("x", "1")], "other")
    no_inputs: Document = {}
    missing: Document = {**start_workflow("start"), "inputParameters": no_inputs}
    await lab.define([missing], "missing")
    lab.note("missing", outcome(await lab.finished(await lab.start("missing"))))
    for label, request in {"a text": "${workflow.input.t}", "input is a text": {"name": other, "input": "t"}}.items():
        await lab.define([{**missing, "inputParameters": {"startWorkflow": request}}], label)
        document = await lab.finished(await lab.start(label, {"t": "text"}))
        lab.note(label, [document["status"], statuses(document), document["output"]])


@flow
async def events_of_an_unknown_kind_have_an_output(lab: Lab) -> None:
    document = await lab.finished(await lab.run_tasks([event("tell", "nobody:x", inputParameters={"a": 1})]))
    lab.note("task", latest(document, "tell")["outputData"])


@flow
async def a_permissive_failure_is_named(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("a", permissive=True), lab.simple("b")])
    await lab.fail(await lab.take("a"), "no", for_good=True)
    await lab.work("b")
    lab.note("ended", outcome(await lab.finished(workflow_id)))


@flow
async def what_expressions_can_see_of_an_execution(lab: Lab) -> None:
    names = ["priority", "taskToDomain", "correlationId", "version", "workflowType", "status", "schemaVersion"]
    names += ["parentWorkflowId", "reasonForIncompletion", "ownerApp"]
    seen = {name: f"${{workflow.{name}}}" for name in names}
    filters = {"one": "${workflow.input.all[?(@.y == 2)].y}", "text": "first ${workflow.input.all[0].y}"}
    workflow_id = await lab.run_tasks([set_variables("see", **seen, **filters)], {"all": [{"y": 1}, {"y": 2}]})
    lab.note("variables", (await lab.finished(workflow_id))["variables"])


@flow
async def version_zero_is_not_the_latest(lab: Lab) -> None:
    await lab.define([inline("x", "1")])
    await lab.refused("zero", lab.start(version=0))
