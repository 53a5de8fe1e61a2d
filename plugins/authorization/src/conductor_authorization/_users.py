"""Users."""

from __future__ import annotations

from typing import Any

from conductor_authorization._hint import HINT
from conductor_authorization.models import ConductorUser, GrantedAccessResponse, TargetType, UpsertUserRequest
from conductor_core import Api, Call, Face, delete, endpoint, get, put

_DOCUMENT = dict[str, Any]


class Users(Api[Face]):
    """Persons and applications that sign in."""

    @endpoint
    def upsert_user(self, user_id: str, request: UpsertUserRequest) -> Call[ConductorUser]:
        """Make or change a user; the server writes the id in lower case."""
        return put("/users/{}", user_id, body=request, returns=ConductorUser, hint=HINT)

    @endpoint
    def get_user(self, user_id: str) -> Call[ConductorUser | None]:
        """Fetch one user, or None from servers that answer with nothing for an unknown id."""
        return get("/users/{}", user_id, returns=ConductorUser, none_when_empty=True, hint=HINT)

    @endpoint
    def list_users(self, *, apps: bool = False) -> Call[list[ConductorUser]]:
        """Fetch all users, with those that stand for applications when ``apps`` is set."""
        return get("/users", query={"apps": apps}, returns=list[ConductorUser], hint=HINT)

    @endpoint
    def delete_user(self, user_id: str) -> Call[None]:
        """Delete a user."""
        return delete("/users/{}", user_id, hint=HINT)

    @endpoint
    def check_permissions(self, user_id: str, type: TargetType | str, id: str) -> Call[dict[str, Any]]:
        """Say what a user may do with a target."""
        query = {"type": type, "id": id}
        return get("/users/{}/checkPermissions", user_id, query=query, returns=_DOCUMENT, hint=HINT)

    @endpoint
    def get_granted_permissions_for_user(self, user_id: str) -> Call[GrantedAccessResponse]:
        """Return everything that a user may do."""
        return get("/users/{}/permissions", user_id, returns=GrantedAccessResponse, hint=HINT)

    @endpoint
    def get_user_info_from_token(self, *, claims: bool = False) -> Call[dict[str, Any]]:
        """Return who the caller's token belongs to, with the token's claims when asked."""
        return get("/token/userInfo", query={"claims": claims or None}, returns=_DOCUMENT, hint=HINT)
