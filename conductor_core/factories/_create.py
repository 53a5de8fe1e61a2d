"""`create_conductor_client` and its kin: a conductor from a configuration of the official SDKs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conductor_core.client import AsyncConductor, Conductor
from conductor_core.factories._configuration import settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core._plugins import Plugins
    from conductor_core.http import AsyncBaseTransport, BaseTransport
    from conductor_core.settings import Settings


def create_conductor_client(
    config: Settings | Mapping[str, object] | None = None,
    transport: BaseTransport | None = None,
    *,
    logger: object | None = None,
    **options: Any,
) -> Conductor:
    """Return a conductor for a configuration as the official SDKs write it.

    ::

        client = create_conductor_client(
            {"serverUrl": "https://conductor.example.com", "keyId": "me", "keySecret": secret}
        )

    What is given beats the environment, and the environment beats the defaults.

    Args:
        config: a mapping with ``serverUrl``, ``keyId``, ``keySecret``, ``requestTimeoutMs`` and so on, or with names of
            :class:`Settings`; or settings; or None for the environment alone.
        transport: carries all requests instead of the one that settings name, with auth and retries around it; whoever
            made it closes it.
        logger: an object with ``debug``, ``info`` and ``error``.
        options: single values, by the same names; they beat the configuration.

    Raises:
        ConfigurationError: an unknown name, with a suggestion, or a value that cannot be used.
        PluginError: a driver that the settings name is missing.
    """
    settings, plugins = _chosen(config, transport, logger, options)
    return Conductor(settings, plugins=plugins, logger=logger)


def create_async_conductor_client(
    config: Settings | Mapping[str, object] | None = None,
    transport: AsyncBaseTransport | None = None,
    *,
    logger: object | None = None,
    **options: Any,
) -> AsyncConductor:
    """Return an asyncio conductor; arguments and errors are those of :func:`create_conductor_client`."""
    settings, plugins = _chosen(config, transport, logger, options)
    return AsyncConductor(settings, plugins=plugins, logger=logger)


orkes_conductor_client = create_conductor_client


def conductor_from_env(environ: Mapping[str, str] | None = None) -> Conductor:
    """Return a conductor for what the environment says; without ``CONDUCTOR_SERVER_URL`` for a server on this machine.

    Args:
        environ: the variables; the process' own when None.

    Raises:
        ConfigurationError: a variable cannot be used; the message names it.
    """
    return Conductor(settings_of(None, {}, environ))


def _chosen(
    config: Settings | Mapping[str, object] | None,
    transport: BaseTransport | AsyncBaseTransport | None,
    logger: object | None,
    options: Mapping[str, object],
) -> tuple[Settings, Plugins | None]:
    settings = settings_of(config, options)
    if transport is None:
        return settings, None
    from conductor_core._plugins import Plugins  # noqa: PLC0415 - the plugin machinery and httpx, for few programs
    from conductor_core.factories._transport import NAME, CallersTransport  # noqa: PLC0415 - see above

    own = CallersTransport(transport)
    settings = replace(settings, transport=NAME)
    if not own.blocks:  # the thread that refreshes tokens in the background blocks; calls refresh them without it
        settings = replace(settings, refresh_token_interval=0.0)
    return settings, Plugins.from_settings(settings, plugins=[own], logger=logger)
