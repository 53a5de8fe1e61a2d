"""Acme's gateway wants a key in a header of every request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import AuthProvider, ConfigurationError, hookimpl
from conductor_core.http import Auth, Request, Response

if TYPE_CHECKING:
    from collections.abc import Generator

    from conductor_core import Settings


class AcmeKey(Auth):
    """Puts the key into each request."""

    def __init__(self, key: str) -> None:
        self._key = key

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        """Add the header and send the request once."""
        request.headers["X-Acme-Key"] = self._key
        yield request


class AcmeAuth(AuthProvider):
    """Takes the key from the section ``[conductor.options.acme]`` of the settings."""

    name = "acme"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        key = settings.options_of("acme").get("key")
        if not isinstance(key, str) or not key:
            raise ConfigurationError("options.acme.key must be the key that Acme's gateway gave you, as text")
        self._auth = AcmeKey(key)

    def auth(self) -> AcmeKey:
        """Return the flow for both faces; it holds no state that changes."""
        return self._auth


@hookimpl
def conductor_register_auth() -> type[AuthProvider]:
    """Offer the auth named ``acme``."""
    return AcmeAuth
