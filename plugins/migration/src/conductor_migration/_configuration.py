"""The configuration object that older programs make first and pass to everything."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from conductor_core import ConfigurationError, Settings, configure_logging


@dataclass(frozen=True, slots=True)
class AuthenticationSettings:
    """A key pair.

    Attributes:
        key_id: id of the key.
        key_secret: its secret, which no text of this object shows.
    """

    key_id: str
    key_secret: str = field(repr=False)


_ATTRIBUTES: Final = frozenset(
    {
        "authentication_settings",
        "cert_file",
        "debug",
        "host",
        "key_file",
        "log_level",
        "proxy",
        "register_schema",
        "settings",
        "ssl_ca_cert",
        "verify_ssl",
    }
)


class Configuration:
    """Where the server is and how to sign in; what is not given comes from the environment.

    Its attributes may be set until it is passed on: ``host``, ``authentication_settings``, ``verify_ssl``, ``ssl_ca_cert``,
    ``cert_file`` with ``key_file`` and ``proxy``, all of which are settings here. Another one is an error, so that nothing
    is lost in silence.

    Args:
        base_url: address of the server, without ``/api``.
        debug: log in detail, from ``apply_logging_config`` on.
        authentication_settings: the key pair; ``CONDUCTOR_AUTH_KEY`` and ``CONDUCTOR_AUTH_SECRET`` when None.
        server_api_url: address of the API, which beats ``base_url``; ``CONDUCTOR_SERVER_URL`` when both are None.
        auth_token_ttl_min: minutes for which a token is kept.
        register_schema: register the JSON schemas of workers that do not say it themselves.
        log_level: level of logs, from ``apply_logging_config`` on.
        environ: the environment to read; the process' own when None.

    Raises:
        ConfigurationError: a value cannot be used.
    """

    debug: bool
    log_level: str | int | None
    register_schema: bool | None
    settings: Settings

    def __init__(
        self,
        base_url: str | None = None,
        debug: bool = False,  # noqa: FBT001, FBT002 - the older signature
        authentication_settings: AuthenticationSettings | None = None,
        server_api_url: str | None = None,
        auth_token_ttl_min: int = 45,
        register_schema: bool | None = None,  # noqa: FBT001 - likewise
        *,
        log_level: str | int | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        given: dict[str, Any] = {"auth_token_ttl": auth_token_ttl_min * 60}
        if (url := server_api_url or base_url) is not None:
            given["server_url"] = url
        if authentication_settings is not None:
            given["auth_key"] = authentication_settings.key_id
            given["auth_secret"] = authentication_settings.key_secret
        self.debug = debug
        self.log_level = log_level
        self.register_schema = register_schema
        self.settings = Settings.load(environ=environ, **given)

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _ATTRIBUTES:
            raise ConfigurationError(
                f"Configuration.{name} is not carried over: settings say how requests travel, such as verify_ssl, "
                f"ssl_ca_cert, proxy and CONDUCTOR_TRANSPORT, or a transport plugin"
            )
        object.__setattr__(self, name, value)

    def _change(self, **values: Any) -> None:
        self.settings = replace(self.settings, **values)

    @property
    def host(self) -> str:
        """Address of the API."""
        return self.settings.server_url

    @host.setter
    def host(self, url: str) -> None:
        self._change(server_url=url)

    @property
    def verify_ssl(self) -> bool:
        """Whether the server's certificate is checked."""
        return not self.settings.tls_insecure

    @verify_ssl.setter
    def verify_ssl(self, checked: bool) -> None:
        self._change(tls_insecure=not checked)

    @property
    def ssl_ca_cert(self) -> str:
        """Path of the certificates that the server's is checked against, or empty."""
        return self.settings.tls_ca_path

    @ssl_ca_cert.setter
    def ssl_ca_cert(self, path: str | None) -> None:
        self._change(tls_ca_path=path or "")

    @property
    def cert_file(self) -> str:
        """Path of the client certificate, or empty; until ``key_file`` is set, it holds the key too."""
        return self.settings.tls_cert_path

    @cert_file.setter
    def cert_file(self, path: str | None) -> None:
        self._change(tls_cert_path=path or "", tls_key_path=path and (self.key_file or path))

    @property
    def key_file(self) -> str:
        """Path of the client certificate's key, or empty; until ``cert_file`` is set, it holds the certificate too."""
        return self.settings.tls_key_path

    @key_file.setter
    def key_file(self, path: str | None) -> None:
        self._change(tls_key_path=path or "", tls_cert_path=path and (self.cert_file or path))

    @property
    def proxy(self) -> str:
        """Address of the proxy, or empty."""
        return self.settings.proxy_url

    @proxy.setter
    def proxy(self, url: str | None) -> None:
        self._change(proxy_url=url or "")

    @property
    def ui_host(self) -> str:
        """Address of the user interface, for links to executions."""
        return self.settings.ui_server_url

    @property
    def authentication_settings(self) -> AuthenticationSettings | None:
        """The key pair, or None."""
        key, secret = self.settings.auth_key, self.settings.auth_secret
        return AuthenticationSettings(key, secret) if key and secret else None

    @authentication_settings.setter
    def authentication_settings(self, pair: AuthenticationSettings | None) -> None:
        self._change(auth_key=pair.key_id if pair else "", auth_secret=pair.key_secret if pair else "")

    def apply_logging_config(self, log_format: str | None = None, level: str | int | None = None) -> None:
        """Set the logs of this process up; the format is that of ``conductor_core.configure_logging``."""
        del log_format
        chosen = level or self.log_level or ("DEBUG" if self.debug else "INFO")
        configure_logging(level=logging.getLevelName(chosen) if isinstance(chosen, int) else chosen)

    @staticmethod
    def get_logging_formatted_name(name: str) -> str:
        """Return the name of a logger of this process."""
        return f"[pid:{os.getpid()}] {name}"

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
