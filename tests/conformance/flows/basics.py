"""Starts, simple tasks, inputs and outputs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from conductor_workflows import StartWorkflowRequest
from tests.conformance.lab import Lab, flow, statuses

if TYPE_CHECKING:
    from conductor_core import Workflow


@flow
async def one_task_from_start_to_end(lab: Lab) -> None:
    await lab.define_task("work", retryCount=0, ownerEmail="lab@example.com")
    await lab.define(
        [lab.simple("first", "work", inputParameters={"n": "${workflow.input.n}", "fixed": [1, None, "x"]})]
    )
    workflow_id = await lab.start(input={"n": 7}, correlationId="order-7", priority=3)
    lab.note("scheduled", await lab.document(workflow_id))
    task = await lab.take("work")
    lab.note("polled", task.to_wire())
    lab.note("in progress", await lab.document(workflow_id))
    await lab.complete(task, {"doubled": 14, "nothing": None, "nested": {"list": [1, 2.5, True]}})
    document = await lab.finished(workflow_id, "completed")
    assert document["status"] == "COMPLETED"
    assert document["output"] == {"doubled": 14, "nothing": None, "nested": {"list": [1, 2.5, True]}}


@flow
async def a_chain_passes_outputs_on(lab: Lab) -> None:
    second = {
        "whole": "${first.output.map}",
        "text": "n=${first.output.n}, list=${first.output.list}, map=${first.output.map}, gone=${first.output.no}",
        "element": "${first.output.list[1]}",
        "deep": "${first.output.map.a.b}",
        "escaped": "$${first.output.n}",
        "input_of": "${first.input.n}",
        "status": "${first.status}",
        "id": "${workflow.workflowId}",
        "correlation": "${workflow.correlationId}",
        "type": "${workflow.workflowType}",
        "version": "${workflow.version}",
        "inside": {"list": ["${first.output.n}", {"again": "${first.output.n}"}]},
    }
    output = {"n": "${second.output.n}", "status": "${workflow.status}", "gone": "${nobody.output.x}"}
    await lab.define(
        [lab.simple("first", inputParameters={"n": 1}), lab.simple("second", inputParameters=second)],
        outputParameters=output,
        version=4,
    )
    workflow_id = await lab.start(correlationId="c")
    await lab.work("first", {"n": 2, "list": [1, 2, 3], "map": {"a": {"b": None}, "c": [True, 1.5, "x"]}})
    task = await lab.work("second", {"n": 3})
    lab.note("input", task.input_data)
    document = await lab.finished(workflow_id, "completed")
    assert document["output"] == {"n": 3, "status": "RUNNING", "gone": None}


@flow
async def templates_fill_what_is_missing(lab: Lab) -> None:
    await lab.define_task("work", inputTemplate={"a": "from template", "b": "kept", "c": "for null"})
    parameters = {"b": "own", "c": "${workflow.input.nothing}", "d": "${workflow.input.x}"}
    workflow_id = await lab.run_tasks(
        [lab.simple("first", "work", inputParameters=parameters)], {"y": 2}, inputTemplate={"x": 1, "y": 1}
    )
    task = await lab.work("work")
    lab.note("input", task.input_data)
    await lab.finished(workflow_id, "completed")


@flow
async def without_tasks_that_return_something_the_output_is_empty(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("first"), lab.simple("second")])
    await lab.work("first", {"lost": True})
    await lab.work("second")
    await lab.finished(workflow_id, "completed")


@flow
async def a_failed_task_ends_the_workflow(lab: Lab) -> None:
    await lab.define_task("first", retryCount=0)
    workflow_id = await lab.run_tasks(
        [lab.simple("first"), lab.simple("second")], outputParameters={"x": "${first.output.failed}"}
    )
    await lab.fail(await lab.take("first"), "no luck")
    document = await lab.finished(workflow_id, "failed")
    assert document["status"] == "FAILED"
    assert document["failedReferenceTaskNames"] == ["first"]


@flow
async def a_failure_needs_no_reason(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("first")])
    await lab.fail(await lab.take("first"), for_good=True)
    await lab.finished(workflow_id, "failed")


@flow
async def a_definition_can_come_with_the_start(lab: Lab) -> None:
    definition = lab.definition([lab.simple("first")], "unregistered", version=3)
    request = StartWorkflowRequest(name=lab.own("unregistered"), workflow_def=definition, input={"x": 1})
    workflow_id = await lab.conductor.workflows.start_workflow(request)
    await lab.work("first", {"done": True})
    await lab.finished(workflow_id, "completed")


@flow
async def the_highest_version_starts_unless_one_is_given(lab: Lab) -> None:
    for version in (1, 3, 2):
        await lab.define([lab.simple("first", description=f"of version {version}")], version=version)
    workflows = lab.conductor.workflows
    ids = [await lab.start(), await lab.start(version=2)]
    ids.append(await workflows.start_workflow_by_name(lab.own("wf"), {"n": 1}, version=1, correlation_id="by name"))
    documents = [await lab.document(workflow_id) for workflow_id in ids]
    assert [document["workflowVersion"] for document in documents] == [3, 2, 1]
    lab.note("started", documents)


@flow
async def what_does_not_exist_cannot_start(lab: Lab) -> None:
    await lab.define([lab.simple("first")])
    await lab.refused("unknown workflow", lab.start("nobody"))
    await lab.refused("unknown version", lab.start(version=9))
    unknown = "00000000-0000-0000-0000-000000000000"
    await lab.refused("unknown execution", lab.document(unknown))
    await lab.refused("unknown task", lab.conductor.tasks.get_task(unknown))


@flow
async def priority_goes_before_age(lab: Lab) -> None:
    await lab.define([lab.simple("first")])
    for n, priority in enumerate((0, 5, 99, 5)):
        await lab.start(input={"n": n}, priority=priority)
    taken = [await lab.take("first") for _ in range(4)]
    workflows = [await lab.document(task.workflow_instance_id) for task in taken]
    assert [document["input"]["n"] for document in workflows] == [2, 1, 3, 0]
    lab.note("order", [task.workflow_priority for task in taken])


@flow
async def executions_are_found_by_correlation_id(lab: Lab) -> None:
    await lab.define([lab.simple("first")])
    ended = await lab.start(correlationId=lab.own("pair"))
    await lab.work("first")
    await lab.finished(ended)
    running = await lab.start(correlationId=lab.own("pair"))
    find = lab.conductor.workflows.get_by_correlation_ids_of_workflow
    for closed in (False, True):
        found = await find(lab.own("wf"), [lab.own("pair"), "nobody"], include_closed=closed, include_tasks=closed)
        lab.note(f"closed {closed}", {key: sorted(_states(value)) for key, value in found.items()})
    lab.note("running", await lab.conductor.workflows.get_running_workflows(lab.own("wf")) == [running])


def _states(found: list[Workflow]) -> list[tuple[str, int]]:
    return [(str(workflow.status), len(workflow.tasks)) for workflow in found]


@flow
async def execute_waits_for_the_end(lab: Lab) -> None:
    await lab.define([lab.simple("first")], outputParameters={"n": "${first.output.n}"})
    request = StartWorkflowRequest(name=lab.own("wf"), input={"x": 1}, correlation_id="c")
    run, _ = await asyncio.gather(
        lab.conductor.workflows.execute_workflow(request, wait_for_seconds=20, request_id="r-1"),
        lab.work("first", {"n": 5}),
    )
    assert run.status == "COMPLETED"
    lab.note("run", run.to_wire())


@flow
async def execute_waits_for_a_task(lab: Lab) -> None:
    await lab.define([lab.simple("first"), lab.simple("second")])
    request = StartWorkflowRequest(name=lab.own("wf"))
    run, _ = await asyncio.gather(
        lab.conductor.workflows.execute_workflow(
            request, wait_until_task_ref="first", wait_for_seconds=20, request_id="r-2"
        ),
        lab.work("first", {"n": 5}),
    )
    assert run.status == "RUNNING"
    lab.note("run", run.to_wire())


@flow
async def execute_stops_waiting(lab: Lab) -> None:
    await lab.define([lab.simple("first")])
    request = StartWorkflowRequest(name=lab.own("wf"))
    run = await lab.conductor.workflows.execute_workflow(request, wait_for_seconds=1, request_id="r-3")
    assert run.signal_timeout
    lab.note("run", run.to_wire())


@flow
async def execute_returns_at_an_open_wait(lab: Lab) -> None:
    await lab.define([{"name": "wait", "taskReferenceName": "wait", "type": "WAIT"}])
    request = StartWorkflowRequest(name=lab.own("wf"))
    run = await lab.conductor.workflows.execute_workflow(request, wait_for_seconds=20, request_id="r-4")
    lab.note("run", [run.status, run.signal_timeout, statuses({"tasks": [task.to_wire() for task in run.tasks]})])
