"""Transport ``httpx``: HTTP/1.1 by the stock httpx transports, with TLS, client certificates and proxies."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from conductor_core._logging import LOGGER
from conductor_core.errors import ConfigurationError
from conductor_core.hookspecs import hookimpl
from conductor_core.http import AsyncHTTPTransport, HTTPTransport, Limits, Proxy
from conductor_core.interfaces import TransportFactory

if TYPE_CHECKING:
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
            return Proxy(self.settings.proxy_url)
        except ValueError:
            raise ConfigurationError("proxy_url must be like http://user:password@host:port") from None

    def _verify(self) -> ssl.SSLContext | bool:
        settings = self.settings
        if not settings.server_url.startswith("https:"):
            return False
        context = _context(settings.tls_ca_path)
        if settings.tls_insecure:
            LOGGER.warning("tls_insecure is on: the certificate of %s is not verified", settings.server_url)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if settings.tls_cert_path:
            _add_certificate(context, settings.tls_cert_path, settings.tls_key_path)
        return context


def _context(ca_path: str) -> ssl.SSLContext:
    if not ca_path:
        import certifi  # noqa: PLC0415 - only TLS without a CA file of its own needs the bundle

        return ssl.create_default_context(cafile=certifi.where())
    try:
        return ssl.create_default_context(cafile=ca_path)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"tls_ca_path {ca_path!r} cannot be used: {error}") from error


def _add_certificate(context: ssl.SSLContext, certificate: str, key: str) -> None:
    try:
        # Without a password callback OpenSSL would ask the terminal, and a worker would hang.
        context.load_cert_chain(certificate, key, password=_no_password)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"tls_cert_path and tls_key_path cannot be used: {error}") from error


def _no_password() -> str:
    raise ssl.SSLError("the key is encrypted, and passwords for keys are not supported")


@hookimpl
def conductor_register_transport() -> type[HttpxTransport]:
    """Offer the driver."""
    return HttpxTransport
