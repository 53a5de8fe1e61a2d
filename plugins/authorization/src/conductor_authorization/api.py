"""A client: users, groups and roles, and who may do what."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get

_HINT = "users are an Orkes feature"


class AuthorizationApi(Api[Face], name="authorization"):
    """A client as ``conductor.authorization``: users, groups and roles, and who may do what."""

    @endpoint
    def list_users(self) -> Call[list[dict[str, object]]]:
        """Fetch all users."""
        return get("/users", returns=list[dict[str, object]], hint=_HINT)
