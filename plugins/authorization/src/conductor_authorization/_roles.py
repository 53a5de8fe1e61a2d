"""Roles beside those that every cluster has."""

from __future__ import annotations

from typing import Any

from conductor_authorization._hint import HINT
from conductor_authorization.models import CreateOrUpdateRoleRequest, Role
from conductor_core import Api, Call, Face, delete, endpoint, get, post, put

_DOCUMENT = dict[str, Any]


class Roles(Api[Face]):
    """Named sets of rights."""

    @endpoint
    def list_all_roles(self) -> Call[list[Role]]:
        """Fetch all roles, those of the system and custom ones."""
        return get("/roles", returns=list[Role], hint=HINT)

    @endpoint
    def list_system_roles(self) -> Call[dict[str, Any]]:
        """Fetch the roles that every cluster has, by name."""
        return get("/roles/system", returns=_DOCUMENT, hint=HINT)

    @endpoint
    def list_custom_roles(self) -> Call[list[Role]]:
        """Fetch the roles that were defined on this cluster."""
        return get("/roles/custom", returns=list[Role], hint=HINT)

    @endpoint
    def list_available_permissions(self) -> Call[dict[str, Any]]:
        """Return the rights that a role can be made of, by type of target."""
        return get("/roles/permissions", returns=_DOCUMENT, hint=HINT)

    @endpoint
    def create_role(self, request: CreateOrUpdateRoleRequest) -> Call[Role]:
        """Define a role."""
        return post("/roles", body=request, returns=Role, hint=HINT)

    @endpoint
    def get_role(self, name: str) -> Call[Role]:
        """Fetch one role."""
        return get("/roles/{}", name, returns=Role, hint=HINT)

    @endpoint
    def update_role(self, name: str, request: CreateOrUpdateRoleRequest) -> Call[Role]:
        """Change a role that was defined on this cluster."""
        return put("/roles/{}", name, body=request, returns=Role, hint=HINT)

    @endpoint
    def delete_role(self, name: str) -> Call[None]:
        """Delete a role that was defined on this cluster."""
        return delete("/roles/{}", name, hint=HINT)
