"""What this distribution registers with the core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from conductor_core.interfaces import Command, TransportFactory


@hookimpl
def conductor_register_transport() -> type[TransportFactory]:
    """Offer the transport `embedded`."""
    from conductor_embedded.transport import EmbeddedTransportFactory  # noqa: PLC0415 - loaded when chosen

    return EmbeddedTransportFactory


@hookimpl
def conductor_register_command() -> type[Command]:
    """Offer the command `conductor server`."""
    from conductor_embedded._command import ServerCommand  # noqa: PLC0415 - loaded when typed

    return ServerCommand
