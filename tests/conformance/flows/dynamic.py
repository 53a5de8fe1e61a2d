"""DYNAMIC, FORK_JOIN_DYNAMIC and START_WORKFLOW: what runs is known only when its turn has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.conformance.flows.forks import join
from tests.conformance.flows.loops import times
from tests.conformance.flows.operators import inline
from tests.conformance.lab import Document, Lab, flow, latest, statuses

if TYPE_CHECKING:
    from collections.abc import Sequence


def dynamic(ref: str, value: str, **inputs: object) -> Document:
    """Make a DYNAMIC task."""
    return {
        "name": ref,
        "taskReferenceName": ref,
        "type": "DYNAMIC",
        "dynamicTaskNameParam": "task",
        "inputParameters": {"task": value, **inputs},
    }


def dynamic_fork(ref: str, **inputs: object) -> Document:
    """Make a FORK_JOIN_DYNAMIC over two lists of the workflow's input."""
    return {
        "name": ref,
        "taskReferenceName": ref,
        "type": "FORK_JOIN_DYNAMIC",
        "dynamicForkTasksParam": "tasks",
        "dynamicForkTasksInputParamName": "inputs",
        "inputParameters": {"tasks": "${workflow.input.tasks}", "inputs": "${workflow.input.inputs}", **inputs},
    }


def forked(ref: str, **inputs: object) -> Document:
    """Make a FORK_JOIN_DYNAMIC that runs one task for each input."""
    return {"name": ref, "taskReferenceName": ref, "type": "FORK_JOIN_DYNAMIC", "inputParameters": inputs}


def outcome(document: Document) -> list[object]:
    """Return the short of an execution."""
    return [document["status"], document.get("reasonForIncompletion"), sorted(statuses(document)), document["output"]]


def without_definition(document: Document) -> Document:
    """Leave out the definition, into which the real server writes the names that dynamic tasks get; not copied."""
    return {name: value for name, value in document.items() if name != "workflowDefinition"}


@flow
async def a_dynamic_task_is_a_worker_task(lab: Lab) -> None:
    await lab.define_task("work", retryCount=1, retryDelaySeconds=0, inputTemplate={"t": "template"})
    await lab.define([dynamic("dyn", "${workflow.input.task}", x=1), inline("after", "$.n", n="${dyn.output.n}")])
    workflow_id = await lab.start(input={"task": lab.own("work")})
    lab.note("started", without_definition(await lab.document(workflow_id)))
    await lab.work("work", {"n": 2})
    lab.note("completed", without_definition(await lab.finished(workflow_id)))
    workflow_id = await lab.start(input={"task": lab.own("work")})
    await lab.fail(await lab.take("work"), "the definition's retries do not count")
    lab.note("failed", without_definition(await lab.finished(workflow_id)))


@flow
async def a_dynamic_task_without_definition(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([dynamic("dyn", "${workflow.input.task}")], {"task": lab.own("nobody")})
    await lab.work("nobody", {"n": 1})
    lab.note("completed", without_definition(await lab.finished(workflow_id)))


@flow
async def a_dynamic_task_of_the_engine(lab: Lab) -> None:
    script = {"evaluatorType": "javascript", "expression": "$.x + 1", "x": 41}
    workflow_id = await lab.run_tasks([dynamic("dyn", "INLINE", **script)])
    lab.note("completed", without_definition(await lab.finished(workflow_id)))


@flow
async def a_dynamic_task_without_a_name(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([dynamic("dyn", "${workflow.input.nothing}")])
    lab.note("failed", without_definition(await lab.finished(workflow_id)))


async def start_fork(lab: Lab, names: Sequence[str], inputs: object, *more: Document, **fields: Any) -> str:
    """Start a dynamic fork of worker tasks with a join behind it."""
    tasks = [lab.simple(name, name.rstrip("0123456789")) for name in names]
    await lab.define([dynamic_fork("fork", own="fork's"), join("join"), *more], **fields)
    return await lab.start(input={"tasks": tasks, "inputs": inputs})


@flow
async def as_many_branches_as_tasks(lab: Lab) -> None:
    after = inline("after", "$.all", all="${join.output}")
    workflow_id = await start_fork(lab, ["a1", "a2"], {"a1": {"x": 1}, "a2": {"own": "mine"}}, after)
    lab.note("started", await lab.document(workflow_id))
    seen: list[Document] = []
    for number in (1, 2):
        task = await lab.work("a", {"n": number})
        seen.append(task.input_data)
    lab.note("inputs", sorted(seen, key=str))
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], sorted(statuses(document)), latest(document, "join")["inputData"]])
    assert set(latest(document, "join")["outputData"]) == {"a1", "a2"}


@flow
async def no_branches_at_all(lab: Lab) -> None:
    workflow_id = await start_fork(lab, [], {}, inline("after", "1"))
    document = await lab.finished(workflow_id)
    lab.note("ended", [*outcome(document), latest(document, "join")["inputData"]])


@flow
async def a_branch_of_a_dynamic_fork_fails(lab: Lab) -> None:
    workflow_id = await start_fork(lab, ["a1", "b1"], {})
    await lab.work("b", {"n": 1})
    await lab.fail(await lab.take("a"), "broken", for_good=True)
    document = await lab.finished(workflow_id)
    rest = [pair for pair in statuses(document) if pair[0] != "join"]
    lab.note("failed", [document["status"], document["reasonForIncompletion"], sorted(rest)])


@flow
async def branches_of_the_engine(lab: Lab) -> None:
    tasks = [{"name": name, "taskReferenceName": name, "type": "INLINE"} for name in ("x", "y")]
    inputs = {name: {"evaluatorType": "javascript", "expression": f"'{name}'"} for name in ("x", "y")}
    await lab.define([dynamic_fork("fork"), join("join"), inline("after", "$.x", x="${join.output.x}")])
    await lab.finished(await lab.start(input={"tasks": tasks, "inputs": inputs}), "completed")


@flow
async def dynamic_forks_that_cannot_start(lab: Lab) -> None:
    await lab.define([dynamic_fork("fork"), join("join")])
    wrong: dict[str, Document] = {"a text": {"tasks": "x", "inputs": {}}, "nothing": {}}
    for label, given in wrong.items():
        document = await lab.finished(await lab.start(input=given))
        lab.note(label, [document["status"], statuses(document)])


@flow
async def one_task_for_each_input(lab: Lab) -> None:
    fork = forked("fork", forkTaskName=lab.own("work"), forkTaskInputs="${workflow.input.all}")
    await lab.define([fork, join("join"), inline("after", "$.all", all="${join.output}")])
    workflow_id = await lab.start(input={"all": [{"x": 1}, 7, "text"]})
    lab.note("started", await lab.document(workflow_id))
    for _ in range(3):
        task = await lab.take("work")
        await lab.complete(task, {"got": task.input_data})
    document = await lab.finished(workflow_id)
    lab.note("ended", outcome(document))


@flow
async def one_sub_workflow_for_each_input(lab: Lab) -> None:
    await lab.define([inline("one", "$.x", x="${workflow.input.x}")], "child")
    fork = forked("fork", forkTaskWorkflow=lab.own("child"), forkTaskInputs=[{"x": 1}, {"x": 2}])
    await lab.define([fork, join("join")])
    document = await lab.finished(await lab.start())
    lab.note("ended", [document["status"], sorted(statuses(document)), sorted(document["output"])])


@flow
async def a_dynamic_fork_in_a_loop(lab: Lab) -> None:
    fork = forked(
        "fork", forkTaskType="INLINE", forkTaskName="INLINE", forkTaskInputs=[{"expression": "1"}, {"expression": "2"}]
    )
    workflow_id = await lab.run_tasks([times("loop", 2, fork, join("join"))])
    document = await lab.finished(workflow_id)
    lab.note("ended", outcome(document))


def start_workflow(ref: str, **request: object) -> Document:
    """Make a START_WORKFLOW task."""
    inputs = {"startWorkflow": request}
    return {"name": ref, "taskReferenceName": ref, "type": "START_WORKFLOW", "inputParameters": inputs}


@flow
async def another_workflow_goes_its_own_way(lab: Lab) -> None:
    await lab.define([lab.simple("work")], "other")
    start = start_workflow("start", name=lab.own("other"), input={"x": "${workflow.input.x}"})
    workflow_id = await lab.run_tasks(
        [start, inline("after", "typeof $.id", id="${start.output.workflowId}")], {"x": 1}, name="wf"
    )
    document = await lab.finished(workflow_id, "started it")
    other = latest(document, "start")["outputData"]["workflowId"]
    lab.note("other", await lab.document(other))


@flow
async def another_workflow_that_is_not_there(lab: Lab) -> None:
    await lab.finished(await lab.run_tasks([start_workflow("start", name=lab.own("nobody"))]), "unknown")
    await lab.define([start_workflow("start", version=1)], "nameless")
    await lab.finished(await lab.start("nameless"), "without a name")


@flow
async def sub_workflows_of_a_version_for_each_input(lab: Lab) -> None:
    for version in (1, 2):
        await lab.define([inline("one", f"'version {version}'")], "child", version=version)
    versions: dict[str, Document] = {"latest": {}}
    versions |= {"of a version": {"forkTaskWorkflowVersion": "1"}, "of no number": {"forkTaskWorkflowVersion": "new"}}
    for label, chosen in versions.items():
        parameters: Document = {"forkTaskWorkflow": lab.own("child"), "forkTaskInputs": [{"n": 1}], **chosen}
        task: Document = {
            "name": "f",
            "taskReferenceName": "f",
            "type": "FORK_JOIN_DYNAMIC",
            "inputParameters": parameters,
        }
        await lab.define([task, join("join")], label)
        document = await lab.finished(await lab.start(label))
        branch = latest(document, "_f_0")
        lab.note(label, [branch["inputData"]["subWorkflowVersion"], branch["outputData"]["result"]])
