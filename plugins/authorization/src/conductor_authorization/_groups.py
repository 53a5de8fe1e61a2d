"""Groups of users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_authorization._hint import HINT
from conductor_authorization.models import ConductorUser, GrantedAccessResponse, Group, UpsertGroupRequest
from conductor_core import Api, Call, Face, delete, endpoint, get, post, put

if TYPE_CHECKING:
    from collections.abc import Sequence


class Groups(Api[Face]):
    """Users who have rights in common."""

    @endpoint
    def upsert_group(self, group_id: str, request: UpsertGroupRequest) -> Call[Group]:
        """Make or change a group."""
        return put("/groups/{}", group_id, body=request, returns=Group, hint=HINT)

    @endpoint
    def get_group(self, group_id: str) -> Call[Group | None]:
        """Fetch one group, or None from servers that answer with nothing for an unknown id."""
        return get("/groups/{}", group_id, returns=Group, none_when_empty=True, hint=HINT)

    @endpoint
    def list_groups(self) -> Call[list[Group]]:
        """Fetch all groups."""
        return get("/groups", returns=list[Group], hint=HINT)

    @endpoint
    def delete_group(self, group_id: str) -> Call[None]:
        """Delete a group; its users stay."""
        return delete("/groups/{}", group_id, hint=HINT)

    @endpoint
    def get_users_in_group(self, group_id: str) -> Call[list[ConductorUser]]:
        """Fetch the members of a group."""
        return get("/groups/{}/users", group_id, returns=list[ConductorUser], hint=HINT)

    @endpoint
    def add_user_to_group(self, group_id: str, user_id: str) -> Call[None]:
        """Make a user a member."""
        return post("/groups/{}/users/{}", group_id, user_id, repeatable=True, hint=HINT)

    @endpoint
    def add_users_to_group(self, group_id: str, user_ids: Sequence[str]) -> Call[None]:
        """Make many users members."""
        return post("/groups/{}/users", group_id, body=list(user_ids), repeatable=True, hint=HINT)

    @endpoint
    def remove_user_from_group(self, group_id: str, user_id: str) -> Call[None]:
        """End a user's membership."""
        return delete("/groups/{}/users/{}", group_id, user_id, hint=HINT)

    @endpoint
    def remove_users_from_group(self, group_id: str, user_ids: Sequence[str]) -> Call[None]:
        """End many users' membership."""
        return delete("/groups/{}/users", group_id, body=list(user_ids), hint=HINT)

    @endpoint
    def get_granted_permissions_for_group(self, group_id: str) -> Call[GrantedAccessResponse]:
        """Return everything that the members of a group may do."""
        return get("/groups/{}/permissions", group_id, returns=GrantedAccessResponse, hint=HINT)
