"""Event handlers: what a server stores of them, and what they do. The real server looks for new ones once a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Call, delete, get, post, put
from tests.conformance.flows.operators import inline, wait
from tests.conformance.flows.services import event
from tests.conformance.lab import Document, Lab, flow, latest, statuses

if TYPE_CHECKING:
    from collections.abc import Sequence


def handler(lab: Lab, name: str, sent_by: str, *actions: Document, **fields: object) -> Document:
    """Make an active handler of what the EVENT task `tell` of a workflow sends."""
    heard = f"conductor:{lab.own(sent_by)}:tell"
    return {"name": lab.own(name), "event": heard, "actions": list(actions), "active": True, **fields}


def start(lab: Lab, workflow: str, **fields: object) -> Document:
    """Make an action that starts a workflow."""
    return {"action": "start_workflow", "start_workflow": {"name": lab.own(workflow), **fields}}


async def stored(lab: Lab, *handlers: Document) -> None:
    """Store handlers, one by one as the server takes them."""
    for each in handlers:
        await lab.conductor.run(post("/event", body=each))


async def removed(lab: Lab, *handlers: Document) -> None:
    """Leave no handler behind."""
    for each in handlers:
        await lab.conductor.run(delete("/event/{}", each["name"]))


async def started(lab: Lab, workflow: str, correlation_id: str) -> Document:
    """Wait for the one execution of a workflow with a correlation id."""

    async def look() -> Document | None:
        path, names = "/workflow/{}/correlated/{}", (lab.own(workflow), correlation_id)
        call: Call[list[Document]] = get(path, *names, query={"includeClosed": True}, returns=list[Document])
        return next(iter(await lab.conductor.run(call)), None)

    found = await lab.wait_for(look, f"an execution of {workflow}")
    return await lab.finished(found["workflowId"])


@flow
async def handlers_are_kept(lab: Lab) -> None:
    one = handler(lab, "one", "wf", start(lab, "other", input={"x": "${a}"}), active=False, condition="$.a == 1")
    task = {"workflowId": "${w}", "taskRefName": "r"}
    ends: Sequence[Document] = [{"action": "complete_task", "complete_task": task, "expandInlineJSON": True}]
    two = handler(lab, "two", "wf", *ends, {"action": "fail_task", "fail_task": {"taskId": "${t}"}})
    await stored(lab, one, two)
    heard = one["event"]
    listed = get("/event", returns=list[Document])
    lab.note("all", [each for each in await lab.conductor.run(listed) if each["name"].startswith(lab.name)])
    queries: dict[str, dict[str, bool]] = {"active": {"activeOnly": True}, "any": {"activeOnly": False}, "default": {}}
    for label, query in queries.items():
        found = await lab.conductor.run(get("/event/{}", heard, query=query, returns=list[Document]))
        lab.note(label, sorted(each["name"] for each in found))
    await lab.conductor.run(put("/event", body={**one, "active": True}))
    lab.note("changed", len(await lab.conductor.run(get("/event/{}", heard, returns=list[Document]))))
    await removed(lab, one, two)
    lab.note("removed", await lab.conductor.run(get("/event/{}", heard, returns=list[Document])))


@flow
async def handlers_that_are_refused(lab: Lab) -> None:
    good = handler(lab, "good", "wf", start(lab, "other"), active=False)
    await stored(lab, good)
    bad: dict[str, Document] = {
        "known": {},
        "no name": {"name": None},
        "empty name": {"name": ""},
        "no event": {"event": None, "name": lab.own("x")},
        "no actions": {"actions": [], "name": lab.own("x")},
    }
    for label, changes in bad.items():
        document = {key: value for key, value in {**good, **changes}.items() if value is not None}
        await lab.refused(label, lab.conductor.run(post("/event", body=document)))
    unknown = {**good, "name": lab.own("nobody")}
    await lab.refused("update of none", lab.conductor.run(put("/event", body=unknown)))
    await lab.refused("update without actions", lab.conductor.run(put("/event", body={**good, "actions": []})))
    await removed(lab, good)
    await lab.refused("gone", lab.conductor.run(delete("/event/{}", good["name"])))


@flow
async def handlers_act(lab: Lab) -> None:
    await lab.define([inline("i", "$.n", n="${workflow.input.n}")], "other")
    fields: Document = {"input": {"n": "${n}", "whole": "${deep}", "text": "<${n}>", "none": "${nobody}"}}
    start_other = start(lab, "other", correlationId="${workflowInstanceId}", **fields)
    left_out = start(lab, "other", correlationId="never")
    output = {"from": "${workflowType}", "n": "${n}"}
    complete = {"workflowId": "${workflowInstanceId}", "taskRefName": "pause", "output": output}
    fail = {"taskId": "${task}", "reasonForIncompletion": "said ${n}", "output": {"n": "${n}"}}
    handlers = [
        handler(lab, "starts", "sender", start_other),
        handler(lab, "ends", "sender", {"action": "complete_task", "complete_task": complete}),
        handler(lab, "fails", "sender", {"action": "fail_task", "fail_task": fail}),
        handler(lab, "no", "sender", left_out, condition="$.n > 100"),
        handler(lab, "unknown", "sender", start(lab, "nobody_knows_it")),
        handler(lab, "off", "sender", left_out, active=False),
    ]
    await stored(lab, *handlers)
    await lab.define([wait("w")], "victim")
    victim = await lab.start("victim")
    task_id = latest(await lab.task_is(victim, "w", "IN_PROGRESS"), "w")["taskId"]
    said = {"n": 7, "deep": {"a": [1]}, "task": task_id}
    await lab.define([event("tell", "conductor", inputParameters=said), wait("pause"), inline("end", "1")], "sender")
    sender = await lab.start("sender", correlationId="c")
    document = await lab.finished(sender)
    lab.note(
        "sender", [statuses(document), latest(document, "pause")["outputData"], latest(document, "tell")["outputData"]]
    )
    document = await lab.finished(victim)
    failed = latest(document, "w")
    lab.note("victim", [statuses(document), failed["outputData"], failed["reasonForIncompletion"]])
    document = await started(lab, "other", sender)
    lab.note("started", [document["status"], document["event"], document["input"], document.get("taskToDomain")])
    call = get("/workflow/{}/correlated/never", lab.own("other"), query={"includeClosed": True}, returns=list[Document])
    lab.note("not started", await lab.conductor.run(call))
    await removed(lab, *handlers)


@flow
async def a_message_waits_for_its_handler(lab: Lab) -> None:
    await lab.define([inline("i", "1")], "other")
    await lab.define([event("tell", "conductor", inputParameters={"json": '{"n": [1, 2]}'})], "sender")
    await lab.finished(await lab.start("sender"))
    fields: Document = {"correlationId": "late", "input": {"n": "${json.n[1]}"}}
    action = {**start(lab, "other", **fields), "expandInlineJSON": True}
    late = handler(lab, "late", "sender", action, condition="$.json.n[0] == 1")
    await stored(lab, late)
    lab.note("started", (await started(lab, "other", "late"))["input"])
    await removed(lab, late)
