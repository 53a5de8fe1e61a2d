"""Search of executions and tasks."""

from __future__ import annotations

from tests.conformance.flows.operators import inline, terminate
from tests.conformance.lab import Lab, flow


async def some_executions(lab: Lab) -> None:
    """Make executions of several states and two types."""
    await lab.define([inline("one", "1")], "good", outputParameters={"n": 1})
    await lab.define([terminate("stop", "FAILED", terminationReason="wanted")], "bad")
    await lab.define([lab.simple("one")], "open")
    for n in range(3):
        await lab.finished(await lab.start("good", {"n": n}, correlationId=lab.own(f"c{n}")))
    for n in range(2):
        await lab.finished(await lab.start("bad", {"n": n}))
    await lab.start("open", {"n": 0}, correlationId=lab.own("c0"))


@flow
async def executions_by_type_and_status(lab: Lab) -> None:
    await some_executions(lab)
    search = lab.conductor.workflows.search
    types = ",".join(lab.own(name) for name in ("good", "bad", "open"))
    queries = {
        "type": f"workflowType='{lab.own('good')}'",
        "types": f"workflowType IN ({types})",
        "status": f"workflowType IN ({types}) AND status='FAILED'",
        "unquoted": f"workflowType={lab.own('good')} AND status=COMPLETED",
        "statuses": f"workflowType IN ({types}) AND status IN (COMPLETED,RUNNING)",
        "correlation": f"correlationId='{lab.own('c0')}'",
        "both": f"correlationId='{lab.own('c0')}' AND status IN (RUNNING)",
        "nothing": f"workflowType='{lab.own('nobody')}'",
    }
    for label, query in queries.items():
        found = await search(query, size=10)
        hits = sorted([hit.workflow_type, str(hit.status), hit.correlation_id or ""] for hit in found.results)
        lab.note(label, [found.total_hits, hits])


@flow
async def summaries_of_executions(lab: Lab) -> None:
    await some_executions(lab)
    search = lab.conductor.workflows.search
    for label, name in (("completed", "good"), ("failed", "bad"), ("running", "open")):
        found = await search(f"workflowType='{lab.own(name)}'", sort="startTime:ASC", size=1)
        lab.note(label, found.results[0].to_wire())


@flow
async def pages_of_executions(lab: Lab) -> None:
    await some_executions(lab)
    search = lab.conductor.workflows.search
    query = f"workflowType='{lab.own('good')}'"
    for label, start, size in (("first", 0, 2), ("second", 2, 2), ("beyond", 9, 2)):
        found = await search(query, start=start, size=size, sort="correlationId:ASC")
        lab.note(label, [found.total_hits, [hit.correlation_id for hit in found.results]])


@flow
async def tasks_by_type_and_status(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([lab.simple("one"), lab.simple("two")], correlationId="ignored")
    await lab.work("one", {"n": 1})
    await lab.fail(await lab.take("two"), "broken", for_good=True)
    await lab.finished(workflow_id)
    search = lab.conductor.tasks.search
    for label, name, status in (("completed", "one", "COMPLETED"), ("failed", "two", "FAILED_WITH_TERMINAL_ERROR")):
        found = await search(f"taskType='{lab.own(name)}' AND status='{status}'")
        lab.note(label, [found.total_hits, [hit.to_wire() for hit in found.results]])
    found = await search(f"taskType='{lab.own('one')}' AND status='FAILED'")
    lab.note("nothing", found.total_hits)


@flow
async def executions_by_a_part_of_their_text(lab: Lab) -> None:
    await lab.define([inline("one", "1")])
    workflow_id = await lab.start(input={"word": lab.own("wordy")}, correlationId=lab.own("corr-abc"))
    await lab.finished(workflow_id)
    query = f"workflowType = '{lab.own('wf')}'"
    whole = {"id": workflow_id, "name": lab.own("wf"), "name in quotes": f'"{lab.own("wf")}"', "all": "*"}
    parts = {"part of the id": workflow_id[9:20], "part of the name": lab.own("w"), "any end": lab.own("w*")}
    values = {"correlation id": "corr-abc", "input": lab.own("wor"), "status": "completed", "nobody": "no such text"}
    for label, text in {**whole, **parts, **values}.items():
        found = await lab.conductor.workflows.search(query=query, free_text=text)
        lab.note(label, found.total_hits)
