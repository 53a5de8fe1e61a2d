"""Auth ``none``: a server that asks nobody who they are."""

from __future__ import annotations

from conductor_core.hookspecs import hookimpl
from conductor_core.interfaces import AuthProvider


class NoAuth(AuthProvider):
    """Sends requests as they are."""

    name = "none"

    def auth(self) -> None:
        """Return no flow."""


@hookimpl
def conductor_register_auth() -> type[NoAuth]:
    """Offer the driver."""
    return NoAuth
