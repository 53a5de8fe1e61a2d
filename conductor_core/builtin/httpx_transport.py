"""Transport ``httpx``: HTTP/1.1 by the stock httpx transports, with TLS, client certificates and proxies."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from conductor_core._tls import tls_context
from conductor_core.errors import ConfigurationError
from conductor_core.hookspecs import hookimpl
from conductor_core.http import AsyncHTTPTransport, HTTPTransport, InvalidURL, Limits, Proxy
from conductor_core.interfaces import TransportFactory

if TYPE_CHECKING:
    import ssl

    from conductor_core.settings import Settings

_KEEP_ALIVE_SECONDS = 30.0


class HttpxTransport(TransportFactory):
    """Makes stock transports from the TLS, proxy and connection settings.

    Raises:
        ConfigurationError: a scheme this transport does not speak, or a certificate or proxy that cannot be used.
    """

    name = "httpx"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        if settings.server_url.startswith("embedded:"):
            raise ConfigurationError(
                "server_url is embedded://..., which needs transport 'embedded' (CONDUCTOR_TRANSPORT)"
            )

    def sync_transport(self) -> HTTPTransport:
        """Return a pooled blocking transport."""
        return HTTPTransport(verify=self._verify(), limits=self._limits(), proxy=self._proxy())

    def async_transport(self) -> AsyncHTTPTransport:
        """Return a pooled transport for the running loop."""
        return AsyncHTTPTransport(verify=self._verify(), limits=self._limits(), proxy=self._proxy())

    def _limits(self) -> Limits:
        return Limits(
            max_connections=self.settings.max_connections,
            max_keepalive_connections=self.settings.max_connections,
            keepalive_expiry=_KEEP_ALIVE_SECONDS,
        )

    def _proxy(self) -> Proxy | None:
        if not self.settings.proxy_url:
            return None
        try:
            proxy = Proxy(self.settings.proxy_url)
        except (ValueError, InvalidURL):
            proxy = None
        if proxy is None or not proxy.url.host:
            raise ConfigurationError("proxy_url must be like http://user:password@host:port")
        if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
            raise ConfigurationError(
                "proxy_url with socks needs one more package; install it with: pip install socksio"
            )
        return proxy

    def _verify(self) -> ssl.SSLContext | bool:
        return tls_context(self.settings) if self.settings.server_url.startswith("https:") else False


@hookimpl
def conductor_register_transport() -> type[HttpxTransport]:
    """Offer the driver."""
    return HttpxTransport
