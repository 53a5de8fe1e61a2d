"""Transport ``httpx``: HTTP/1.1 by the stock httpx transports, with TLS, client certificates, proxies and Unix sockets."""

from __future__ import annotations

import socket
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, Final

from conductor_core.errors import ConfigurationError
from conductor_core.hookspecs import hookimpl
from conductor_core.http import AsyncHTTPTransport, HTTPTransport, InvalidURL, Limits, Proxy
from conductor_core.interfaces import TransportFactory
from conductor_core.tls import tls_context

if TYPE_CHECKING:
    import ssl

    from conductor_core.http import AsyncBaseTransport, BaseTransport
    from conductor_core.settings import Settings

_KEEP_ALIVE_SECONDS: Final = 30.0
_BASE_OF_UNIX_SOCKETS: Final = "http://localhost/api"


class HttpxTransport(TransportFactory):
    """Makes stock transports from the TLS, proxy and connection settings.

    Attributes:
        http2: whether to offer HTTP/2 to servers; a subclass says so, and needs the package ``h2``.

    Raises:
        ConfigurationError: a scheme this transport does not speak, or a certificate or proxy that cannot be used.
    """

    name = "httpx"
    http2: ClassVar[bool] = False

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        if settings.server_url.startswith("embedded:"):
            raise ConfigurationError(
                "server_url is embedded://..., which needs transport 'embedded' (CONDUCTOR_TRANSPORT)"
            )
        if settings.unix_path:
            _check_unix(settings)

    def base_url(self) -> str:
        """Return the URL of the server; one behind a Unix socket is called localhost."""
        return _BASE_OF_UNIX_SOCKETS if self.settings.unix_path else super().base_url()

    def sync_transport(self) -> BaseTransport:
        """Return a pooled blocking transport."""
        return HTTPTransport(
            verify=self._verify(),
            limits=self._limits(),
            proxy=proxy_of(self.settings),
            uds=self.settings.unix_path or None,
            http1=not self._http2_only,
            http2=self._http2,
        )

    def async_transport(self) -> AsyncBaseTransport:
        """Return a pooled transport for the running loop."""
        return AsyncHTTPTransport(
            verify=self._verify(),
            limits=self._limits(),
            proxy=proxy_of(self.settings),
            uds=self.settings.unix_path or None,
            http1=not self._http2_only,
            http2=self._http2,
        )

    @property
    def _http2(self) -> bool:
        return self.http2 and self.settings.http2

    @property
    def _http2_only(self) -> bool:
        return self._http2 and self.settings.http2_prior_knowledge and not self.settings.server_url.startswith("https:")

    def _limits(self) -> Limits:
        return Limits(
            max_connections=self.settings.max_connections,
            max_keepalive_connections=self.settings.max_connections,
            keepalive_expiry=_KEEP_ALIVE_SECONDS,
        )

    def _verify(self) -> ssl.SSLContext | bool:
        return tls_context(self.settings) if self.settings.server_url.startswith("https:") else False


def proxy_of(settings: Settings) -> Proxy | None:
    """Return the proxy of the settings, or None when there is none.

    Raises:
        ConfigurationError: ``proxy_url`` cannot be used; the message does not show it.
    """
    if not settings.proxy_url:
        return None
    try:
        proxy = Proxy(settings.proxy_url)
    except (ValueError, InvalidURL):
        proxy = None
    if proxy is None or not proxy.url.host:
        raise ConfigurationError("proxy_url must be like http://user:password@host:port")
    if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise ConfigurationError("proxy_url with socks needs one more package; install it with: pip install socksio")
    return proxy


def _check_unix(settings: Settings) -> None:
    if not hasattr(socket, "AF_UNIX"):
        raise ConfigurationError("server_url is a Unix socket, which this Python does not support")
    if settings.proxy_url:
        raise ConfigurationError("proxy_url cannot be used with a server_url that is a Unix socket: unset one of them")


@hookimpl
def conductor_register_transport() -> type[HttpxTransport]:
    """Offer the driver."""
    return HttpxTransport
