"""OAuth 2.0 client credentials: the settings' key and secret are exchanged for a bearer token."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from conductor_core import AuthProvider, ConductorError, ConfigurationError, hookimpl
from conductor_core.http import Auth, Request, Response

if TYPE_CHECKING:
    from collections.abc import Generator

    from conductor_core import Settings


class OAuth2(AuthProvider, Auth):
    """Asks ``options.oauth2.token_url`` for a token, and again when it gets old or is refused."""

    name = "oauth2"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        options = settings.options_of("oauth2")
        self._url = str(options.get("token_url", ""))
        if not (self._url and settings.auth_key and settings.auth_secret):
            raise ConfigurationError("auth 'oauth2' needs options.oauth2.token_url, auth_key and auth_secret")
        client = {"client_id": settings.auth_key, "client_secret": settings.auth_secret}
        self._form = {"grant_type": "client_credentials", "scope": str(options.get("scope", "")), **client}
        self._token, self._fresh_until = "", 0.0

    def auth(self) -> Auth:
        """Return the flow, which serves both faces."""
        return self

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        """Send with a fresh token, and once more with another one after a refusal."""
        if time.monotonic() >= self._fresh_until:
            yield from self._refresh()
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == 401:  # noqa: PLR2004 - Unauthorized
            yield from self._refresh()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _refresh(self) -> Generator[Request, Response, None]:
        answer = yield Request("POST", self._url, data=self._form)
        if not answer.is_success:
            raise ConductorError(f"{self._url} gave no token, but answered {answer.status_code}")
        document = answer.json()
        self._token, life = str(document["access_token"]), float(document.get("expires_in", 300))
        self._fresh_until = time.monotonic() + 0.8 * life  # early, so that none expires on its way


@hookimpl
def conductor_register_auth() -> type[AuthProvider]:
    """Offer the auth named ``oauth2``."""
    return OAuth2
