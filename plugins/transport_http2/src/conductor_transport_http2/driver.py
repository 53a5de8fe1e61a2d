"""The drivers ``http2`` and ``httpx-http2``: from settings to transports."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING

from conductor_core.builtin.http1_transport import Http1Transport
from conductor_core.builtin.httpx_transport import HttpxTransport, proxy_of
from conductor_core.interfaces import TransportFactory
from conductor_core.tls import tls_context
from conductor_transport_http2._options import Http2Options

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from conductor_core.http import AsyncBaseTransport, BaseTransport
    from conductor_core.settings import Settings


class StockHttp2Driver(HttpxTransport):
    """Makes the HTTP/2 transports that come with httpx; for comparison, and for SOCKS proxies.

    Raises:
        ConfigurationError: a scheme this transport does not speak, or a certificate or proxy that cannot be used.
    """

    name = "httpx-http2"
    http2 = True

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        # The library below logs whole header blocks at DEBUG, and tokens do not belong into a log.
        logging.getLogger("hpack").setLevel(logging.INFO)

    def sync_transport(self) -> BaseTransport:
        """Return a blocking transport that threads share."""
        if not self._http2:
            return super().sync_transport()
        from conductor_transport_http2._stock_threads import StockHttp2Transport  # noqa: PLC0415 - not needed on a loop

        return StockHttp2Transport(super().sync_transport, self.settings.max_connections)

    def async_transport(self) -> AsyncBaseTransport:
        """Return a transport for the running loop."""
        if not self._http2:
            return super().async_transport()
        from conductor_transport_http2._streams_apart import StreamsApart  # noqa: PLC0415 - not needed by threads

        return StreamsApart(super().async_transport)


class Http2Driver(TransportFactory):
    """Makes HTTP/2 transports from the TLS, proxy and connection settings; for proxies other than ``http://`` it makes those of httpx.

    ``CONDUCTOR_DISABLE_HTTP2`` turns it into the driver ``http1``. The section ``http2`` of the settings may set the
    fields of :class:`Http2Options`, but for those that are settings themselves.

    Raises:
        ConfigurationError: a scheme this transport does not speak, or an option, certificate or proxy that cannot be used.
    """

    name = "http2"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._http1 = Http1Transport(settings)
        self._stock = StockHttp2Driver(settings)
        self._options = Http2Options.of(settings)

    def base_url(self) -> str:
        """Return the URL of the server; one behind a Unix socket is called localhost."""
        return self._stock.base_url()

    def sync_transport(self) -> BaseTransport:
        """Return a blocking transport that threads share."""
        if not self.settings.http2:
            return self._http1.sync_transport()
        proxy = proxy_of(self.settings)
        if proxy is not None and proxy.url.scheme != "http":
            return self._stock.sync_transport()
        from conductor_transport_http2._sync_transport import Http2Transport  # noqa: PLC0415 - not needed on a loop

        return Http2Transport(
            self._options,
            ssl_context=self._context(),
            http1=self._http1.sync_transport,
            stock=self._stock.sync_transport,
            unix_path=self.settings.unix_path,
            proxy=proxy,
        )

    def async_transport(self) -> AsyncBaseTransport:
        """Return a transport for the running loop."""
        if not self.settings.http2:
            return self._http1.async_transport()
        proxy = proxy_of(self.settings)
        if proxy is not None and proxy.url.scheme != "http":
            return self._stock.async_transport()
        from conductor_transport_http2._async_transport import AsyncHttp2Transport  # noqa: PLC0415 - brings h2

        return AsyncHttp2Transport(
            self._options,
            ssl_context=self._context(),
            http1=self._http1.async_transport,
            stock=self._stock.async_transport,
            unix_path=self.settings.unix_path,
            proxy=proxy,
        )

    def _context(self) -> Callable[[], ssl.SSLContext]:
        """Return what makes the context: at once when the server needs it, so that a wrong file is found at the start."""
        make = functools.partial(tls_context, self.settings)
        if self.settings.server_url.startswith("https:"):
            # The context of HTTP/2 offers a protocol that those of HTTP/1.1 must not, so nobody shares it.
            found = [make()]
            return lambda: found.pop() if found else make()
        return make
