"""What a worker and the server say to each other: polls, results, domains, logs and queues."""

from __future__ import annotations

from typing import Any

from conductor_core import TaskResult, get, post
from conductor_core.models import TaskResultStatus
from tests.conformance.lab import Lab, flow, latest, result_of, statuses

UNKNOWN = "00000000-0000-0000-0000-000000000000"


@flow
async def a_result_may_come_twice(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("one"), lab.simple("two")])
    task = await lab.take("one")
    await lab.complete(task, {"n": "first"})
    await lab.complete(task, {"n": "second"})
    await lab.fail(task, "third")
    document = await lab.document(workflow_id)
    lab.note("first wins", document)
    assert latest(document, "one")["outputData"] == {"n": "first"}
    await lab.work("two")
    await lab.finished(workflow_id)
    await lab.complete(task, {"n": "after the end"})
    assert latest(await lab.document(workflow_id), "one")["outputData"] == {"n": "first"}


@flow
async def a_result_needs_no_poll(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("one")])
    task = await lab.conductor.tasks.get_task(latest(await lab.document(workflow_id), "one")["taskId"])
    await lab.complete(task, {"n": 1})
    await lab.finished(workflow_id, "completed")


@flow
async def results_that_are_refused(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("one")])
    task = await lab.take("one")
    unknown_task = TaskResult(task_id=UNKNOWN, workflow_instance_id=workflow_id)
    await lab.refused("unknown task", lab.conductor.tasks.update_task(unknown_task))
    await lab.refused("unknown task, v2", lab.conductor.tasks.update_task_v2(unknown_task))
    unknown_workflow = TaskResult(task_id=task.task_id, workflow_instance_id=UNKNOWN)
    await lab.refused("unknown workflow", lab.conductor.tasks.update_task(unknown_workflow))
    await lab.refused("no ids", lab.conductor.run(post("/tasks", body={"status": "COMPLETED"}, returns=str)))
    lab.note("still open", statuses(await lab.document(workflow_id)))


@flow
async def in_progress_with_callback(lab: Lab) -> None:
    await lab.define_task("one", retryCount=0, responseTimeoutSeconds=60)
    workflow_id = await lab.run_tasks([lab.simple("one")])
    task = await lab.take("one")
    await lab.report(task, TaskResultStatus.IN_PROGRESS, {"n": 1}, callbackAfterSeconds=3)
    lab.note("waits", await lab.document(workflow_id))
    assert await lab.poll("one") is None
    again = await lab.take("one")
    assert again.task_id == task.task_id
    lab.note("again", again.to_wire())
    await lab.report(again, TaskResultStatus.IN_PROGRESS, {"m": 2})
    third = await lab.take("one")
    lab.note("at once", [third.poll_count, third.output_data])
    await lab.complete(third, {"done": True})
    await lab.finished(workflow_id, "completed")


@flow
async def update_v2_hands_out_the_next_task(lab: Lab) -> None:
    await lab.define([lab.simple("a", "work"), lab.simple("b", "work"), lab.simple("c", "other")])
    workflow_id = await lab.start()
    update = lab.conductor.tasks.update_task_v2
    first = await lab.take("work")
    second = await update(result_of(first, TaskResultStatus.COMPLETED, {"n": 1}))
    assert second is not None
    lab.note("next", second.to_wire())
    assert (second.reference_task_name, second.worker_id) == ("b", "lab")
    assert await update(result_of(second, TaskResultStatus.IN_PROGRESS, {"n": 1}, callbackAfterSeconds=0)) is None
    second = await lab.take("work")
    assert await update(result_of(second, TaskResultStatus.COMPLETED)) is None
    third = await lab.take("other")
    assert (
        await update(result_of(third, TaskResultStatus.FAILED_WITH_TERMINAL_ERROR, reasonForIncompletion="broken"))
        is None
    )
    await lab.finished(workflow_id, "failed")


@flow
async def update_v2_takes_from_other_executions(lab: Lab) -> None:
    await lab.define([lab.simple("a", "work")])
    first_id, second_id = await lab.start(), await lab.start()
    first = await lab.take("work")
    assert first.workflow_instance_id == first_id
    second = await lab.conductor.tasks.update_task_v2(result_of(first, TaskResultStatus.COMPLETED))
    assert second is not None
    assert second.workflow_instance_id == second_id
    await lab.complete(second)
    for workflow_id in (first_id, second_id):
        await lab.finished(workflow_id)


@flow
async def a_batch_takes_what_is_there(lab: Lab) -> None:
    await lab.define([lab.simple("one")])
    for n in range(5):
        await lab.start(input={"n": n})
    batch = lab.conductor.tasks.batch_poll
    name = lab.own("one")
    first = await batch(name, count=3, timeout=500, worker_id="lab")
    second = await batch(name, count=3, timeout=500, worker_id="lab")
    third = await batch(name, count=3, timeout=100, worker_id="lab")
    lab.note("sizes", [len(first), len(second), len(third)])
    await lab.refused("too long a timeout", batch(name, timeout=5001))


@flow
async def domains_have_queues_of_their_own(lab: Lab) -> None:
    await lab.define([lab.simple("one"), lab.simple("two")])
    domains = {lab.own("one"): "east"}
    workflow_id = await lab.start(taskToDomain=domains)
    assert await lab.poll("one") is None
    assert await lab.poll("one", domain="west") is None
    task = await lab.take("one", domain="east")
    lab.note("polled", task.to_wire())
    lab.note("running", await lab.document(workflow_id))
    await lab.complete(task)
    await lab.work("two")
    await lab.finished(workflow_id, "completed")


@flow
async def a_domain_for_all_tasks_and_a_list_of_domains(lab: Lab) -> None:
    await lab.define([lab.simple("one"), lab.simple("two")])
    workflow_id = await lab.start(taskToDomain={"*": "north"})
    await lab.complete(await lab.take("one", domain="north"))
    assert (await lab.document(workflow_id))["tasks"][-1]["domain"] == "north"
    assert await lab.poll("two", domain="polled") is None
    listed = await lab.start(
        taskToDomain={lab.own("one"): "unpolled, last", lab.own("two"): "unpolled,polled,NO_DOMAIN"}
    )
    document = await lab.document(listed)
    lab.note("the last one when nobody polls", latest(document, "one").get("domain"))
    await lab.complete(await lab.take("one", domain="last"))
    lab.note("the first one that is polled", latest(await lab.document(listed), "two").get("domain"))
    nobody = await lab.start(taskToDomain={lab.own("one"): "unpolled,NO_DOMAIN"})
    lab.note("none", latest(await lab.document(nobody), "one").get("domain"))


@flow
async def updates_by_reference_name(lab: Lab) -> None:
    tasks = lab.conductor.tasks
    workflow_id = await lab.run_tasks([lab.simple("one"), lab.simple("two")])
    await lab.take("one")
    await tasks.update_task_by_ref_name(
        workflow_id, "one", TaskResultStatus.IN_PROGRESS, {"a": 1, "b": 1}, worker_id="by-ref"
    )
    lab.note("in progress", latest(await lab.document(workflow_id), "one"))
    task_id = await tasks.update_task_by_ref_name(workflow_id, "one", TaskResultStatus.COMPLETED, {"b": 2})
    assert task_id == latest(await lab.document(workflow_id), "one")["taskId"]
    lab.note("completed", latest(await lab.document(workflow_id), "one"))
    after = await tasks.update_task_sync(workflow_id, "two", TaskResultStatus.COMPLETED, {"c": 3})
    lab.note("the workflow comes back", [str(after.status), after.output])
    lab.note("nothing open", await tasks.update_task_by_ref_name(workflow_id, "two", TaskResultStatus.COMPLETED))
    await lab.refused("nothing open, sync", tasks.update_task_sync(workflow_id, "two", TaskResultStatus.COMPLETED))


@flow
async def logs_are_kept(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("one")])
    task = await lab.take("one")
    tasks = lab.conductor.tasks
    assert await tasks.get_task_logs(task.task_id) == []
    await tasks.add_task_log(task.task_id, "a line of its own")
    line = {"log": "a line with the result", "taskId": task.task_id, "createdTime": 1_700_000_000_000}
    await lab.report(task, TaskResultStatus.COMPLETED, logs=[line])
    await lab.finished(workflow_id)
    logs = await lab.conductor.run(get("/tasks/{}/log", task.task_id, returns=list[dict[str, Any]]))
    lab.note("lines", sorted(logs, key=lambda entry: str(entry["log"])))
    await tasks.add_task_log(UNKNOWN, "for nobody")


@flow
async def queues_have_sizes_and_pollers(lab: Lab) -> None:
    await lab.define([lab.simple("one")])
    names = [lab.own("one"), lab.own("nobody")]
    tasks = lab.conductor.tasks
    sizes = [await tasks.get_queue_size_for_task(names)]
    for _ in range(3):
        await lab.start()
    sizes.append(await tasks.get_queue_size_for_task(names))
    assert (await tasks.get_all_queue_sizes())[lab.own("one")] == 3
    await lab.work("one")
    sizes.append(await tasks.get_queue_size_for_task(names))
    lab.note("sizes", sizes)
    await lab.poll("one", domain="south")
    data = await tasks.get_task_poll_data(lab.own("one"))
    lab.note("pollers", sorted(([entry.queue_name, entry.domain or "", entry.worker_id] for entry in data), key=str))


@flow
async def the_number_of_running_tasks_can_be_limited(lab: Lab) -> None:
    await lab.define_task("one", concurrentExecLimit=1)
    await lab.define([lab.simple("one")])
    for _ in range(2):
        await lab.start()
    first = await lab.take("one")
    assert await lab.poll("one") is None
    await lab.complete(first)
    await lab.work("one")


@flow
async def a_domain_with_an_empty_name_is_one(lab: Lab) -> None:
    await lab.define([lab.simple("work")])
    for label, domains in {"empty": "", "blank": " ", "commas": ",", "empty first": ", one"}.items():
        workflow_id = await lab.start(taskToDomain={lab.own("work"): domains})
        document = await lab.document(workflow_id)
        lab.note(label, [document["taskToDomain"], document["tasks"][0].get("domain")])
        await lab.conductor.workflows.terminate(workflow_id)
    workflow_id = await lab.start(taskToDomain={"*": ""})
    lab.note("for all", (await lab.document(workflow_id))["tasks"][0].get("domain"))
    await lab.work("work")
