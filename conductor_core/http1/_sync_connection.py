"""One blocking connection: writes a request, reads the answer, both within their time."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Final, cast

from conductor_core.http import (
    LocalProtocolError,
    ReadError,
    ReadTimeout,
    WriteError,
    WriteTimeout,
)
from conductor_core.http1._errors import NotSentError, connect_error
from conductor_core.http1._liveness import Probe
from conductor_core.http1._parser import AnswerParser
from conductor_core.http1._request import LAST_CHUNK, chunk

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

    from conductor_core.http1._options import Http1Options
    from conductor_core.http1._parser import Answer
    from conductor_core.http1._request import Origin, Outgoing, Timeouts

PROGRESS_BYTES: Final = 64 * 1024
_READ_BYTES: Final = 64 * 1024


def open_socket(origin: Origin, seconds: float | None, ssl_context: Callable[[], ssl.SSLContext]) -> socket.socket:
    """Connect, with TLS for https.

    Args:
        origin: where to.
        seconds: limit for each address and for the handshake; None waits for ever.
        ssl_context: makes or returns the context.

    Raises:
        TransportError: ``ConnectError`` or ``ConnectTimeout``.
    """
    plain: socket.socket | None = None
    try:
        plain = socket.create_connection((origin.host, origin.port), timeout=seconds)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return ssl_context().wrap_socket(plain, server_hostname=origin.host) if origin.scheme == "https" else plain
    except (OSError, UnicodeError) as error:
        if plain is not None:
            plain.close()
        raise connect_error(error, origin) from error
    except BaseException:
        if plain is not None:
            plain.close()
        raise


class SyncConnection:
    """Carries one request at a time, on whatever thread has it.

    Attributes:
        origin: where it leads.
        idle_since: monotonic seconds of its last answer.
        used: whether an answer came over it before.
    """

    __slots__ = ("_parser", "_probe", "_socket", "_timeout", "idle_since", "origin", "used")

    def __init__(self, origin: Origin, connected: socket.socket, options: Http1Options) -> None:
        self.origin = origin
        self.idle_since = 0.0
        self.used = False
        self._socket = connected
        self._timeout = connected.gettimeout()
        self._probe = Probe(connected.fileno())
        self._parser = AnswerParser(options)

    @property
    def answered(self) -> bool:
        """Whether anything of the current answer arrived."""
        return self._parser.started

    @property
    def reusable(self) -> bool:
        """Whether the finished exchange left the connection clean."""
        return self._parser.reusable

    def is_usable(self, now: float) -> bool:  # noqa: ARG002 - no loop looks after it, so any time may be too late
        """Whether it may carry another request."""
        return self._socket.fileno() >= 0 and not self._probe.has_news()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def exchange(self, request: Outgoing, timeouts: Timeouts) -> Answer:
        """Send one request and return its answer. Whoever gets an error closes the connection.

        Raises:
            TransportError: what became of it instead.
        """
        if self._socket.fileno() < 0:
            raise NotSentError("the connection was closed before the request was sent")
        self._parser.begin(no_body=request.no_body)
        complete = True
        try:
            complete = self._write(request, timeouts.write)
        except WriteError:
            # A server may answer and close without reading a body that it refuses: look for that answer.
            complete = False
            if not self._probe.has_news():
                raise
        answer = self._read(timeouts.read)
        self.used = True
        if not complete:
            self._parser.reusable = False
        return answer

    def _write(self, request: Outgoing, seconds: float | None) -> bool:
        if request.stream is None:
            self._send(request.head + request.body, seconds)
            return True
        self._send(request.head, seconds)
        length, sent = request.length, 0
        for piece in cast("Iterable[bytes]", request.stream):
            if not piece:
                continue
            early = sent > 0 and self._probe.has_news()
            sent += len(piece)
            if length is not None and sent > length:
                raise LocalProtocolError(f"the body is longer than its content-length of {length} bytes")
            if early:
                return False
            self._send(chunk(piece) if length is None else piece, seconds)
        if length is None:
            self._send(LAST_CHUNK, seconds)
        elif sent < length:
            raise LocalProtocolError(f"the body has {sent} bytes, its content-length is {length}")
        return True

    def _send(self, data: bytes, seconds: float | None) -> None:
        self._limit(seconds)
        try:
            self._socket.sendall(data)
        except TimeoutError as error:
            raise WriteTimeout("the server did not take the request in time") from error
        except OSError as error:
            raise WriteError(f"the connection was lost: {error}") from error

    def _read(self, seconds: float | None) -> Answer:
        parser = self._parser
        self._limit(seconds)
        deadline = None if seconds is None else time.monotonic() + seconds
        progress = PROGRESS_BYTES
        while True:
            data = self._receive()
            if not data:
                return parser.end()
            answer = parser.feed(data)
            if answer is not None:
                return answer
            if deadline is None or seconds is None:
                continue
            if parser.body_bytes >= progress:
                # A large body may take its time, a trickle may not.
                progress = parser.body_bytes + PROGRESS_BYTES
                deadline = time.monotonic() + seconds
            left = deadline - time.monotonic()
            if left <= 0:
                raise ReadTimeout("the server did not answer in time")
            self._limit(left)

    def _receive(self) -> bytes:
        try:
            return self._socket.recv(_READ_BYTES)
        except TimeoutError as error:
            raise ReadTimeout("the server did not answer in time") from error
        except OSError as error:
            raise ReadError(f"the connection was lost: {error}") from error

    def _limit(self, seconds: float | None) -> None:
        if seconds != self._timeout:
            self._socket.settimeout(seconds)
            self._timeout = seconds
