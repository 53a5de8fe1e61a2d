"""A client: secrets, and the environment variables of the cluster."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get


class SecretApi(Api[Face], name="secrets"):
    """A client as ``conductor.secrets``: secrets, and the environment variables of the cluster."""

    @endpoint
    def list_secrets_that_user_can_grant_access_to(self) -> Call[list[str]]:
        """Return the names of the secrets that the caller may share."""
        return get("/secrets", returns=list[str])
