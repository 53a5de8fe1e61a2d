"""The blocking face: an httpx transport over pooled connections, for any number of threads."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

from conductor_core.http import (
    MAX_BODY_BYTES,
    BaseTransport,
    ByteStream,
    CloseError,
    HTTPTransport,
    PoolTimeout,
    Response,
    stock_is_replaced,
)
from conductor_core.http1._errors import is_stale
from conductor_core.http1._options import Http1Options
from conductor_core.http1._pool import Pool
from conductor_core.http1._request import NO_TIMEOUTS, Timeouts, origin_of, outgoing, prebuilt
from conductor_core.http1._sync_connection import SyncConnection, open_socket
from conductor_core.tls import verified_context

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from conductor_core.http import Request
    from conductor_core.http1._parser import Answer
    from conductor_core.http1._request import Origin, Outgoing


class _Waiter:
    """A thread that waits for a connection; all but the waiting happens under the lock of the pool."""

    __slots__ = ("connection", "event", "gave_up", "granted", "origin")

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.event = threading.Event()
        self.connection: SyncConnection | None = None
        self.granted = self.gave_up = False

    def grant(self, connection: SyncConnection | None, /) -> bool:
        """Wake the thread, unless it gave up."""
        if self.gave_up:
            return False
        self.connection = connection
        self.granted = True
        self.event.set()
        return True

    def fail(self) -> None:
        """Wake the thread with nothing: the transport is closed."""
        self.event.set()


class _Shared:
    """What the threads of one process share; a forked child gets a new one, as its parent's sockets are not its own."""

    def __init__(self, options: Http1Options) -> None:
        self.lock = threading.Lock()
        self.pool: Pool[SyncConnection] = Pool(options.max_connections, options.keepalive_seconds)
        self.closed: bool = False
        self.pid = os.getpid()


class Http1Transport(BaseTransport):
    """HTTP/1.1 for blocking programs; safe to share between threads, and usable after a fork.

    A thread gets the connection that was used last, so one thread always talks on the same one. An answer is read whole,
    within ``options.max_body_bytes`` and the read timeout, before its response is returned, so ``Client.stream`` works
    but saves no memory. Bodies of requests are streamed.

    Args:
        options: limits; the defaults when None.
        ssl_context: makes the context for https, at the first such request; public authorities when None.
        stock: makes the transport for what this one leaves out; a plain one when None.
    """

    def __init__(
        self,
        options: Http1Options | None = None,
        *,
        ssl_context: Callable[[], ssl.SSLContext] | None = None,
        stock: Callable[[], BaseTransport] | None = None,
    ) -> None:
        self._options = options or Http1Options()
        self._make_context = ssl_context or verified_context
        self._make_stock = stock or HTTPTransport
        self._context: ssl.SSLContext | None = None
        self._stock: BaseTransport | None = None
        self._shared_state = _Shared(self._options)

    def handle_request(self, request: Request) -> Response:
        """Send one request and return its response, read to the end.

        Raises:
            TransportError: no answer, in the words of httpx: ``ConnectError``, ``ReadTimeout``, ``RemoteProtocolError`` ...
        """
        ready = None if stock_is_replaced() else outgoing(request)
        if ready is None:
            return self._stock_transport().handle_request(request)
        answer = self._exchange(origin_of(request.url), ready, Timeouts.of(request))
        return Response(
            answer.status,
            headers=answer.headers,
            stream=ByteStream(answer.body),
            extensions={
                "http_version": answer.version,
                "reason_phrase": answer.reason,
                MAX_BODY_BYTES: self._options.max_body_bytes,
            },
        )

    def exchange(
        self,
        origin: Origin,
        method: bytes,
        target: bytes,
        headers: bytes,
        body: bytes = b"",
        *,
        timeouts: Timeouts = NO_TIMEOUTS,
        repeatable: bool = False,
    ) -> Answer:
        """Send a request that was built before; the twin of :meth:`AsyncHttp1Transport.exchange`.

        Raises:
            TransportError: no answer.
        """
        return self._exchange(origin, prebuilt(method, target, headers, body, repeatable=repeatable), timeouts)

    @property
    def intercepted(self) -> bool:
        """Whether a test library stands in for the stock transport, so that requests must go the ordinary way."""
        return stock_is_replaced()

    def close(self) -> None:
        """Close the idle connections; those in use are closed by their threads, who wait for one get an error."""
        shared = self._shared()
        with shared.lock:
            shared.closed = True
            shared.pool.clear()
            for waiter in shared.pool.dismiss():
                waiter.fail()
        stock, self._stock = self._stock, None
        if stock is not None:
            stock.close()

    def _shared(self) -> _Shared:
        shared = self._shared_state
        if shared.pid != os.getpid():
            # The lock may have been held by another thread when the process was copied: take nothing over.
            shared.pool.clear()  # closes this process' copies of the sockets, without a word to the server
            shared = self._shared_state = _Shared(self._options)
            self._stock = None
        return shared

    def _stock_transport(self) -> BaseTransport:
        with self._shared().lock:
            if self._stock is None:
                self._stock = self._make_stock()
            return self._stock

    def _exchange(self, origin: Origin, request: Outgoing, timeouts: Timeouts) -> Answer:
        shared = self._shared()
        connection = self._right(shared, origin, timeouts.pool)
        try:
            answer, ready = self._carry(connection, origin, request, timeouts)
        except BaseException:
            with shared.lock:
                shared.pool.drop()
            raise
        self._give_back(shared, ready)
        return answer

    def _right(self, shared: _Shared, origin: Origin, seconds: float | None) -> SyncConnection | None:
        """Return a connection, or None for the right to open one; wait while all are in use."""
        with shared.lock:
            if shared.closed:
                raise CloseError("the transport is closed")
            connection = shared.pool.take(origin, time.monotonic())
            if connection is not None or shared.pool.reserve():
                return connection
            waiter = _Waiter(origin)
            shared.pool.wait(waiter)
        try:
            waiter.event.wait(seconds)
        except BaseException:
            _abandon(shared, waiter)
            raise
        with shared.lock:
            if waiter.granted:
                return waiter.connection
        _abandon(shared, waiter)
        if shared.closed:
            raise CloseError("the transport was closed")
        raise PoolTimeout("all connections were in use for too long")

    def _open(self, origin: Origin, seconds: float | None) -> SyncConnection:
        return SyncConnection(origin, open_socket(origin, seconds, self._ssl_context), self._options)

    def _ssl_context(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = self._make_context()
        return self._context

    def _carry(
        self, connection: SyncConnection | None, origin: Origin, request: Outgoing, timeouts: Timeouts
    ) -> tuple[Answer, SyncConnection]:
        """Return the answer and the connection it came over: the given one, or a new one when that was stale."""
        while True:
            ready = connection or self._open(origin, timeouts.connect)
            try:
                return ready.exchange(request, timeouts), ready
            except BaseException as error:
                ready.close()  # half an answer may still come: never again
                if not is_stale(ready, request, error):
                    raise
                connection = None

    def _give_back(self, shared: _Shared, connection: SyncConnection) -> None:
        with shared.lock:
            if connection.reusable and not shared.closed:
                shared.pool.put(connection, time.monotonic())
            else:
                connection.close()
                shared.pool.drop()


def _abandon(shared: _Shared, waiter: _Waiter) -> None:
    """Leave the queue; what was granted in that very moment goes to the next."""
    with shared.lock:
        shared.pool.leave(waiter)
        waiter.gave_up = True
        if shared.closed and waiter.connection is not None:
            waiter.connection.close()
        elif waiter.connection is not None:
            shared.pool.put(waiter.connection, time.monotonic())
        elif waiter.granted:
            shared.pool.drop()
