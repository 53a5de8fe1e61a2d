"""What this distribution registers under the name ``http2``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from conductor_core.interfaces import TransportFactory


@hookimpl
def conductor_register_transport() -> type[TransportFactory]:
    """Offer the driver."""
    from conductor_transport_http2.driver import Http2Driver  # noqa: PLC0415 - loaded for who chose it

    return Http2Driver
