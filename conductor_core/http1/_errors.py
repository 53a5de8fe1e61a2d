"""What the operating system and OpenSSL report, in the words of httpx."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Protocol

from conductor_core.http import CloseError, ConnectError, ConnectTimeout, ReadError, RemoteProtocolError, WriteError

if TYPE_CHECKING:
    from conductor_core.http import TransportError
    from conductor_core.http1._request import Origin, Outgoing


class NotSentError(CloseError):
    """The connection was closed before a byte of the request was written, so any request may be sent again."""


def connect_error(error: Exception, origin: Origin) -> TransportError:
    """Return the error for a connection that could not be opened; certificates are named as what they are."""
    where = f"{origin.host}:{origin.port}"
    if isinstance(error, ssl.SSLError):
        return ConnectError(f"TLS with {where} failed: {error}")
    if isinstance(error, TimeoutError):
        return ConnectTimeout(f"no connection to {where} in time")
    return ConnectError(f"{where}: {error}")


class _Used(Protocol):
    """What is asked of a connection whose exchange failed."""

    used: bool

    @property
    def answered(self) -> bool:
        """Whether anything of the answer arrived."""
        ...


def is_stale(connection: _Used, request: Outgoing, error: BaseException) -> bool:
    """Whether the server closed a kept connection before this request, so that it may be sent once more.

    That is so when not a byte of it was written. When it was, nobody can tell what the server did with it, so only a
    safe request without a trace of an answer is repeated.
    """
    if not connection.used or request.stream is not None:
        return False
    if isinstance(error, NotSentError):
        return True
    lost = isinstance(error, ReadError | WriteError | RemoteProtocolError)
    return lost and request.repeatable and not connection.answered
