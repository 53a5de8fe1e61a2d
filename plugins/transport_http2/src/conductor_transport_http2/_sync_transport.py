"""The blocking face: an httpx transport for any number of threads, which share the connections of one loop.

HTTP/2 needs somebody who reads while nobody asks: pings, windows and farewells come at any time, for all requests of a
connection. So the asyncio transport does the work on a thread of its own, and the blocking face hands requests to it.
"""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING, Final, cast

from conductor_core.http import (
    BaseTransport,
    CloseError,
    HTTPTransport,
    LocalProtocolError,
    UnsupportedProtocol,
    stock_is_replaced,
)
from conductor_core.http1 import Http1Transport, Timeouts, origin_of
from conductor_core.tls import verified_context
from conductor_transport_http2._async_transport import AsyncHttp2Transport, response_of
from conductor_transport_http2._loop_thread import LoopThread
from conductor_transport_http2._request import outgoing, prebuilt

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

    from conductor_core.http import Proxy, Request, Response
    from conductor_core.http1 import Answer, Origin
    from conductor_transport_http2._options import Http2Options
    from conductor_transport_http2._request import Outgoing

_NO_TIMEOUTS: Final = Timeouts()
# Loops of the parent process in a forked child: never run again, and never finalised, which would touch what they share.
_left_behind: Final[list[object]] = []


class _Shared:
    """What the threads of one process share; a forked child makes its own."""

    def __init__(self, transport: AsyncHttp2Transport) -> None:
        self.pid = os.getpid()
        self.transport = transport
        self.lock = threading.Lock()
        self.thread: LoopThread | None = None
        self.http1: BaseTransport | None = None
        self.stock: BaseTransport | None = None
        self.closed: bool = False


class Http2Transport(BaseTransport):
    """HTTP/2 for blocking programs; safe to share between threads, and usable after a fork.

    All threads share the connections, so a hundred threads need one. A body that comes in pieces is read whole before it
    is sent. See :class:`AsyncHttp2Transport` for the rest.

    Args:
        options: limits; the defaults when None.
        ssl_context: makes the context for https, at the first such request; public authorities when None.
        http1: makes the transport for servers that speak HTTP/1.1 only; the lean one of the core when None.
        stock: makes the transport for CONNECT, ``Expect`` and upgrades; a plain one when None.
        unix_path: a Unix socket that all connections go to.
        proxy: an ``http://`` proxy that leads to the servers; it needs an ``http1`` that goes through it too.
    """

    def __init__(
        self,
        options: Http2Options | None = None,
        *,
        ssl_context: Callable[[], ssl.SSLContext] | None = None,
        http1: Callable[[], BaseTransport] | None = None,
        stock: Callable[[], BaseTransport] | None = None,
        unix_path: str = "",
        proxy: Proxy | None = None,
    ) -> None:
        make_context = ssl_context or verified_context
        self._make: Callable[[], AsyncHttp2Transport] = lambda: AsyncHttp2Transport(
            options, ssl_context=make_context, unix_path=unix_path, proxy=proxy
        )
        self._make_http1 = http1 or (lambda: Http1Transport(ssl_context=make_context))
        self._make_stock = stock or HTTPTransport
        self._shared_state = _Shared(self._make())

    def handle_request(self, request: Request) -> Response:
        """Send one request and return its response, read to the end.

        Raises:
            TransportError: no answer, in the words of httpx: ``ConnectError``, ``ReadTimeout``, ``RemoteProtocolError`` ...
        """
        if stock_is_replaced():
            return self._stock_transport().handle_request(request)
        shared, origin = self._shared(), origin_of(request.url)
        if not shared.transport.may_speak_http2(origin):
            return self._http1_transport().handle_request(request)
        ready = outgoing(request, origin)
        if ready is None:
            return self._stock_transport().handle_request(request)
        if ready.stream is not None:
            _read_body(ready)
        answer = self._send(shared, origin, ready, Timeouts.of(request))
        return response_of(answer) if answer is not None else self._http1_transport().handle_request(request)

    def exchange(
        self,
        origin: Origin,
        method: bytes,
        target: bytes,
        headers: bytes,
        body: bytes = b"",
        *,
        timeouts: Timeouts = _NO_TIMEOUTS,
        repeatable: bool = False,
    ) -> Answer:
        """Send a request that was built before; the twin of :meth:`AsyncHttp2Transport.exchange`.

        Raises:
            TransportError: no answer.
        """
        shared = self._shared()
        if shared.transport.may_speak_http2(origin):
            ready = prebuilt(origin, method, target, headers, body, repeatable=repeatable)
            answer = self._send(shared, origin, ready, timeouts)
            if answer is not None:
                return answer
        lean = self._http1_transport()
        if not isinstance(lean, Http1Transport):
            raise UnsupportedProtocol("this server takes requests only the ordinary way: ask `intercepted` first")
        return lean.exchange(origin, method, target, headers, body, timeouts=timeouts, repeatable=repeatable)

    @property
    def intercepted(self) -> bool:
        """Whether requests must go the ordinary way: a test library stands in, or another transport carries HTTP/1.1."""
        return stock_is_replaced() or not isinstance(self._http1_transport(), Http1Transport)

    def close(self) -> None:
        """Close all connections and end the thread; what is under way fails, later requests too."""
        shared = self._shared()
        with shared.lock:
            shared.closed = True
            thread, shared.thread = shared.thread, None
            others = (shared.http1, shared.stock)
            shared.http1 = shared.stock = None
        if thread is not None:
            thread.run(shared.transport.aclose())
            thread.stop()
        for other in others:
            if other is not None:
                other.close()

    def _send(self, shared: _Shared, origin: Origin, request: Outgoing, timeouts: Timeouts) -> Answer | None:
        with shared.lock:
            if shared.closed:
                raise CloseError("the transport is closed")
            thread = shared.thread
            if thread is None:
                thread = shared.thread = LoopThread()
                weakref.finalize(self, thread.stop)
        return thread.run(shared.transport.send(origin, request, timeouts))

    def _shared(self) -> _Shared:
        shared = self._shared_state
        if shared.pid != os.getpid():
            # The lock may have been held by another thread when the process was copied: take nothing over.
            _let_go(shared)
            shared = self._shared_state = _Shared(self._make())
        return shared

    def _http1_transport(self) -> BaseTransport:
        shared = self._shared()
        with shared.lock:
            if shared.http1 is None:
                shared.http1 = self._make_http1()
            return shared.http1

    def _stock_transport(self) -> BaseTransport:
        shared = self._shared()
        with shared.lock:
            if shared.stock is None:
                shared.stock = self._make_stock()
            return shared.stock


def _read_body(request: Outgoing) -> None:
    request.body = b"".join(cast("Iterable[bytes]", request.stream))
    request.stream = None
    if request.length is not None and request.length != len(request.body):
        raise LocalProtocolError(f"content-length is not the {len(request.body)} bytes of the body")


def _let_go(shared: _Shared) -> None:
    """Close this process' copies of the parent's sockets, without a word to the server."""
    _left_behind.append(shared)
    nothing = os.open(os.devnull, os.O_RDWR)
    for connection in shared.transport.connections:
        if connection.descriptor >= 0:
            # The number stays taken, so that whoever closes it later closes nothing else.
            os.dup2(nothing, connection.descriptor)
    os.close(nothing)
