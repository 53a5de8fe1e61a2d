"""FORK_JOIN and JOIN. Which of the cancelled tasks a JOIN is among depends on the server's timing, so failures look at the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conformance.flows.operators import inline, set_variables, switch, wait
from tests.conformance.lab import Document, Lab, flow, latest, statuses

if TYPE_CHECKING:
    from collections.abc import Sequence


def fork(ref: str, *branches: Sequence[Document]) -> Document:
    """Make a FORK_JOIN."""
    return {
        "name": ref,
        "taskReferenceName": ref,
        "type": "FORK_JOIN",
        "forkTasks": [list(branch) for branch in branches],
    }


def join(ref: str, *on: str) -> Document:
    """Make a JOIN."""
    return {"name": ref, "taskReferenceName": ref, "type": "JOIN", "joinOn": list(on)}


@flow
async def two_branches_meet(lab: Lab) -> None:
    workflow_id = await lab.run_tasks(
        [
            fork("fork", [lab.simple("a1"), lab.simple("a2")], [lab.simple("b")]),
            join("join", "a2", "b"),
            lab.simple("end"),
        ]
    )
    lab.note("started", await lab.document(workflow_id))
    await lab.work("a1", {"of": "a1"})
    await lab.work("a2", {"of": "a2"})
    lab.note("one arrived", statuses(await lab.task_is(workflow_id, "a2", "COMPLETED")))
    await lab.work("b")
    await lab.work("end", {"of": "end"})
    document = await lab.finished(workflow_id, "completed")
    assert latest(document, "join")["outputData"] == {"a2": {"of": "a2"}}


@flow
async def a_join_as_the_last_task_gives_the_output(lab: Lab) -> None:
    branches = ([inline("a", "1")], [inline("b", "2")], [set_variables("c", x=1)])
    workflow_id = await lab.run_tasks([fork("fork", *branches), join("join", "a", "b", "c")])
    document = await lab.finished(workflow_id, "completed")
    assert document["output"] == {"a": {"result": 1}, "b": {"result": 2}}


@flow
async def forks_nest(lab: Lab) -> None:
    inner = [fork("inner", [inline("x", "1")], [lab.simple("y")]), join("inner_join", "x", "y"), inline("tail", "'t'")]
    workflow_id = await lab.run_tasks([fork("outer", inner, [lab.simple("z")]), join("outer_join", "tail", "z")])
    await lab.work("z", {"of": "z"})
    await lab.work("y", {"of": "y"})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], sorted(statuses(document)), document["output"]])


@flow
async def a_join_does_not_wait_for_others(lab: Lab) -> None:
    tasks = [fork("fork", [lab.simple("a")], [lab.simple("b")]), join("join", "a"), lab.simple("after")]
    workflow_id = await lab.run_tasks(tasks)
    await lab.work("a", {"of": "a"})
    await lab.work("after", {"of": "after"})
    document = await lab.document(workflow_id)
    lab.note("others open", [document["status"], statuses(document)])
    await lab.work("b", {"of": "b"})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], statuses(document), document["output"]])


@flow
async def an_empty_join_is_done_at_once(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([fork("fork", [lab.simple("a")]), join("join"), inline("after", "1")])
    document = await lab.task_is(workflow_id, "after", "COMPLETED")
    lab.note("others open", [document["status"], statuses(document)])
    await lab.work("a", {"of": "a"})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], statuses(document)])


@flow
async def a_failing_branch_fails_the_workflow(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([fork("fork", [lab.simple("a")], [lab.simple("b")]), join("join", "a", "b")])
    await lab.take("b")
    await lab.fail(await lab.take("a"), "broken", for_good=True)
    document = await lab.finished(workflow_id)
    # The real server's JOIN worker takes no lock and may write IN_PROGRESS over its end; that ours never leaves a task
    # open in an execution that has ended is a property of its decider's tests.
    assert latest(document, "join")["status"] in ("FAILED", "CANCELED", "IN_PROGRESS")
    without_join = [pair for pair in statuses(document) if pair[0] != "join"]
    lab.note("failed", [document["status"], document["reasonForIncompletion"], without_join])
    lab.note("failed names", [document["failedReferenceTaskNames"].count("a"), latest(document, "a")])


@flow
async def an_optional_branch_may_fail(lab: Lab) -> None:
    tasks = [
        fork("fork", [lab.simple("a", optional=True)], [lab.simple("b")]),
        join("join", "a", "b"),
        inline("after", "$.x", x="${join.output}"),
    ]
    workflow_id = await lab.run_tasks(tasks)
    await lab.fail(await lab.take("a"), "broken", for_good=True)
    await lab.work("b", {"of": "b"})
    document = await lab.finished(workflow_id, "completed")
    assert latest(document, "join")["status"] == "COMPLETED_WITH_ERRORS"


@flow
async def an_optional_task_may_fail(lab: Lab) -> None:
    await lab.define_task("work", retryCount=1, retryDelaySeconds=0)
    workflow_id = await lab.run_tasks([lab.simple("a", "work", optional=True), lab.simple("b")])
    for attempt in ("first", "second"):
        await lab.fail(await lab.take("work"), f"{attempt} attempt")
    await lab.work("b", {"of": "b"})
    await lab.finished(workflow_id, "completed")


@flow
async def a_permissive_branch_fails_at_the_end(lab: Lab) -> None:
    tasks = [fork("fork", [lab.simple("a", permissive=True)], [lab.simple("b")]), join("join", "a", "b")]
    workflow_id = await lab.run_tasks(tasks)
    await lab.fail(await lab.take("a"), "broken", for_good=True)
    await lab.work("b", {"of": "b"})
    document = await lab.finished(workflow_id)
    lab.note("failed", [document["status"], latest(document, "a")["status"], latest(document, "b")["status"]])


@flow
async def a_join_in_a_case(lab: Lab) -> None:
    branch = [fork("fork", [inline("x", "1")], [inline("y", "2")]), join("join", "x", "y")]
    workflow_id = await lab.run_tasks([switch("sw", {"a": branch}), inline("after", "3")], {"by": "a"})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], statuses(document), document["output"]])


@flow
async def a_switch_in_a_branch(lab: Lab) -> None:
    branch = [switch("sw", {"a": [lab.simple("x")]}), lab.simple("z")]
    workflow_id = await lab.run_tasks(
        [fork("fork", branch, [wait("pause", duration="1s")]), join("join", "z", "pause")], {"by": "a"}
    )
    await lab.work("x")
    await lab.work("z", {"of": "z"})
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], sorted(statuses(document)), document["output"]])


@flow
async def a_fork_without_join(lab: Lab) -> None:
    await lab.finished(await lab.run_tasks([fork("fork", [inline("a", "1")], [lab.simple("b")])]), "failed")
