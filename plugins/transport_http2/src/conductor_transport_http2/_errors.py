"""What HTTP/2 reports, in the words of httpx, and what may be sent again."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from h2.errors import ErrorCodes

from conductor_core.http import ConnectError, ConnectTimeout, ReadError, RemoteProtocolError, WriteError

if TYPE_CHECKING:
    from conductor_core.http import TransportError
    from conductor_core.http1 import Origin


class NotProcessedError(ConnectError):
    """The server did nothing with this request, or never got it, so any request may be sent again.

    Args:
        message: why.
        at_once: whether another connection can take it without a pause; False when the server has too much to do.
    """

    def __init__(self, message: str, *, at_once: bool = True) -> None:
        super().__init__(message)
        self.at_once = at_once


class LostUnansweredError(ReadError):
    """A connection was lost before anything of the answer to a harmless request came: it may be sent once more."""


class Http1RequiredError(ConnectError):
    """The server wants HTTP/1.1 for this request, which it did not process."""


def connect_error(error: Exception, origin: Origin) -> TransportError:
    """Return the error for a connection that could not be opened; certificates are named as what they are."""
    where = f"{origin.host}:{origin.port}"
    if isinstance(error, ssl.SSLError):
        return ConnectError(f"TLS with {where} failed: {error}")
    if isinstance(error, TimeoutError):
        return ConnectTimeout(f"no connection to {where} in time")
    return ConnectError(f"{where}: {error}")


def reset_error(code: int) -> TransportError:
    """Return the error for a stream that the server reset."""
    if code == ErrorCodes.REFUSED_STREAM:
        return NotProcessedError("the server refused the stream without processing it", at_once=False)
    if code == ErrorCodes.HTTP_1_1_REQUIRED:
        return Http1RequiredError("the server wants HTTP/1.1 for this request")
    return RemoteProtocolError(f"the server reset the stream: {code_name(code)}")


def lost_error(reason: Exception | None) -> TransportError:
    """Return the error for an answer that was on its way when the connection ended."""
    if reason is None:
        return RemoteProtocolError("the server closed the connection before the answer was complete")
    if isinstance(reason, BrokenPipeError):
        return WriteError(f"the connection was lost: {reason}")
    return ReadError(f"the connection was lost: {reason}")


def code_name(code: int) -> str:
    """Return the name of an error code, or its number when it has none."""
    try:
        return ErrorCodes(code).name
    except ValueError:
        return f"error {code}"
