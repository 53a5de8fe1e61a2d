"""What the application client does beyond one documented call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_applications import AccessKeyStatus, ApplicationApi, ApplicationRole
from conductor_core.errors import ConflictError, InvalidArgumentError, NotSupportedByServerError
from conductor_core.models import Tag

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor


async def test_an_application_is_made_and_renamed_by_its_name(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.post("/applications", json={"name": "billing"}).respond(json={"id": "a-1", "name": "billing"})
    server.put("/applications/a-1", json={"name": "invoices"}).respond(json={"id": "a-1", "name": "invoices"})
    made = conductor.applications.create_application("billing")
    assert (await async_conductor.applications.update_application(made.id, "invoices")).name == "invoices"


def test_the_secret_of_a_new_key_is_there_and_not_shown(server: respx.MockRouter, conductor: Conductor) -> None:
    server.post("/applications/a-1/accessKeys").respond(json={"id": "k-1", "secret": "correct horse"})
    key = conductor.applications.create_access_key("a-1")
    assert (key.id, key.secret) == ("k-1", "correct horse")
    assert "correct horse" not in repr(key)
    assert "correct horse" not in str(key)


def test_a_key_is_switched_on_and_off(server: respx.MockRouter, conductor: Conductor) -> None:
    path = "/applications/a-1/accessKeys/k-1/status"
    server.post(path).respond(json={"id": "k-1", "status": "INACTIVE"})
    key = conductor.applications.toggle_access_key_status("a-1", "k-1")
    assert key.status is AccessKeyStatus.INACTIVE


def test_a_role_is_one_of_the_known_ones_or_another() -> None:
    add = ApplicationApi.add_application_role
    assert add.build(None, "a-1", ApplicationRole.WORKER).target == "/applications/a-1/roles/WORKER"
    assert add.build(None, "a-1", "own/role").target == "/applications/a-1/roles/own%2Frole"
    with pytest.raises(InvalidArgumentError, match="is empty"):
        add.build(None, "", ApplicationRole.WORKER)


def test_one_tag_is_a_list_of_one() -> None:
    tag = Tag(key="team", value="billing")
    one, many = ApplicationApi.add_application_tag, ApplicationApi.add_application_tags
    assert one.build(None, "a-1", tag) == many.build(None, "a-1", [tag])
    less, fewer = ApplicationApi.delete_application_tag, ApplicationApi.delete_application_tags
    assert less.build(None, "a-1", tag) == fewer.build(None, "a-1", [tag])


async def test_what_the_server_refuses(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.post("/applications").respond(409, json={"message": "billing exists"})
    server.get("/applications").respond(404, json={"message": "No static resource api/applications."})
    with pytest.raises(ConflictError, match="billing exists"):
        conductor.applications.create_application("billing")
    with pytest.raises(NotSupportedByServerError, match="needs no keys"):
        await async_conductor.applications.get_all_applications()
