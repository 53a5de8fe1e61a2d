"""The configuration object that older programs make first and pass to everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from conductor_core import Settings


@dataclass(frozen=True, slots=True)
class AuthenticationSettings:
    """A key pair.

    Attributes:
        key_id: id of the key.
        key_secret: its secret, which no text of this object shows.
    """

    key_id: str
    key_secret: str = field(repr=False)


class Configuration:
    """Where the server is and how to sign in; what is not given comes from the environment.

    Args:
        base_url: address of the server, without ``/api``.
        debug: kept for programs that read it; ``conductor_core.configure_logging`` sets the level of logs.
        authentication_settings: the key pair; ``CONDUCTOR_AUTH_KEY`` and ``CONDUCTOR_AUTH_SECRET`` when None.
        server_api_url: address of the API, which beats ``base_url``; ``CONDUCTOR_SERVER_URL`` when both are None.
        auth_token_ttl_min: minutes for which a token is kept.
        log_level: kept likewise.
        environ: the environment to read; the process' own when None.

    Raises:
        ConfigurationError: a value cannot be used.
    """

    def __init__(
        self,
        base_url: str | None = None,
        debug: bool = False,  # noqa: FBT001, FBT002 - the older signature
        authentication_settings: AuthenticationSettings | None = None,
        server_api_url: str | None = None,
        auth_token_ttl_min: int = 45,
        *,
        log_level: str | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        given: dict[str, Any] = {"auth_token_ttl": auth_token_ttl_min * 60}
        if (url := server_api_url or base_url) is not None:
            given["server_url"] = url
        if authentication_settings is not None:
            given["auth_key"] = authentication_settings.key_id
            given["auth_secret"] = authentication_settings.key_secret
        self.debug: bool = debug
        self.log_level: str | None = log_level
        self.settings: Settings = Settings.load(environ=environ, **given)

    @property
    def host(self) -> str:
        """Address of the API."""
        return self.settings.server_url

    @property
    def ui_host(self) -> str:
        """Address of the user interface, for links to executions."""
        return self.settings.ui_server_url

    @property
    def authentication_settings(self) -> AuthenticationSettings | None:
        """The key pair, or None."""
        key, secret = self.settings.auth_key, self.settings.auth_secret
        return AuthenticationSettings(key, secret) if key and secret else None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.host!r})"


AnyConfiguration: TypeAlias = Configuration | Settings | Mapping[str, object] | None


def settings_of(configuration: AnyConfiguration) -> Settings:
    """Return the settings that a configuration stands for; None is the environment alone."""
    if isinstance(configuration, Configuration):
        return configuration.settings
    if isinstance(configuration, Settings):
        return configuration
    given: dict[str, Any] = dict(configuration or {})
    return Settings.load(**given)
