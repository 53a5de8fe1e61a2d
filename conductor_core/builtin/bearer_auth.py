"""Auth ``bearer``: a fixed token in the ``Authorization`` header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.errors import ConfigurationError
from conductor_core.hookspecs import hookimpl
from conductor_core.http import Auth
from conductor_core.interfaces import AuthProvider

if TYPE_CHECKING:
    from collections.abc import Generator

    from conductor_core.http import Request, Response
    from conductor_core.settings import Settings


class BearerAuth(AuthProvider):
    """Sends ``Authorization: Bearer TOKEN`` with the token of ``settings.auth_token`` (``CONDUCTOR_AUTH_TOKEN``).

    Raises:
        ConfigurationError: there is no token, or it cannot stand in a header.
    """

    name = "bearer"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        token = settings.auth_token
        if not token:
            raise ConfigurationError("auth 'bearer' needs a token: set auth_token or CONDUCTOR_AUTH_TOKEN")
        if not token.isascii() or not token.isprintable():
            raise ConfigurationError("auth_token has characters that cannot stand in an HTTP header")
        self._flow = _BearerFlow(token)

    def auth(self) -> Auth:
        """Return the flow that adds the header."""
        return self._flow


class _BearerFlow(Auth):
    def __init__(self, token: str) -> None:
        self._value = f"Bearer {token}"

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        request.headers["Authorization"] = self._value
        yield request


@hookimpl
def conductor_register_auth() -> type[BearerAuth]:
    """Offer the driver."""
    return BearerAuth
