"""People's tasks on the embedded engine: turns, claims, results and what follows in the workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core import Conductor, post
from conductor_core.errors import BadRequestError, ConflictError, NotFoundError, PermissionDeniedError
from conductor_core.models import Tag
from conductor_embedded import VirtualEngine
from conductor_human_tasks import (
    HumanTaskAssignment,
    HumanTaskSearch,
    HumanTaskState,
    HumanTaskTemplate,
    HumanTaskUser,
    SearchType,
    UserType,
)
from conductor_human_tasks._embedded import hooks
from plugins.human_tasks.tests.workbench import FORM, Desk, turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conductor_human_tasks import HumanTaskEntry

MINUTE = 60


@pytest.fixture
def desk() -> Iterator[Desk]:
    """An engine with people's tasks, on a virtual clock."""
    with VirtualEngine(plugins=(hooks,)) as engine, Conductor(engine.settings) as conductor:
        yield Desk(conductor, engine)


def test_a_task_without_assignees_is_pending_and_completing_it_moves_the_workflow(desk: Desk) -> None:
    entry = desk.start()
    assert (entry.state, entry.assignee, entry.claimant) == (HumanTaskState.PENDING, None, None)
    assert (entry.display_name, entry.workflow_name, entry.input["amount"]) == ("Approve the order", "approval_flow", 7)
    tasks = desk.conductor.human_tasks
    claimed = tasks.claim_task_as_external_user(entry.task_id, "ada")
    assert (claimed.state, claimed.claimant) == ("IN_PROGRESS", HumanTaskUser(user="ada", user_type="EXTERNAL_USER"))
    tasks.update_task_output(entry.task_id, {"comment": "soon"})
    assert desk.workflow(entry)["status"] == "RUNNING"
    tasks.complete_task(entry.task_id, {"approved": True})
    done = desk.look(entry)
    assert (done.state, done.output) == ("COMPLETED", {"comment": "soon", "approved": True})
    workflow = desk.workflow(entry)
    assert (workflow["status"], workflow["output"]) == ("COMPLETED", {"comment": "soon", "approved": True})


def test_the_task_of_the_workflow_shows_nothing_of_it(desk: Desk) -> None:
    task = desk.conductor.human_tasks.get_conductor_task(desk.start(turn("ada", minutes=5)).task_id).to_wire()
    assert (task["status"], task["callbackAfterSeconds"], task["outputData"]) == ("IN_PROGRESS", 0, {})
    assert "extra" not in task


def test_a_claimed_task_is_a_conflict_for_others(desk: Desk) -> None:
    entry, tasks = desk.start(), desk.conductor.human_tasks
    tasks.claim_task_as_external_user(entry.task_id, "ada")
    assert tasks.claim_task_as_external_user(entry.task_id, "ada").state == "IN_PROGRESS"
    for override in (False, True):
        with pytest.raises(ConflictError, match="claimed by EXTERNAL_USER ada already; it must be released first"):
            tasks.claim_task_as_external_user(entry.task_id, "bob", override_assignment=override)
    with pytest.raises(ConflictError, match="it must be released before it is reassigned"):
        tasks.reassign_task(entry.task_id, [HumanTaskAssignment(assignee=HumanTaskUser(user="bob"))])
    tasks.release_task(entry.task_id)
    with pytest.raises(ConflictError, match="not claimed: there is nothing to release"):
        tasks.release_task(entry.task_id)
    claimant = tasks.claim_task_as_external_user(entry.task_id, "bob").claimant
    assert claimant is not None
    assert claimant.user == "bob"


def test_an_unclaimed_task_takes_no_result(desk: Desk) -> None:
    entry = desk.start()
    with pytest.raises(ConflictError, match="is not claimed: claim it first"):
        desk.conductor.human_tasks.complete_task(entry.task_id, {"approved": True})
    assert desk.look(entry).output == {}


def test_a_task_of_somebody_else_needs_an_override(desk: Desk) -> None:
    entry, tasks = desk.start(turn("ada")), desk.conductor.human_tasks
    assert entry.state == "ASSIGNED"
    with pytest.raises(PermissionDeniedError, match="assigned to EXTERNAL_USER ada, not to EXTERNAL_USER bob"):
        tasks.claim_task_as_external_user(entry.task_id, "bob")
    with pytest.raises(PermissionDeniedError, match="overrideAssignment=true or reassign it"):
        tasks.claim_task_as_conductor_user(entry.task_id)
    assert tasks.claim_task_as_external_user(entry.task_id, "bob", override_assignment=True).state == "IN_PROGRESS"


@pytest.mark.parametrize(
    ("kind", "as_external", "as_conductor"),
    [
        (UserType.EXTERNAL_GROUP, True, False),
        (UserType.CONDUCTOR_GROUP, True, True),
        (UserType.CONDUCTOR_USER, True, True),
    ],
)
def test_who_may_claim_depends_on_the_assignee(
    kind: UserType,
    as_external: bool,  # noqa: FBT001 - a column of the table
    as_conductor: bool,  # noqa: FBT001
    desk: Desk,
) -> None:
    tasks = desk.conductor.human_tasks
    first, second = desk.start(turn("ada", kind)), desk.start(turn("ada", kind))
    claims: list[tuple[bool, Callable[[], HumanTaskEntry]]] = [
        (as_external, lambda: tasks.claim_task_as_external_user(first.task_id, "ada")),
        (as_conductor, lambda: tasks.claim_task_as_conductor_user(second.task_id)),
    ]
    for allowed, claim in claims:
        if allowed:
            assert claim().state == "IN_PROGRESS"
        else:
            with pytest.raises(PermissionDeniedError):
                claim()


def test_an_unclaimed_task_goes_from_one_to_the_next(desk: Desk) -> None:
    entry = desk.start(turn("ada", minutes=10), turn("bob", minutes=5), assignmentCompletionStrategy="LEAVE_OPEN")
    assert _assignee(desk, entry.task_id) == "ada"
    desk.engine.advance(10 * MINUTE - 1)
    assert _assignee(desk, entry.task_id) == "ada"
    desk.engine.advance(1)
    assert _assignee(desk, entry.task_id) == "bob"
    desk.engine.advance(5 * MINUTE)
    left = desk.look(entry)
    assert (left.state, left.assignee, desk.workflow(entry)["status"]) == ("PENDING", None, "RUNNING")
    assert desk.conductor.human_tasks.claim_task_as_external_user(entry.task_id, "eve").state == "IN_PROGRESS"


def test_a_claim_stops_the_clock_and_a_release_starts_it_again(desk: Desk) -> None:
    entry, tasks = desk.start(turn("ada", minutes=10), turn("bob")), desk.conductor.human_tasks
    desk.engine.advance(9 * MINUTE)
    tasks.claim_task_as_external_user(entry.task_id, "ada")
    desk.engine.advance(60 * MINUTE)
    assert desk.look(entry).state == "IN_PROGRESS"
    tasks.release_task(entry.task_id)
    desk.engine.advance(9 * MINUTE)
    assert _assignee(desk, entry.task_id) == "ada"
    desk.engine.advance(MINUTE)
    assert _assignee(desk, entry.task_id) == "bob"


def test_the_last_turn_may_end_the_task(desk: Desk) -> None:
    entry = desk.start(turn("ada", minutes=10), assignmentCompletionStrategy="TERMINATE")
    desk.engine.advance(10 * MINUTE)
    assert desk.look(entry).state == "TIMED_OUT"
    workflow = desk.workflow(entry)
    assert workflow["status"] == "TIMED_OUT"
    assert "Nobody has claimed the task in time" in workflow["reasonForIncompletion"]


def test_a_task_can_be_reassigned(desk: Desk) -> None:
    entry, tasks = desk.start(turn("ada", minutes=10)), desk.conductor.human_tasks
    bob = HumanTaskUser(user="bob", user_type=UserType.CONDUCTOR_USER)
    tasks.reassign_task(entry.task_id, [HumanTaskAssignment(assignee=bob, sla_minutes=1)])
    assert _assignee(desk, entry.task_id) == "bob"
    assert tasks.claim_task_as_conductor_user(entry.task_id).claimant == bob
    with pytest.raises(BadRequestError, match="at least one assignee"):
        tasks.reassign_task(entry.task_id, [])


def test_a_single_assignee_of_other_builders_is_understood(desk: Desk) -> None:
    entry = desk.start(assignee={"user": "ada", "userType": "EXTERNAL_USER"})
    assert entry.assignee is not None
    assert (entry.state, entry.assignee.user) == ("ASSIGNED", "ada")


def test_a_skipped_task_lets_the_workflow_go_on(desk: Desk) -> None:
    entry = desk.start()
    desk.conductor.human_tasks.skip_task(entry.task_id, "not needed")
    workflow = desk.workflow(entry)
    assert workflow["status"] == "COMPLETED"
    assert (workflow["tasks"][0]["status"], workflow["tasks"][0]["reasonForIncompletion"]) == ("SKIPPED", "not needed")
    with pytest.raises(ConflictError, match="it can no longer be changed"):
        desk.conductor.human_tasks.skip_task(entry.task_id)


def test_a_task_ends_with_its_workflow(desk: Desk) -> None:
    entry = desk.start(turn("ada", minutes=1))
    desk.conductor.run(post("/workflow/bulk/terminate", body=[entry.workflow_id]))
    assert desk.look(entry).state == "DELETED"
    desk.engine.advance(10 * MINUTE)
    assert desk.look(entry).state == "DELETED"


def test_a_report_by_the_task_api_completes_it_too(desk: Desk) -> None:
    entry = desk.start(turn("ada", minutes=1))
    path = (entry.workflow_id, "approve", "COMPLETED")
    desk.conductor.run(post("/tasks/{}/{}/{}", *path, body={"approved": False}, returns=str))
    done = desk.look(entry)
    assert (done.state, done.output, desk.workflow(entry)["status"]) == ("COMPLETED", {"approved": False}, "COMPLETED")


def test_outputs_by_reference_name_need_no_claim(desk: Desk) -> None:
    entry, tasks = desk.start(), desk.conductor.human_tasks
    workflow_id = str(entry.workflow_id)
    tasks.update_task_output_by_ref(workflow_id, "approve", {"comment": "a"})
    assert desk.look(entry).output == {"comment": "a"}
    with pytest.raises(NotFoundError, match="no open human task nobody"):
        tasks.update_task_output_by_ref(workflow_id, "nobody", {})
    tasks.update_task_output_by_ref(workflow_id, "approve", {"approved": True}, complete=True)
    assert desk.workflow(entry)["output"] == {"comment": "a", "approved": True}


def test_changes_start_workflows(desk: Desk) -> None:
    told = {"name": "told", "version": 1, "tasks": [{"name": "w", "taskReferenceName": "w", "type": "WAIT"}]}
    desk.conductor.run(post("/metadata/workflow", body=told))
    kinds = ("ASSIGNED", "ASSIGNEE_CHANGED", "IN_PROGRESS", "CLAIMANT_CHANGED", "COMPLETED", "TIMED_OUT")
    triggers = [
        {"triggerType": kind, "startWorkflowRequest": {"name": "told", "input": {"of": kind}}} for kind in kinds
    ]
    entry = desk.start(turn("ada", minutes=1), turn("bob"), taskTriggers=triggers)
    desk.engine.run_due()
    seen = [len(desk.started("told"))]
    desk.engine.advance(MINUTE)
    seen.append(len(desk.started("told")))
    desk.conductor.human_tasks.claim_task_as_external_user(entry.task_id, "bob")
    desk.engine.run_due()
    seen.append(len(desk.started("told")))
    desk.conductor.human_tasks.complete_task(entry.task_id)
    desk.engine.run_due()
    seen.append(len(desk.started("told")))
    assert seen == [1, 2, 4, 5]


def test_searches_find_by_each_condition(desk: Desk) -> None:
    tasks = desk.conductor.human_tasks
    first, second = desk.start(turn("ada")), desk.start(turn("bob"), name="other_flow", displayName="Look at it")
    tasks.claim_task_as_external_user(second.task_id, "bob")
    wanted = {
        "states": HumanTaskSearch(states=[HumanTaskState.ASSIGNED]),
        "assignees": HumanTaskSearch(assignees=[HumanTaskUser(user="ada")]),
        "names": HumanTaskSearch(workflow_names=["approval_flow"], task_ref_names=["approve"]),
        "display": HumanTaskSearch(display_names=["Approve the order"], definition_names=["approve"]),
        "ids": HumanTaskSearch(workflow_ids=[str(first.workflow_id)]),
        "input": HumanTaskSearch(task_input_query="amount:7", assignees=[HumanTaskUser(user="ada")]),
        "text": HumanTaskSearch(full_text_query="approval_flow"),
    }
    for label, search in wanted.items():
        assert [entry.task_id for entry in tasks.search(search)] == [first.task_id], label
    nothing = HumanTaskSearch(task_input_query="amount:8"), HumanTaskSearch(update_start_time=2_000_000_000_000)
    assert [tasks.search(search) for search in nothing] == [[], []]
    page = tasks.search_page(HumanTaskSearch(size=1))
    assert (page.total_hits, page.hits, page.results[0].task_id) == (2, 1, second.task_id)
    (claimed,) = tasks.get_tasks_by_filter(claimed_by="EXTERNAL_USER:bob")
    assert claimed.task_id == second.task_id
    assert tasks.get_display_names() == ["Approve the order", "Look at it"]
    tasks.complete_task(second.task_id)
    assert tasks.get_display_names(SearchType.INBOX) == ["Approve the order"]
    with pytest.raises(BadRequestError, match="size from 0 to 1000, got 0 and -1"):
        tasks.search(HumanTaskSearch(size=-1))


def test_records_of_ended_tasks_can_be_deleted(desk: Desk) -> None:
    entry, tasks = desk.start(), desk.conductor.human_tasks
    with pytest.raises(ConflictError, match="only a task that has ended can be deleted"):
        tasks.delete_task(entry.task_id)
    tasks.skip_task(entry.task_id)
    tasks.delete_tasks([entry.task_id])
    assert tasks.search(HumanTaskSearch()) == []
    with pytest.raises(NotFoundError, match="Human task not found"):
        tasks.get_task_by_id(entry.task_id)
    assert desk.workflow(entry)["status"] == "COMPLETED"
    assert tasks.rebuild_index() == {}


def test_a_form_has_versions_and_belongs_to_tasks(desk: Desk) -> None:
    tasks = desk.conductor.human_tasks
    first = tasks.register_template(HumanTaskTemplate.model_validate(FORM))
    second = tasks.register_template(first, as_new_version=True)
    tasks.save_templates([HumanTaskTemplate(name="other"), HumanTaskTemplate(name="approval", version=2)])
    assert [(form.name, form.version) for form in tasks.list_templates()] == [
        ("approval", 1),
        ("approval", 2),
        ("other", 1),
    ]
    assert (second.version, tasks.get_template_by_name_version("approval", 2).json_schema) == (2, {})
    assert tasks.get_template_by_id("approval").json_schema == FORM["jsonSchema"]
    entry = desk.start()
    assert tasks.get_template_of_task(entry.task_id).version == 2
    whole = tasks.get_task_by_id(entry.task_id, with_template=True)
    assert whole.human_task_def is not None
    assert whole.human_task_def.full_template is not None
    assert whole.human_task_def.full_template.version == 2
    tasks.delete_template_version("approval", 2)
    assert tasks.get_template_of_task(entry.task_id).version == 1
    tasks.delete_template("approval")
    with pytest.raises(NotFoundError, match="has no template"):
        tasks.get_template_of_task(entry.task_id)
    with pytest.raises(NotFoundError, match="No template approval of version 1"):
        tasks.delete_template_version("approval", 1)
    with pytest.raises(BadRequestError, match="name of a template"):
        tasks.register_template(HumanTaskTemplate())


def test_templates_have_tags(desk: Desk) -> None:
    tasks = desk.conductor.human_tasks
    sales, north = Tag(key="team", value="sales"), Tag(key="area", value="north")
    with pytest.raises(NotFoundError):
        tasks.set_template_tags([sales], "approval")
    tasks.register_template(HumanTaskTemplate.model_validate(FORM))
    tasks.set_template_tags([sales, north], "approval")
    tasks.delete_template_tags([sales], "approval")
    assert tasks.get_template_tags("approval") == [north]
    assert tasks.get_template_by_name_version("approval", 1).tags == [north]


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    url = f"embedded:///{(tmp_path / 'people.db').as_posix().lstrip('/')}"
    with Conductor(server_url=url, transport="embedded") as conductor:
        conductor.human_tasks.register_template(HumanTaskTemplate.model_validate(FORM))
        human = {"assignments": [turn("ada")], "userFormTemplate": {"name": "approval"}}
        inputs = {"__humanTaskDefinition": human}
        task = {"name": "a", "taskReferenceName": "a", "type": "HUMAN", "inputParameters": inputs}
        conductor.run(post("/metadata/workflow", body={"name": "w", "version": 1, "tasks": [task]}))
        conductor.run(post("/workflow", body={"name": "w"}, returns=str))
        (entry,) = conductor.human_tasks.search(HumanTaskSearch())
        conductor.human_tasks.claim_task_as_external_user(entry.task_id, "ada")
    with Conductor(server_url=url, transport="embedded") as conductor:
        (again,) = conductor.human_tasks.search(HumanTaskSearch())
        assert (again.task_id, again.state, again.claimant) == (entry.task_id, "IN_PROGRESS", entry.assignee)
        assert conductor.human_tasks.get_template_of_task(entry.task_id).json_schema == FORM["jsonSchema"]


def test_a_rerun_begins_from_the_first_assignee(desk: Desk) -> None:
    entry, tasks = desk.start(turn("ada", minutes=1), turn("bob")), desk.conductor.human_tasks
    desk.engine.advance(MINUTE)
    tasks.claim_task_as_external_user(entry.task_id, "bob")
    tasks.complete_task(entry.task_id)
    rerun = {"reRunFromTaskId": entry.task_id}
    desk.conductor.run(post("/workflow/{}/rerun", entry.workflow_id, body=rerun, returns=str))
    again = desk.look(entry)
    assert again.assignee is not None
    assert (again.state, again.assignee.user, again.output) == ("ASSIGNED", "ada", {})


def _assignee(desk: Desk, task_id: str) -> str | None:
    assignee = desk.conductor.human_tasks.get_task_by_id(task_id).assignee
    return None if assignee is None else assignee.user
