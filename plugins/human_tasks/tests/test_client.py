"""What the client of people's tasks does beyond one documented call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import (
    BadRequestError,
    ConflictError,
    InvalidArgumentError,
    NotFoundError,
    NotSupportedByServerError,
    PermissionDeniedError,
)
from conductor_core.http import Response
from conductor_human_tasks import (
    HumanTaskAssignment,
    HumanTaskSearch,
    HumanTaskState,
    HumanTaskTemplate,
    HumanTaskUser,
    UserType,
)

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

ADA = HumanTaskUser(user="ada@example.com", user_type=UserType.EXTERNAL_USER)
ENTRY = {"taskId": "t", "state": "ASSIGNED", "displayName": "Approve", "assignee": ADA.to_wire(), "input": {"a": None}}


def page(*entries: object) -> dict[str, object]:
    """Answer of a search."""
    return {"start": 0, "pageSizeLimit": 15, "hits": len(entries), "totalHits": 40, "results": list(entries)}


async def test_a_search_has_defaults_and_returns_the_tasks(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    route = server.post("/human/tasks/search").respond(json=page(ENTRY))
    wanted = HumanTaskSearch(states=[HumanTaskState.PENDING], assignees=[ADA], task_input_query="priority:high")
    (found,) = conductor.human_tasks.search(wanted)
    assert await async_conductor.human_tasks.search(wanted) == [found]
    assert (found.task_id, found.state, found.assignee, found.input) == ("t", "ASSIGNED", ADA, {"a": None})
    sent = json.loads(route.calls.last.request.content)
    assert sent["assignees"] == [{"user": "ada@example.com", "userType": "EXTERNAL_USER"}]
    assert (sent["states"], sent["size"], sent["start"], sent["claimants"]) == (["PENDING"], 15, 0, [])
    assert "fullTextQuery" not in sent
    assert conductor.human_tasks.search_page(wanted).total_hits == 40


async def test_a_poll_search_repeats_until_there_is_something(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    route = server.post("/human/tasks/search").mock(side_effect=[_ok(page()), _ok(page()), _ok(page(ENTRY))])
    (found,) = conductor.human_tasks.poll_search(HumanTaskSearch(), poll_interval=1, max_poll_times=5)
    assert (found.task_id, route.call_count) == ("t", 3)
    route.mock(return_value=_ok(page()), side_effect=None)
    assert await async_conductor.human_tasks.poll_search(HumanTaskSearch(), poll_interval=1, max_poll_times=2) == []
    assert route.call_count == 5


def _ok(document: object) -> Response:
    return Response(200, json=document)


def test_old_filters_become_a_search(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.post("/human/tasks/search").respond(json=page())
    conductor.human_tasks.get_tasks_by_filter(
        state=HumanTaskState.IN_PROGRESS, assignee="ada", claimed_by="CONDUCTOR_USER:bob", task_name="approve"
    )
    sent = json.loads(route.calls.last.request.content)
    assert sent["claimants"] == [{"user": "bob", "userType": "CONDUCTOR_USER"}]
    assert (sent["states"], sent["definitionNames"]) == (["IN_PROGRESS"], ["approve"])


@pytest.mark.parametrize("text", ["bob", "CONDUCTOR_USER:", "NOBODY:bob"])
async def test_a_claimant_needs_a_type(text: str, conductor: Conductor, async_conductor: AsyncConductor) -> None:
    with pytest.raises(InvalidArgumentError, match="claimed_by must be userType:user"):
        conductor.human_tasks.get_tasks_by_filter(claimed_by=text)
    with pytest.raises(InvalidArgumentError, match=f"got '{text}'"):
        await async_conductor.human_tasks.get_tasks_by_filter(claimed_by=text)


async def test_claims_say_who_and_how(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    external = server.post("/human/tasks/t/externalUser/ada%40example.com").respond(json={"state": "IN_PROGRESS"})
    own = server.post("/human/tasks/t/claim").respond(json={"state": "A_NEWER_STATE"})
    claimed = conductor.human_tasks.claim_task_as_external_user("t", "ada@example.com", override_assignment=True)
    assert claimed.state is HumanTaskState.IN_PROGRESS
    assert external.calls.last.request.url.query == b"overrideAssignment=true&withTemplate=false"
    entry = await async_conductor.human_tasks.claim_task_as_conductor_user("t", with_template=True)
    assert own.calls.last.request.url.query == b"overrideAssignment=false&withTemplate=true"
    assert entry.state == "A_NEWER_STATE"


def test_outputs_are_sent_as_they_are(server: respx.MockRouter, conductor: Conductor) -> None:
    update = server.post("/human/tasks/t/update").respond(200)
    by_ref = server.post("/human/tasks/update/taskRef").respond(200)
    conductor.human_tasks.update_task_output("t", {"approved": None})
    assert json.loads(update.calls.last.request.content) == {"approved": None}
    assert update.calls.last.request.url.query == b"complete=false"
    conductor.human_tasks.complete_task("t")
    assert (update.calls.last.request.content, update.calls.last.request.url.query) == (b"{}", b"complete=true")
    conductor.human_tasks.update_task_output_by_ref("w", "approve", {}, complete=True, iteration=[2, 1])
    expected = b"workflowId=w&taskRefName=approve&complete=true&iteration=2&iteration=1"
    assert by_ref.calls.last.request.url.query == expected


def test_assignments_and_skips_reach_the_server(server: respx.MockRouter, conductor: Conductor) -> None:
    reassign = server.post("/human/tasks/t/reassign").respond(200)
    conductor.human_tasks.reassign_task("t", [HumanTaskAssignment(assignee=ADA, sla_minutes=5)])
    assert json.loads(reassign.calls.last.request.content) == [{"assignee": ADA.to_wire(), "slaMinutes": 5}]
    skip = server.post("/human/tasks/t/skip", params={"reason": "no need"}).respond(200)
    conductor.human_tasks.skip_task("t", "no need")
    assert skip.called


def test_a_template_keeps_fields_of_other_kinds(server: respx.MockRouter, conductor: Conductor) -> None:
    document = {
        "name": "approval_form",
        "version": 1,
        "jsonSchema": {"properties": {"approved": {"type": "boolean"}}},
        "templateUI": {"type": "VerticalLayout"},
        "formTemplate": {"fields": [{"name": "approved", "type": "boolean"}]},
        "tags": [{"key": "team", "value": "sales"}],
    }
    route = server.post("/human/template", params={"newVersion": "true"}).respond(json=document)
    stored = conductor.human_tasks.register_template(HumanTaskTemplate.model_validate(document), as_new_version=True)
    assert json.loads(route.calls.last.request.content) == document
    assert stored.to_wire() == document
    assert stored.template_ui == {"type": "VerticalLayout"}


@pytest.mark.parametrize("new", [False, True])
def test_many_templates_are_stored_in_place_of_the_latest_or_as_new_versions(
    server: respx.MockRouter, conductor: Conductor, *, new: bool
) -> None:
    documents = [{"name": "first", "version": 1}, {"name": "second", "version": 3}]
    route = server.post("/human/template/bulk", params={"newVersion": str(new).lower()}).respond(json=documents)
    given = [HumanTaskTemplate.model_validate(document) for document in documents]
    stored = conductor.human_tasks.save_templates(given, new_version=new)
    assert [(template.name, template.version) for template in stored] == [("first", 1), ("second", 3)]
    assert [one["name"] for one in json.loads(route.calls.last.request.content)] == ["first", "second"]


def test_a_template_by_id_is_its_first_version(server: respx.MockRouter, conductor: Conductor) -> None:
    server.get("/human/template/approval_form/1").respond(json={"name": "approval_form", "version": 1})
    assert conductor.human_tasks.get_template_by_id("approval_form").version == 1


REFUSALS = [
    (400, BadRequestError, "bad"),
    (403, PermissionDeniedError, "it is somebody else's turn"),
    (404, NotFoundError, "no such task"),
    (409, ConflictError, "claimed by another"),
]


@pytest.mark.parametrize(("status", "kind", "message"), REFUSALS)
async def test_refusals_are_errors_of_their_own_on_both_faces(
    status: int,
    kind: type[BadRequestError],
    message: str,
    server: respx.MockRouter,
    conductor: Conductor,
    async_conductor: AsyncConductor,
) -> None:
    server.post("/human/tasks/t/claim").respond(status, json={"message": message, "status": status})
    with pytest.raises(kind) as on_sync:
        conductor.human_tasks.claim_task_as_conductor_user("t")
    with pytest.raises(kind) as on_async:
        await async_conductor.human_tasks.claim_task_as_conductor_user("t")
    for error in (on_sync.value, on_async.value):
        assert type(error) is kind
        assert (error.status, error.server_message) == (status, message)
        assert error.url.endswith("/human/tasks/t/claim")


async def test_a_server_without_human_tasks_is_told_from_a_missing_task(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/human/tasks/t").respond(404, json={"message": "No static resource api/human/tasks/t."})
    server.get("/version").respond(text="3.32.2")
    server.get("/token/userInfo").respond(404)
    with pytest.raises(NotSupportedByServerError, match=r"conductor\.tasks\.update_task"):
        conductor.human_tasks.get_task_by_id("t")
    with pytest.raises(NotSupportedByServerError, match="Orkes Conductor"):
        await async_conductor.human_tasks.get_task_by_id("t")
