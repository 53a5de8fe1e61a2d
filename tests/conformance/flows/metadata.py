"""Definitions of tasks and workflows, and what the server refuses."""

from __future__ import annotations

from typing import Any

from conductor_core import TaskDef, WorkflowDef, get, post
from tests.conformance.flows.operators import inline, terminate, wait
from tests.conformance.lab import Document, Lab, flow


async def task_document(lab: Lab, name: str) -> Document:
    """Fetch a task definition as the server writes it."""
    return await lab.conductor.run(get("/metadata/taskdefs/{}", lab.own(name), returns=dict[str, Any]))


async def workflow_document(lab: Lab, name: str) -> Document:
    """Fetch a workflow definition as the server writes it."""
    return await lab.conductor.run(get("/metadata/workflow/{}", lab.own(name), returns=dict[str, Any]))


@flow
async def task_definitions(lab: Lab) -> None:
    metadata = lab.conductor.metadata
    await lab.refused("not there", metadata.get_task(lab.own("work")))
    await lab.refused("no update without it", metadata.update_task(TaskDef(name=lab.own("work"))))
    await metadata.register_task(TaskDef(name=lab.own("work")))
    lab.note("defaults", await task_document(lab, "work"))
    full = TaskDef(
        name=lab.own("work"),
        description="does something",
        retry_count=1,
        retry_logic="EXPONENTIAL_BACKOFF",
        retry_delay_seconds=2,
        timeout_seconds=100,
        timeout_policy="RETRY",
        response_timeout_seconds=50,
        input_keys=["a"],
        output_keys=["b"],
        input_template={"a": 1},
        concurrent_exec_limit=3,
        owner_email="lab@example.com",
    )
    await metadata.register_task(full)
    lab.note("replaced by POST", await task_document(lab, "work"))
    await metadata.update_task(TaskDef(name=lab.own("work"), retry_count=9))
    lab.note("replaced by PUT", await task_document(lab, "work"))
    names = [definition.name for definition in await metadata.get_all_task_defs()]
    assert lab.own("work") in names
    await metadata.unregister_task(lab.own("work"))
    await lab.refused("gone", metadata.get_task(lab.own("work")))
    await lab.refused("gone already", metadata.unregister_task(lab.own("work")))


@flow
async def task_definitions_that_are_refused(lab: Lab) -> None:
    register = lab.conductor.metadata.register_task
    wrong: dict[str, dict[str, object]] = {
        "response timeout above the timeout": {"timeoutSeconds": 5, "responseTimeoutSeconds": 10},
        "no response timeout": {"responseTimeoutSeconds": 0},
        "negative retries": {"retryCount": -1},
        "unknown logic": {"retryLogic": "SOMETIMES"},
    }
    for label, fields in wrong.items():
        await lab.refused(label, register(TaskDef.model_validate({"name": lab.own("work"), **fields})))
    await lab.refused("no name", lab.conductor.run(post("/metadata/taskdefs", body=[{"retryCount": 1}], returns=None)))


@flow
async def workflow_definitions(lab: Lab) -> None:
    metadata = lab.conductor.metadata
    await lab.refused("not there", metadata.get_workflow_def(lab.own("wf")))
    first = lab.definition([lab.simple("one")])
    await metadata.register_workflow_def(first, overwrite=False)
    lab.note("defaults", await workflow_document(lab, "wf"))
    await lab.refused("there already", metadata.register_workflow_def(first, overwrite=False))
    second = lab.definition([lab.simple("one"), lab.simple("two")], description="two tasks")
    await metadata.register_workflow_def(second, overwrite=True)
    lab.note("replaced", await workflow_document(lab, "wf"))
    answer = await metadata.update_workflow_defs([lab.definition([lab.simple("one")], version=2), second])
    lab.note("many", answer.to_wire())
    assert (await metadata.get_workflow_def(lab.own("wf"))).version == 2
    assert len((await metadata.get_workflow_def(lab.own("wf"), 1)).tasks) == 2
    versions = [one.version for one in await metadata.get_all_workflow_defs() if one.name == lab.own("wf")]
    assert sorted(versions) == [1, 2]
    await metadata.unregister_workflow(lab.own("wf"), 2)
    assert (await metadata.get_workflow_def(lab.own("wf"))).version == 1
    await metadata.unregister_workflow(lab.own("wf"), 1)
    await lab.refused("gone", metadata.get_workflow_def(lab.own("wf")))
    await lab.refused("gone already", metadata.unregister_workflow(lab.own("wf"), 1))


@flow
async def workflow_definitions_that_are_refused(lab: Lab) -> None:
    one = lab.simple("one")
    wrong: dict[str, tuple[list[Document], Document]] = {
        "no tasks": ([], {}),
        "two tasks of one reference name": ([one, one], {}),
        "input of an unknown task": ([lab.simple("one", inputParameters={"x": "${nobody.output.y}"})], {}),
        "schema version 1": ([one], {"schemaVersion": 1}),
        "terminate without a status": ([terminate("stop", "${workflow.input.x}")], {}),
        "wait for a bad duration": ([wait("pause", duration="soon")], {}),
        "wait until a bad moment": ([wait("pause", until="tomorrow")], {}),
        "switch without cases": (
            [
                {
                    "name": "s",
                    "taskReferenceName": "s",
                    "type": "SWITCH",
                    "evaluatorType": "value-param",
                    "expression": "x",
                }
            ],
            {},
        ),
        "task without a name": ([{"name": "", "taskReferenceName": "one", "type": "SIMPLE"}], {}),
        "sub-workflow without parameters": ([{"name": "s", "taskReferenceName": "s", "type": "SUB_WORKFLOW"}], {}),
    }
    for label, (tasks, fields) in wrong.items():
        definition = WorkflowDef.model_validate({"name": lab.own("wf"), "tasks": tasks, **fields})
        await lab.refused(label, lab.conductor.metadata.register_workflow_def(definition))
    no_name = {"tasks": [one], "schemaVersion": 2}
    await lab.refused("no name", lab.conductor.run(post("/metadata/workflow", body=no_name, returns=None)))


@flow
async def odd_definitions_that_are_accepted(lab: Lab) -> None:
    metadata = lab.conductor.metadata
    await metadata.register_workflow_def(lab.definition([inline("one", "1")], "a name: with colons"))
    await lab.finished(await lab.start("a name: with colons"), "odd name")
    unknown = {"name": lab.own("odd"), "taskReferenceName": "odd", "type": "NOBODY_KNOWS"}
    await metadata.register_workflow_def(lab.definition([unknown], "unknown_type"))
    workflow_id = await lab.start("unknown_type")
    lab.note("unknown type", await lab.document(workflow_id))


@flow
async def an_execution_keeps_its_definition(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("one"), inline("two", "'old'")])
    await lab.define([lab.simple("one"), inline("two", "'new'")])
    await lab.work("one")
    document = await lab.finished(workflow_id)
    lab.note("old", document["output"])
