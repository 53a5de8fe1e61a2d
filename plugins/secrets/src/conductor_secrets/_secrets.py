"""Secrets: values that workflows may use and nobody may read back from a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, delete, endpoint, get, post, put
from conductor_core.models import Tag
from conductor_secrets.models import ExtendedSecret

if TYPE_CHECKING:
    from collections.abc import Sequence

_HINT = "the open-source server reads secrets from its own environment: start it with them set"


class Secrets(Api[Face]):
    """Secrets by key; a value is never part of a call's text, of a log line or of an error."""

    @endpoint
    def put_secret(self, key: str, value: str) -> Call[None]:
        """Store a secret, also over one of the same key."""
        return put("/secrets/{}", key, text=value, media_type="application/json", hint=_HINT)

    @endpoint
    def get_secret(self, key: str) -> Call[str]:
        """Read the value of a secret."""
        return get("/secrets/{}", key, returns=str)

    @endpoint
    def delete_secret(self, key: str) -> Call[None]:
        """Delete a secret."""
        return delete("/secrets/{}", key, hint=_HINT)

    @endpoint
    def secret_exists(self, key: str) -> Call[bool]:
        """Say whether there is a secret of this key."""
        return get("/secrets/{}/exists", key, returns=bool)

    @endpoint
    def list_all_secret_names(self) -> Call[list[str]]:
        """Return the keys of all secrets."""
        return post("/secrets", returns=list[str], repeatable=True)

    @endpoint
    def list_secrets_that_user_can_grant_access_to(self) -> Call[list[str]]:
        """Return the keys of the secrets that the caller may share."""
        return get("/secrets", returns=list[str])

    @endpoint
    def list_secrets_with_tags(self) -> Call[list[ExtendedSecret]]:
        """Return the secrets that the caller may share, with their tags."""
        return get("/secrets-v2", returns=list[ExtendedSecret], hint=_HINT)

    @endpoint
    def get_secret_tags(self, key: str) -> Call[list[Tag]]:
        """Return the tags of a secret."""
        return get("/secrets/{}/tags", key, returns=list[Tag], hint=_HINT)

    @endpoint
    def set_secret_tags(self, tags: Sequence[Tag], key: str) -> Call[None]:
        """Add tags to a secret."""
        return put("/secrets/{}/tags", key, body=list(tags), hint=_HINT)

    @endpoint
    def delete_secret_tags(self, tags: Sequence[Tag], key: str) -> Call[None]:
        """Remove tags from a secret."""
        return delete("/secrets/{}/tags", key, body=list(tags), hint=_HINT)

    @endpoint
    def clear_local_cache(self) -> Call[dict[str, str]]:
        """Make the server that answers forget the values that it has read."""
        return get("/secrets/clearLocalCache", returns=dict[str, str], hint=_HINT, orkes_only=True)

    @endpoint
    def clear_redis_cache(self) -> Call[dict[str, str]]:
        """Make the cluster forget the values that it has read."""
        return get("/secrets/clearRedisCache", returns=dict[str, str], hint=_HINT, orkes_only=True)
