"""Auth ``bearer``: a token in the ``Authorization`` header, fixed or from a file that is read again when it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core._logging import LOGGER
from conductor_core.builtin._headers import Fixed, HeaderFlow, header_text
from conductor_core.errors import ConfigurationError
from conductor_core.hookspecs import hookimpl
from conductor_core.interfaces import AuthProvider

if TYPE_CHECKING:
    from conductor_core.builtin._headers import Source
    from conductor_core.http import Auth
    from conductor_core.interfaces import AuthConnection, StaticHeaders
    from conductor_core.settings import Settings


class BearerAuth(AuthProvider):
    """Sends ``Authorization: Bearer TOKEN`` with the token of ``settings.auth_token`` or of ``settings.auth_token_file``.

    Raises:
        ConfigurationError: there is no token, there are two, or it cannot stand in a header.
    """

    name = "bearer"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        if settings.auth_token and settings.auth_token_file:
            raise ConfigurationError("auth 'bearer' takes one token: set auth_token or auth_token_file, not both")
        self._file = None
        if settings.auth_token_file:
            from conductor_core.builtin._token_file import TokenFile  # noqa: PLC0415 - most tokens are no files

            self._file = TokenFile(settings.auth_token_file, LOGGER)
        self._source: Source = self._file or _fixed(settings.auth_token)

    def connect(self, connection: AuthConnection) -> None:
        """Log where the program wants it."""
        if self._file is not None:
            self._file.logger = connection.logger

    def auth(self) -> Auth:
        """Return the flow that adds the header."""
        return HeaderFlow(self._source)

    def static_headers(self) -> StaticHeaders:
        """Return the header as it is now."""
        credential = self._source.current()
        return credential.version, credential.headers


def _fixed(token: str) -> Fixed:
    if not token:
        raise ConfigurationError(
            "auth 'bearer' needs a token: set auth_token or CONDUCTOR_AUTH_TOKEN, or auth_token_file for one in a file"
        )
    return Fixed(f"Bearer {header_text(token, 'auth_token')}")


@hookimpl
def conductor_register_auth() -> type[BearerAuth]:
    """Offer the driver."""
    return BearerAuth
