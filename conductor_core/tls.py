"""TLS contexts from settings; every transport of the core makes them here."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from conductor_core._logging import LOGGER
from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from conductor_core.settings import Settings


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Return a context with the authorities and the client certificate of the settings.

    Raises:
        ConfigurationError: a file that cannot be used; the message names the setting.
    """
    context = _trusting(settings.tls_ca_path)
    if settings.tls_insecure:
        LOGGER.warning("tls_insecure is on: the certificate of %s is not verified", settings.server_url)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if settings.tls_cert_path:
        _add_certificate(context, settings.tls_cert_path, settings.tls_key_path)
    return context


def verified_context() -> ssl.SSLContext:
    """Return a context that trusts the public authorities."""
    import certifi  # noqa: PLC0415 - only TLS without a CA file of its own needs the bundle

    return ssl.create_default_context(cafile=certifi.where())


def _trusting(ca_path: str) -> ssl.SSLContext:
    if not ca_path:
        return verified_context()
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
