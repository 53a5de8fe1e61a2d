"""Opening a connection: TCP or a Unix socket, TLS with the choice of a protocol, and the server's first word."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conductor_core.http import ConnectError, TransportError
from conductor_transport_http2._connection import Connection
from conductor_transport_http2._errors import connect_error

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from conductor_core.http import Proxy
    from conductor_core.http1 import Origin
    from conductor_transport_http2._options import Http2Options

_PROTOCOLS: Final = ["h2", "http/1.1"]
_GOODBYE_SECONDS: Final = 1.0  # what a TLS connection waits for the peer's goodbye


@dataclass(slots=True)
class Connector:
    """Knows how to reach servers.

    Attributes:
        options: limits.
        make_context: makes the TLS context, at the first connection that needs it.
        unix_path: a socket that all connections go to instead of the host of the URL; empty for none.
        proxy: an ``http://`` proxy that leads to the servers, or None.
    """

    options: Http2Options
    make_context: Callable[[], ssl.SSLContext]
    unix_path: str = ""
    proxy: Proxy | None = None
    _context: ssl.SSLContext | None = None

    async def open(
        self, origin: Origin, seconds: float | None, changed: Callable[[Connection], None]
    ) -> Connection | None:
        """Return a connection whose server has sent its settings, or None when it wants to speak HTTP/1.1.

        Args:
            origin: where to.
            seconds: limit for all of it; None waits for ever.
            changed: what the connection tells about itself.

        Raises:
            TransportError: ``ConnectError`` or ``ConnectTimeout``.
        """
        connection = Connection(self.options, asyncio.get_running_loop(), changed)
        try:
            async with asyncio.timeout(seconds):
                await self._connect(origin, connection)
                if connection.speaks_http2:
                    await _settled(connection, origin)
                    return connection
        except BaseException as error:
            connection.abort()
            if isinstance(error, OSError | UnicodeError):
                raise connect_error(error, origin) from error
            raise
        connection.abort()
        return None

    async def _connect(self, origin: Origin, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        context = self._tls() if origin.scheme == "https" else None
        goodbye = _GOODBYE_SECONDS if context else None
        if self.unix_path:
            name = origin.host if context else None
            await loop.create_unix_connection(
                lambda: connection, self.unix_path, ssl=context, server_hostname=name, ssl_shutdown_timeout=goodbye
            )
        elif self.proxy is not None:
            await self._connect_through(self.proxy, origin, connection, context)
        else:
            await loop.create_connection(
                lambda: connection, origin.host, origin.port, ssl=context, ssl_shutdown_timeout=goodbye
            )

    async def _connect_through(
        self, proxy: Proxy, origin: Origin, connection: Connection, context: ssl.SSLContext | None
    ) -> None:
        from conductor_transport_http2._tunnel import tunnel  # noqa: PLC0415 - few have a proxy

        leading = await tunnel(proxy, origin)
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: connection,
                sock=leading,
                ssl=context,
                server_hostname=origin.host if context else None,
                ssl_shutdown_timeout=_GOODBYE_SECONDS if context else None,
            )
        except BaseException:
            leading.close()
            raise

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = self.make_context()
            self._context.set_alpn_protocols(_PROTOCOLS)
        return self._context


async def _settled(connection: Connection, origin: Origin) -> None:
    try:
        await connection.settled
    except TransportError as error:
        # No request was sent, so this is a failure to connect, whatever it was in detail.
        raise ConnectError(f"{origin.host}:{origin.port} does not speak HTTP/2: {error}") from error
