"""Auth ``basic``: user name and password, for servers behind a proxy that asks for them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from conductor_core.builtin._headers import Fixed, HeaderFlow
from conductor_core.errors import ConfigurationError
from conductor_core.hookspecs import hookimpl
from conductor_core.interfaces import AuthProvider

if TYPE_CHECKING:
    from conductor_core.http import Auth
    from conductor_core.interfaces import StaticHeaders
    from conductor_core.settings import Settings


class BasicAuth(AuthProvider):
    """Sends ``settings.auth_user`` and ``settings.auth_password`` as RFC 7617 says, in UTF-8.

    Raises:
        ConfigurationError: one of them is missing, or the user name holds a colon or a control character.
    """

    name = "basic"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        user, password = settings.auth_user, settings.auth_password
        if not user or not password:
            raise ConfigurationError(
                "auth 'basic' needs auth_user and auth_password (CONDUCTOR_AUTH_USER, CONDUCTOR_AUTH_PASSWORD)"
            )
        if ":" in user or not user.isprintable() or not password.isprintable():
            raise ConfigurationError("auth_user must not hold ':', and neither it nor auth_password control characters")
        encoded = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        self._source = Fixed(f"Basic {encoded}")

    def auth(self) -> Auth:
        """Return the flow that adds the header."""
        return HeaderFlow(self._source)

    def static_headers(self) -> StaticHeaders:
        """Return the header."""
        credential = self._source.current()
        return credential.version, credential.headers


@hookimpl
def conductor_register_auth() -> type[BasicAuth]:
    """Offer the driver."""
    return BasicAuth
