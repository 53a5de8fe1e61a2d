"""SUB_WORKFLOW: children that end well, fail, are ended, and are tried again."""

from __future__ import annotations

from typing import Any

from tests.conformance.lab import Document, Lab, flow, latest, statuses


def child(lab: Lab, ref: str = "sub", name: str = "child", **fields: object) -> Document:
    """Make a SUB_WORKFLOW task."""
    parameters = {"x": "${workflow.input.x}"}
    start = {"name": lab.own(name), **fields}
    return {
        "name": ref,
        "taskReferenceName": ref,
        "type": "SUB_WORKFLOW",
        "inputParameters": parameters,
        "subWorkflowParam": start,
    }


async def family(lab: Lab, **fields: Any) -> tuple[str, str]:
    """Start a parent with one child that has one worker task; return both ids."""
    await lab.define([lab.simple("work")], "child", outputParameters={"from_child": "${work.output.n}"})
    await lab.define([child(lab), lab.simple("after")], outputParameters={"n": "${sub.output.from_child}"})
    parent_id = await lab.start(input={"x": 1}, **fields)
    return parent_id, await child_of(lab, parent_id)


async def child_of(lab: Lab, parent_id: str, ref: str = "sub", but: str = "") -> str:
    """Wait for the child of a SUB_WORKFLOW task to have a task, which it gets a moment after its id, and return its id."""

    async def look() -> str | None:
        task = latest(await lab.document(parent_id), ref)
        found = str(task.get("subWorkflowId") or "")
        if not found or found == but:
            return None
        return found if (await lab.document(found)).get("tasks") else None

    return await lab.wait_for(look, "a child")


@flow
async def a_child_gives_its_output(lab: Lab) -> None:
    parent_id, child_id = await family(lab, correlationId="c", priority=7)
    lab.note("parent runs", await lab.task_is(parent_id, "sub", "IN_PROGRESS"))
    lab.note("child runs", await lab.document(child_id))
    await lab.work("work", {"n": 3})
    await lab.finished(child_id, "child")
    await lab.work("after")
    document = await lab.finished(parent_id, "parent")
    assert document["output"] == {"n": 3}


@flow
async def a_failing_child_fails_its_parent(lab: Lab) -> None:
    parent_id, child_id = await family(lab)
    await lab.fail(await lab.take("work"), "broken", for_good=True)
    await lab.finished(child_id, "child")
    document = await lab.finished(parent_id, "parent")
    assert document["status"] == "FAILED"


@flow
async def a_terminated_child_terminates_its_parent(lab: Lab) -> None:
    parent_id, child_id = await family(lab)
    await lab.conductor.workflows.terminate(child_id, "by hand")
    document = await lab.finished(parent_id, "parent")
    assert document["status"] == "TERMINATED"
    await lab.finished(child_id, "child")


@flow
async def a_terminated_parent_terminates_its_child(lab: Lab) -> None:
    parent_id, child_id = await family(lab)
    await lab.conductor.workflows.terminate(parent_id, "by hand")
    document = await lab.finished(child_id, "child")
    assert document["status"] == "TERMINATED"
    await lab.finished(parent_id, "parent")


@flow
async def an_optional_child_may_fail(lab: Lab) -> None:
    await lab.define([lab.simple("work")], "child")
    await lab.define([{**child(lab), "optional": True}, lab.simple("after")])
    parent_id = await lab.start()
    await lab.fail(await lab.take("work"), "broken", for_good=True)
    await lab.work("after", {"n": 1})
    await lab.finished(parent_id, "parent")


@flow
async def an_unknown_child_fails_the_task(lab: Lab) -> None:
    await lab.define([child(lab, name="nobody", version=1)])
    document = await lab.finished(await lab.start())
    lab.note("failed", [document["status"], statuses(document)])


@flow
async def an_unknown_child_without_version_refuses_the_start(lab: Lab) -> None:
    await lab.define([child(lab, name="nobody")])
    await lab.refused("refused", lab.start())


@flow
async def a_child_of_a_version(lab: Lab) -> None:
    for version in (1, 2):
        await lab.define([lab.simple("work", description=str(version))], "child", version=version)
    await lab.define([child(lab, version=1)])
    parent_id = await lab.start()
    document = await lab.document(await child_of(lab, parent_id))
    assert document["workflowVersion"] == 1
    await lab.work("work")
    await lab.finished(parent_id, "parent")


@flow
async def a_child_can_be_defined_inline(lab: Lab) -> None:
    definition = lab.definition([lab.simple("work")], "inner", outputParameters={"n": "${work.output.n}"}).to_wire()
    await lab.define([child(lab, name="inner", workflowDefinition=definition)])
    parent_id = await lab.start()
    await lab.work("work", {"n": 4})
    document = await lab.finished(parent_id)
    lab.note("ended", [document["status"], {key: value for key, value in document["output"].items() if key == "n"}])


@flow
async def a_retried_parent_starts_a_new_child(lab: Lab) -> None:
    parent_id, first = await family(lab)
    await lab.fail(await lab.take("work"), "broken", for_good=True)
    await lab.finished(parent_id)
    await lab.conductor.workflows.retry(parent_id)
    second = await child_of(lab, parent_id, but=first)
    await lab.work("work", {"n": 2})
    await lab.work("after")
    document = await lab.finished(parent_id, "parent")
    assert document["status"] == "COMPLETED"
    await lab.finished(second, "second child")


@flow
async def a_retry_can_go_on_inside_the_child(lab: Lab) -> None:
    parent_id, child_id = await family(lab)
    await lab.fail(await lab.take("work"), "broken", for_good=True)
    await lab.finished(parent_id)
    await lab.conductor.workflows.retry(parent_id, resume_subworkflow_tasks=True)
    await lab.work("work", {"n": 2})
    await lab.work("after")
    await lab.finished(parent_id, "parent")
    await lab.finished(child_id, "child")


@flow
async def a_retried_child_revives_its_parent(lab: Lab) -> None:
    parent_id, child_id = await family(lab)
    await lab.fail(await lab.take("work"), "broken", for_good=True)
    await lab.finished(parent_id)
    await lab.conductor.workflows.retry(child_id)
    await lab.work("work", {"n": 2})
    await lab.work("after")
    document = await lab.finished(parent_id)
    lab.note("parent", [document["status"], statuses(document), document["output"]])


@flow
async def children_of_children(lab: Lab) -> None:
    await lab.define([lab.simple("work")], "grandchild")
    await lab.define([child(lab, name="grandchild")], "child")
    await lab.define([child(lab)])
    parent_id = await lab.start()
    await lab.fail(await lab.take("work"), "deep", for_good=True)
    document = await lab.finished(parent_id)
    lab.note("failed", [document["status"], document["reasonForIncompletion"]])


@flow
async def pausing_the_parent_leaves_the_child_alone(lab: Lab) -> None:
    parent_id, child_id = await family(lab)
    await lab.conductor.workflows.pause(parent_id)
    assert (await lab.document(child_id))["status"] == "RUNNING"
    await lab.work("work", {"n": 1})
    await lab.finished(child_id)
    document = await lab.document(parent_id)
    lab.note("paused", [document["status"], [ref for ref, _ in statuses(document)]])
    await lab.conductor.workflows.resume(parent_id)
    await lab.work("after")
    await lab.finished(parent_id, "parent")
