"""Transport ``http1``: the lean HTTP/1.1 transport, with a stock one for proxies, Unix sockets and what it leaves out."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from conductor_core.builtin.httpx_transport import HttpxTransport
from conductor_core.hookspecs import hookimpl
from conductor_core.interfaces import TransportFactory

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from conductor_core.http import AsyncBaseTransport, BaseTransport
    from conductor_core.settings import Settings


class Http1Transport(TransportFactory):
    """Makes lean transports from the TLS and connection settings; with ``proxy_url`` or a Unix socket it makes stock ones.

    The section ``http1`` of the settings may set ``keepalive_seconds``, ``max_body_bytes`` and ``max_head_bytes``.

    Raises:
        ConfigurationError: a scheme this transport does not speak, or an option, certificate or proxy that cannot be used.
    """

    name = "http1"

    def __init__(self, settings: Settings) -> None:
        from conductor_core.http1 import Http1Options  # noqa: PLC0415 - the parser is loaded for who chose it

        super().__init__(settings)
        self._stock = HttpxTransport(settings)
        self._options = Http1Options.of(settings)

    def base_url(self) -> str:
        """Return the URL of the server; one behind a Unix socket is called localhost."""
        return self._stock.base_url()

    def sync_transport(self) -> BaseTransport:
        """Return a pooled blocking transport."""
        if self._left_to_stock:
            return self._stock.sync_transport()
        from conductor_core.http1 import Http1Transport as Sync  # noqa: PLC0415 - programs on a loop do not need it

        return Sync(self._options, ssl_context=self._context(), stock=self._stock.sync_transport)

    def async_transport(self) -> AsyncBaseTransport:
        """Return a pooled transport for the running loop."""
        if self._left_to_stock:
            return self._stock.async_transport()
        from conductor_core.http1 import AsyncHttp1Transport  # noqa: PLC0415 - programs that block need no asyncio

        return AsyncHttp1Transport(self._options, ssl_context=self._context(), stock=self._stock.async_transport)

    @property
    def _left_to_stock(self) -> bool:
        return bool(self.settings.proxy_url or self.settings.unix_path)

    def _context(self) -> Callable[[], ssl.SSLContext]:
        """Return what makes the context: at once when the server needs it, so that a wrong file is found at the start."""
        from conductor_core.tls import tls_context  # noqa: PLC0415 - loads ssl only for who chose this transport

        if not self.settings.server_url.startswith("https:"):
            return functools.partial(tls_context, self.settings)
        made = tls_context(self.settings)
        return lambda: made


@hookimpl
def conductor_register_transport() -> type[Http1Transport]:
    """Offer the driver."""
    return Http1Transport
