"""What the authorization client does beyond one documented call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conductor_authorization import (
    AccessType,
    AuthorizationRequest,
    GatewayAuthConfig,
    SubjectRef,
    TargetRef,
    TargetType,
    UpsertUserRequest,
)
from conductor_core.errors import NotFoundError, PermissionDeniedError

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

GRANT = AuthorizationRequest(
    subject=SubjectRef(type="GROUP", id="billing"),
    target=TargetRef(type=TargetType.WORKFLOW_DEF, id="orders"),
    access=[AccessType.READ, "FUTURE"],
)


async def test_a_grant_is_given_and_taken_with_the_same_document(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    given = server.post("/auth/authorization").respond(200)
    taken = server.delete("/auth/authorization").respond(200)
    conductor.authorization.grant_permissions(GRANT)
    await async_conductor.authorization.remove_permissions(GRANT)
    for route in (given, taken):
        assert json.loads(route.calls.last.request.content) == {
            "subject": {"type": "GROUP", "id": "billing"},
            "target": {"type": "WORKFLOW_DEF", "id": "orders"},
            "access": ["READ", "FUTURE"],
        }


async def test_an_unknown_user_is_none_or_an_error(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    silent = server.get("/users/nobody").respond(200)
    assert conductor.authorization.get_user("nobody") is None
    assert await async_conductor.authorization.get_user("nobody") is None
    silent.respond(404, json={"message": "no user nobody"})
    with pytest.raises(NotFoundError, match="no user nobody"):
        conductor.authorization.get_user("nobody")


def test_a_user_comes_with_roles_and_groups(server: respx.MockRouter, conductor: Conductor) -> None:
    answer = {
        "id": "ada@example.com",
        "roles": [{"name": "USER", "permissions": [{"name": "CREATE_TASK_DEF"}]}],
        "groups": [{"id": "billing", "defaultAccess": {"TASK_DEF": ["READ", "FUTURE"]}}],
    }
    server.put("/users/Ada%40example.com", json={"name": "Ada", "roles": ["USER"]}).respond(json=answer)
    request = UpsertUserRequest(name="Ada", roles=["USER"])
    user = conductor.authorization.upsert_user("Ada@example.com", request)
    assert (user.id, user.roles[0].permissions[0].name) == ("ada@example.com", "CREATE_TASK_DEF")
    assert user.groups[0].default_access == {"TASK_DEF": [AccessType.READ, "FUTURE"]}


def test_members_leave_a_group_with_a_body(server: respx.MockRouter, conductor: Conductor) -> None:
    server.delete("/groups/billing/users", json=["a", "b"]).respond(403, json={"message": "not yours"})
    with pytest.raises(PermissionDeniedError, match="not yours"):
        conductor.authorization.remove_users_from_group("billing", ["a", "b"])


def test_rights_on_a_target_come_by_access(server: respx.MockRouter, conductor: Conductor) -> None:
    answer = {"READ": [{"type": "GROUP", "id": "billing"}], "EXECUTE": []}
    server.get("/auth/authorization/WORKFLOW_DEF/orders").respond(json=answer)
    found = conductor.authorization.get_permissions(TargetType.WORKFLOW_DEF, "orders")
    assert {access: [subject.id for subject in subjects] for access, subjects in found.items()} == {
        "READ": ["billing"],
        "EXECUTE": [],
    }


def test_a_gateway_configuration_shows_no_secret() -> None:
    config = GatewayAuthConfig(
        id="g", application_id="a", authentication_type="API_KEY", api_keys=["hush"], conductor_token="hush"
    )
    assert "hush" not in repr(config)
    assert config.to_wire()["apiKeys"] == ["hush"]
