"""Environment variables of the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, delete, endpoint, get, put
from conductor_core.models import Tag
from conductor_secrets.models import EnvironmentVariable

if TYPE_CHECKING:
    from collections.abc import Sequence

_HINT = "the open-source server reads variables from its own environment: start it with them set"


class Variables(Api[Face]):
    """Values that workflows read as ``${workflow.env.NAME}``; unlike secrets they can be seen."""

    @endpoint
    def put_variable(self, key: str, value: str) -> Call[None]:
        """Store a variable, also over one of the same key."""
        return put("/environment/{}", key, text=value, hint=_HINT)

    @endpoint
    def get_variable(self, key: str) -> Call[str]:
        """Read the value of a variable."""
        return get("/environment/{}", key, returns=str)

    @endpoint
    def list_variables(self) -> Call[list[EnvironmentVariable]]:
        """Return all variables."""
        return get("/environment", returns=list[EnvironmentVariable])

    @endpoint
    def delete_variable(self, key: str) -> Call[str]:
        """Delete a variable, and return the value that it had."""
        return delete("/environment/{}", key, returns=str, hint=_HINT)

    @endpoint
    def get_variable_tags(self, name: str) -> Call[list[Tag]]:
        """Return the tags of a variable."""
        return get("/environment/{}/tags", name, returns=list[Tag], hint=_HINT)

    @endpoint
    def set_variable_tags(self, tags: Sequence[Tag], name: str) -> Call[None]:
        """Add tags to a variable."""
        return put("/environment/{}/tags", name, body=list(tags), hint=_HINT)

    @endpoint
    def delete_variable_tags(self, tags: Sequence[Tag], name: str) -> Call[None]:
        """Remove tags from a variable."""
        return delete("/environment/{}/tags", name, body=list(tags), hint=_HINT)
