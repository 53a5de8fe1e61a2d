"""Configurations as the official SDKs write them, read into settings."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final

from conductor_core._json import is_object
from conductor_core._settings_fields import suggestion
from conductor_core.errors import ConfigurationError
from conductor_core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OWN: Final = frozenset(item.name for item in fields(Settings)) - {"sources", "unknown_environment"}


def _same(value: object) -> object:
    return value


def _seconds(value: object) -> object:
    """Return seconds for milliseconds; what is no number is refused by the settings, under its own name."""
    return value / 1000 if isinstance(value, int | float) and not isinstance(value, bool) else value


def _minutes(value: object) -> object:
    return value * 60 if isinstance(value, int | float) and not isinstance(value, bool) else value


def _opposite(value: object) -> object:
    return not value if isinstance(value, bool) else value


# Their name: our name, and how the value is brought over. Our own names are taken as they are.
_NAMES: Final[Mapping[str, tuple[str, Callable[[object], object]]]] = {
    "serverUrl": ("server_url", _same),
    "server_api_url": ("server_url", _same),
    "base_url": ("server_url", _same),
    "keyId": ("auth_key", _same),
    "key_id": ("auth_key", _same),
    "keySecret": ("auth_secret", _same),
    "key_secret": ("auth_secret", _same),
    "refreshTokenInterval": ("refresh_token_interval", _seconds),
    "auth_token_ttl_min": ("auth_token_ttl", _minutes),
    "maxHttp2Connections": ("max_http2_connections", _same),
    "requestTimeoutMs": ("request_timeout", _seconds),
    "connectTimeoutMs": ("connect_timeout", _seconds),
    "disableHttp2": ("http2", _opposite),
    "http2_enabled": ("http2", _same),
    "tlsCertPath": ("tls_cert_path", _same),
    "tlsKeyPath": ("tls_key_path", _same),
    "tlsCaPath": ("tls_ca_path", _same),
    "tlsInsecure": ("tls_insecure", _same),
    "proxyUrl": ("proxy_url", _same),
    "proxy": ("proxy_url", _same),
    "retryServerErrors": ("retry_server_errors", _same),
    "ui_host": ("ui_server_url", _same),
}


def settings_of(
    config: Settings | Mapping[str, object] | None,
    options: Mapping[str, object],
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Return settings for a configuration, single options and the environment, in this order of strength.

    Args:
        config: settings, which are complete and read no environment; or a mapping with names of the official SDKs
            (``serverUrl``, ``keyId``, ``server_api_url`` ...) or of :class:`Settings`; or None.
        options: further values, by the same names; they beat the configuration.
        environ: the environment to read; the process' own when None.

    Raises:
        ConfigurationError: an unknown name (with a suggestion), two names for one setting, or an unusable value.
    """
    if isinstance(config, Settings):
        return replace(config, **_translated(options)) if options else config
    if config is not None and not is_object(config):
        raise ConfigurationError(f"config must be Settings or a mapping, got {type(config).__name__}")
    return Settings.load(environ=environ, **{**_translated(config or {}), **_translated(options)})


def _translated(values: Mapping[str, object]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for name, value in values.items():
        if value is None:
            continue
        known, convert = _NAMES.get(name) or (name, _same)
        if known not in _OWN:
            raise ConfigurationError(f"unknown option {name!r}{suggestion(name, {*_OWN, *_NAMES})}")
        if known in found:
            raise ConfigurationError(
                f"{origin[known]} and {name} are two names of one setting, {known}: pass one of them"
            )
        found[known], origin[known] = convert(value), name
    return found
