"""Pause, resume, terminate, restart, retry, rerun, skip, remove: what can be done with an execution, and when not."""

from __future__ import annotations

from conductor_core import get
from conductor_workflows import RerunWorkflowRequest
from tests.conformance.flows.operators import inline
from tests.conformance.lab import Lab, flow, latest, statuses

UNKNOWN = "00000000-0000-0000-0000-000000000000"


async def chain(lab: Lab, *names: str, **fields: object) -> str:
    """Start a workflow of simple tasks in a row."""
    return await lab.run_tasks(
        [lab.simple(name, inputParameters={"x": "${workflow.input.x}"}) for name in names], {"x": 1}, **fields
    )


async def failed(lab: Lab) -> str:
    """Return an execution whose second task of three has failed."""
    workflow_id = await chain(lab, "one", "two", "three")
    await lab.work("one", {"n": 1})
    await lab.fail(await lab.take("two"), "broken", for_good=True)
    await lab.finished(workflow_id)
    return workflow_id


@flow
async def pause_and_resume(lab: Lab) -> None:
    workflows = lab.conductor.workflows
    workflow_id = await chain(lab, "one", "two")
    await workflows.pause(workflow_id)
    await workflows.pause(workflow_id)
    lab.note("paused", await lab.document(workflow_id))
    await lab.work("one", {"n": 1})
    document = await lab.document(workflow_id)
    assert statuses(document) == [("one", "COMPLETED")]
    lab.note("one finished", document)
    await workflows.resume(workflow_id)
    await lab.work("two")
    await lab.finished(workflow_id, "completed")
    await lab.refused("resume of what is not paused", workflows.resume(workflow_id))
    await lab.refused("pause of what has ended", workflows.pause(workflow_id))


@flow
async def resume_of_what_runs(lab: Lab) -> None:
    workflow_id = await chain(lab, "one")
    await lab.refused("refused", lab.conductor.workflows.resume(workflow_id))


@flow
async def terminate(lab: Lab) -> None:
    workflows = lab.conductor.workflows
    workflow_id = await chain(lab, "one", "two")
    await lab.work("one", {"n": 1})
    task = await lab.take("two")
    await workflows.terminate(workflow_id, "by hand")
    lab.note("terminated", await lab.document(workflow_id))
    await workflows.terminate(workflow_id, "again")
    lab.note("again", (await lab.document(workflow_id))["reasonForIncompletion"])
    await lab.complete(task, {"too": "late"})
    lab.note("late result", latest(await lab.document(workflow_id), "two"))


@flow
async def terminate_a_paused_one_without_reason(lab: Lab) -> None:
    workflow_id = await chain(lab, "one")
    await lab.conductor.workflows.pause(workflow_id)
    await lab.conductor.workflows.terminate(workflow_id)
    lab.note("terminated", await lab.document(workflow_id))


@flow
async def terminate_what_has_completed(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([inline("one", "1")])
    await lab.finished(workflow_id)
    await lab.refused("refused", lab.conductor.workflows.terminate(workflow_id, "late"))


@flow
async def operations_on_what_is_not_there(lab: Lab) -> None:
    workflows = lab.conductor.workflows
    calls = {
        "pause": workflows.pause(UNKNOWN),
        "resume": workflows.resume(UNKNOWN),
        "terminate": workflows.terminate(UNKNOWN, "x"),
        "restart": workflows.restart(UNKNOWN),
        "retry": workflows.retry(UNKNOWN),
        "rerun": workflows.rerun(UNKNOWN, RerunWorkflowRequest()),
        "status": workflows.get_workflow_status(UNKNOWN),
        "remove": workflows.delete_workflow(UNKNOWN),
        "skip": workflows.skip_task_from_workflow(UNKNOWN, "one"),
    }
    for label, call in calls.items():
        await lab.refused(label, call)


@flow
async def restart(lab: Lab) -> None:
    workflow_id = await failed(lab)
    await lab.conductor.workflows.restart(workflow_id)
    document = await lab.document(workflow_id)
    assert statuses(document) == [("one", "SCHEDULED")]
    lab.note("restarted", document)
    for name in ("one", "two", "three"):
        await lab.work(name, {"of": name})
    await lab.finished(workflow_id, "completed")


@flow
async def restart_with_old_and_new_definitions(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([inline("one", "'old'")])
    await lab.finished(workflow_id)
    await lab.define([inline("one", "'new'")])
    await lab.conductor.workflows.restart(workflow_id)
    lab.note("old", (await lab.finished(workflow_id))["output"])
    await lab.conductor.workflows.restart(workflow_id, use_latest_definitions=True)
    lab.note("new", (await lab.finished(workflow_id))["output"])


@flow
async def restart_is_refused(lab: Lab) -> None:
    workflow_id = await chain(lab, "one")
    await lab.refused("running", lab.conductor.workflows.restart(workflow_id))
    await lab.define([inline("one", "1")], "once", restartable=False)
    ended = await lab.start("once")
    await lab.finished(ended)
    await lab.refused("not restartable", lab.conductor.workflows.restart(ended))


@flow
async def retry(lab: Lab) -> None:
    workflow_id = await failed(lab)
    await lab.conductor.workflows.retry(workflow_id)
    lab.note("retried", await lab.document(workflow_id))
    await lab.work("two", {"n": 2})
    await lab.work("three", {"n": 3})
    await lab.finished(workflow_id, "completed")


@flow
async def retry_after_a_termination(lab: Lab) -> None:
    workflow_id = await chain(lab, "one", "two")
    await lab.work("one", {"n": 1})
    await lab.conductor.workflows.terminate(workflow_id, "by hand")
    await lab.conductor.workflows.retry(workflow_id)
    await lab.work("two", {"n": 2})
    await lab.finished(workflow_id, "completed")


@flow
async def retry_is_refused(lab: Lab) -> None:
    workflow_id = await chain(lab, "one")
    await lab.refused("running", lab.conductor.workflows.retry(workflow_id))
    await lab.work("one")
    await lab.finished(workflow_id)
    await lab.refused("completed", lab.conductor.workflows.retry(workflow_id))


@flow
async def rerun_from_a_task(lab: Lab) -> None:
    workflow_id = await failed(lab)
    task_id = latest(await lab.document(workflow_id), "one")["taskId"]
    request = RerunWorkflowRequest(re_run_from_task_id=task_id, task_input={"replaced": True})
    lab.note("answer", await lab.conductor.workflows.rerun(workflow_id, request))
    document = await lab.document(workflow_id)
    assert statuses(document) == [("one", "SCHEDULED")]
    lab.note("reran", document)
    for name in ("one", "two", "three"):
        await lab.work(name, {"of": name})
    await lab.finished(workflow_id, "completed")


@flow
async def rerun_from_the_start(lab: Lab) -> None:
    workflow_id = await failed(lab)
    request = RerunWorkflowRequest(workflow_input={"x": "new"}, correlation_id="new too")
    await lab.conductor.workflows.rerun(workflow_id, request)
    lab.note("reran", await lab.document(workflow_id))
    for name in ("one", "two", "three"):
        await lab.work(name, {"of": name})
    await lab.finished(workflow_id, "completed")


@flow
async def rerun_of_what_completed(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("one"), inline("two", "$.x", x="${one.output.n}")])
    await lab.work("one", {"n": 1})
    document = await lab.finished(workflow_id)
    request = RerunWorkflowRequest(re_run_from_task_id=latest(document, "one")["taskId"])
    await lab.conductor.workflows.rerun(workflow_id, request)
    await lab.work("one", {"n": 2})
    await lab.finished(workflow_id, "completed")


@flow
async def rerun_is_refused(lab: Lab) -> None:
    workflow_id = await chain(lab, "one")
    await lab.refused("running", lab.conductor.workflows.rerun(workflow_id, RerunWorkflowRequest()))
    await lab.work("one")
    await lab.finished(workflow_id)
    request = RerunWorkflowRequest(re_run_from_task_id=UNKNOWN)
    await lab.refused("unknown task", lab.conductor.workflows.rerun(workflow_id, request))


@flow
async def skip_a_task(lab: Lab) -> None:
    parameters = {"n": "${two.output.n}", "status": "${two.status}"}
    workflow_id = await lab.run_tasks(
        [lab.simple("one"), lab.simple("two"), lab.simple("three", inputParameters=parameters)]
    )
    await lab.conductor.workflows.skip_task_from_workflow(workflow_id, "two")
    lab.note("skipped", await lab.document(workflow_id))
    await lab.work("one")
    task = await lab.work("three")
    assert task.input_data == {"n": None, "status": "SKIPPED"}
    await lab.finished(workflow_id, "completed")


@flow
async def skip_is_refused(lab: Lab) -> None:
    workflow_id = await chain(lab, "one", "two")
    skip = lab.conductor.workflows.skip_task_from_workflow
    await lab.refused("scheduled", skip(workflow_id, "one"))
    await lab.refused("unknown", skip(workflow_id, "nobody"))


@flow
async def remove(lab: Lab) -> None:
    workflows = lab.conductor.workflows
    workflow_id = await chain(lab, "one")
    await lab.refused("running", workflows.delete_workflow(workflow_id))
    task = await lab.take("one")
    await lab.complete(task)
    await lab.finished(workflow_id)
    await workflows.delete_workflow(workflow_id)
    await lab.refused("gone", lab.document(workflow_id))
    await lab.refused("its task is gone", lab.conductor.tasks.get_task(task.task_id))
    running = await lab.start()
    await workflows.delete_workflow(running, archive_workflow=False)
    await lab.refused("gone while it ran", lab.document(running))
    assert await lab.poll("one") is None


@flow
async def decide_and_reset_callbacks(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("one", startDelay=300)])
    await lab.conductor.workflows.decide(workflow_id)
    assert await lab.poll("one") is None
    await lab.conductor.workflows.reset_callbacks(workflow_id)
    await lab.work("one")
    await lab.finished(workflow_id)


@flow
async def status_and_pages_of_tasks(lab: Lab) -> None:
    tasks = [inline(f"t{n:02}", str(n)) for n in range(20)]
    workflow_id = await lab.run_tasks(tasks, variables={"v": 1}, outputParameters={"o": 2})
    await lab.finished(workflow_id)
    workflows = lab.conductor.workflows
    lab.note("bare", (await workflows.get_workflow_status(workflow_id)).to_wire())
    full = await workflows.get_workflow_status(workflow_id, include_output=True, include_variables=True)
    lab.note("full", full.to_wire())
    lab.note("without tasks", (await workflows.get_workflow(workflow_id, include_tasks=False)).to_wire())
    for start, count in ((0, 15), (15, 15), (18, 1), (30, 5)):
        page = await workflows.get_workflow_tasks(workflow_id, start=start, count=count)
        lab.note(f"page {start}+{count}", [page.total_hits, [task.reference_task_name for task in page.results]])
    # The status document of the server itself, whatever our model makes of it.
    lab.note("raw", await lab.conductor.run(get("/workflow/{}/status", workflow_id, returns=dict[str, object])))


@flow
async def rerun_of_a_task_in_a_branch(lab: Lab) -> None:
    branches = [[inline("first", "1"), lab.simple("in_branch")]]
    fork = {"name": "f", "taskReferenceName": "f", "type": "FORK_JOIN", "forkTasks": branches}
    join = {"name": "j", "taskReferenceName": "j", "type": "JOIN", "joinOn": ["in_branch"]}
    workflow_id = await lab.run_tasks([fork, join])
    await lab.work("in_branch", {"n": 1})
    document = await lab.finished(workflow_id)
    request = RerunWorkflowRequest(re_run_from_task_id=latest(document, "in_branch")["taskId"])
    await lab.conductor.workflows.rerun(workflow_id, request)
    lab.note("reran", await lab.document(workflow_id))
    await lab.work("in_branch", {"n": 2})
    await lab.finished(workflow_id, "completed")
