"""The asyncio face: an httpx transport over pooled connections."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from conductor_core.errors import ConductorError
from conductor_core.http import (
    MAX_BODY_BYTES,
    AsyncBaseTransport,
    AsyncHTTPTransport,
    ByteStream,
    CloseError,
    PoolTimeout,
    Response,
    async_stock_is_replaced,
)
from conductor_core.http1._connection import Connection
from conductor_core.http1._dial import dial
from conductor_core.http1._errors import connect_error, is_stale
from conductor_core.http1._options import Http1Options
from conductor_core.http1._pool import Pool
from conductor_core.http1._request import NO_TIMEOUTS, Timeouts, origin_of, outgoing, prebuilt
from conductor_core.tls import verified_context

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from conductor_core.http import Request
    from conductor_core.http1._parser import Answer
    from conductor_core.http1._request import Origin, Outgoing


class _Waiter:
    """A request that waits for a connection."""

    __slots__ = ("future", "origin")

    def __init__(self, origin: Origin, future: asyncio.Future[Connection | None]) -> None:
        self.origin = origin
        self.future = future

    def grant(self, connection: Connection | None, /) -> bool:
        """Wake the request, unless it gave up."""
        if self.future.done():
            return False
        self.future.set_result(connection)
        return True

    def fail(self) -> None:
        """Wake the request with an error: the transport is closed."""
        if not self.future.done():
            self.future.set_exception(CloseError("the transport was closed"))


class AsyncHttp1Transport(AsyncBaseTransport):
    """HTTP/1.1 on one asyncio loop: the one of its first request.

    An answer is read whole, within ``options.max_body_bytes`` and the read timeout, before its response is returned, so
    ``AsyncClient.stream`` works but saves no memory. Bodies of requests are streamed.

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
        stock: Callable[[], AsyncBaseTransport] | None = None,
    ) -> None:
        self._options = options or Http1Options()
        self._make_context = ssl_context or verified_context
        self._make_stock: Callable[[], AsyncBaseTransport] = stock or AsyncHTTPTransport
        self._context: ssl.SSLContext | None = None
        self._stock: AsyncBaseTransport | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pool: Pool[Connection] = Pool(self._options.max_connections, self._options.keepalive_seconds)
        self._connections: set[Connection] = set()
        self._closed = False

    async def handle_async_request(self, request: Request) -> Response:
        """Send one request and return its response, read to the end.

        Raises:
            TransportError: no answer, in the words of httpx: ``ConnectError``, ``ReadTimeout``, ``RemoteProtocolError`` ...
            ConductorError: called on another loop than the first request.
        """
        ready = None if async_stock_is_replaced() else outgoing(request)
        if ready is None:
            return await self._stock_transport().handle_async_request(request)
        answer = await self._exchange(origin_of(request.url), ready, Timeouts.of(request))
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

    async def exchange(
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
        """Send a request that was built before, without httpx' types: the way for requests sent a million times.

        It is not seen by what replaces stock transports: ask ``intercepted`` first.

        Args:
            origin: from :func:`origin_of`.
            method: verb in upper case.
            target: path and query as bytes.
            headers: from :func:`header_block`, with ``Host``, without ``Content-Length``.
            body: the body.
            timeouts: limits in seconds.
            repeatable: may be sent again on a fresh connection when a kept one turns out to be closed.

        Raises:
            TransportError: no answer.
        """
        return await self._exchange(origin, prebuilt(method, target, headers, body, repeatable=repeatable), timeouts)

    @property
    def intercepted(self) -> bool:
        """Whether a test library stands in for the stock transport, so that requests must go the ordinary way."""
        return async_stock_is_replaced()

    async def aclose(self) -> None:
        """Close all connections; what is under way fails, later requests too."""
        self._closed = True
        for waiter in self._pool.dismiss():
            waiter.fail()
        self._pool.clear()
        connections = tuple(self._connections)
        for connection in connections:
            connection.close()
        for connection in connections:
            await connection.wait_closed()
        stock, self._stock = self._stock, None
        if stock is not None:
            await stock.aclose()

    def _stock_transport(self) -> AsyncBaseTransport:
        if self._stock is None:
            self._stock = self._make_stock()
        return self._stock

    async def _exchange(self, origin: Origin, request: Outgoing, timeouts: Timeouts) -> Answer:
        loop, pool = self._own_loop(), self._pool
        connection = pool.take(origin, loop.time())
        if connection is None and not pool.reserve():
            connection = await self._wait(origin, timeouts.pool)
        try:
            answer, ready = await self._carry(connection, origin, request, timeouts)
        except BaseException:
            pool.drop()
            raise
        self._give_back(ready)
        return answer

    async def _carry(
        self, connection: Connection | None, origin: Origin, request: Outgoing, timeouts: Timeouts
    ) -> tuple[Answer, Connection]:
        """Return the answer and the connection it came over: the given one, or a new one when that was stale."""
        while True:
            ready = connection or await self._open(origin, timeouts.connect)
            try:
                return await ready.exchange(request, timeouts), ready
            except BaseException as error:
                ready.close()  # half an answer may still come: never again
                if not is_stale(ready, request, error):
                    raise
                connection = None

    def _give_back(self, connection: Connection) -> None:
        if connection.may_carry_more() and not self._closed:
            self._pool.put(connection, connection.now())
        else:
            connection.close()
            self._pool.drop()

    async def _wait(self, origin: Origin, seconds: float | None) -> Connection | None:
        waiter = _Waiter(origin, self._own_loop().create_future())
        self._pool.wait(waiter)
        try:
            async with asyncio.timeout(seconds):
                return await waiter.future
        except BaseException as error:
            self._pool.leave(waiter)
            if waiter.future.done() and not waiter.future.cancelled() and waiter.future.exception() is None:
                self._return(waiter.future.result())  # granted in the very moment it gave up
            if isinstance(error, TimeoutError):
                raise PoolTimeout("all connections were in use for too long") from error
            raise

    def _return(self, connection: Connection | None) -> None:
        if connection is None:
            self._pool.drop()
        else:
            self._pool.put(connection, connection.idle_since)

    async def _open(self, origin: Origin, seconds: float | None) -> Connection:
        loop = self._own_loop()
        ready: Connection | None = None
        made: list[Connection] = []

        def make() -> Connection:
            made.append(Connection(origin, self._options, loop, self._lost))
            return made[-1]

        try:
            context = self._ssl_context() if origin.scheme == "https" else None
            async with asyncio.timeout(seconds):
                connection = ready = await dial(origin, make, context)
        except (OSError, UnicodeError) as error:
            raise connect_error(error, origin) from error
        finally:
            # Also of those that are not used a socket may still be open, until the loop has turned.
            self._connections.update(one for one in made if one.is_connected)
            for unused in made:
                if unused is not ready or self._closed:
                    unused.close()
        return connection

    def _ssl_context(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = self._make_context()
        return self._context

    def _lost(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._pool.lost(connection)

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            if self._loop is not None:
                raise ConductorError("this transport belongs to another event loop; make one for each loop")
            self._loop = loop
        if self._closed:
            raise CloseError("the transport is closed")
        return loop
