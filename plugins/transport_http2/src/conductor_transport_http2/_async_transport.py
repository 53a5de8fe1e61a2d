"""The asyncio face: an httpx transport over multiplexed connections."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from conductor_core.errors import ConductorError
from conductor_core.http import (
    AsyncBaseTransport,
    AsyncHTTPTransport,
    ByteStream,
    CloseError,
    Response,
    UnsupportedProtocol,
    async_stock_is_replaced,
)
from conductor_core.http1 import AsyncHttp1Transport, Origin, Timeouts, origin_of
from conductor_core.tls import verified_context
from conductor_transport_http2._connect import Connector
from conductor_transport_http2._errors import Http1RequiredError, LostUnansweredError, NotProcessedError
from conductor_transport_http2._hub import Hub
from conductor_transport_http2._options import Http2Options
from conductor_transport_http2._request import outgoing, prebuilt

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from conductor_core.http import Proxy, Request
    from conductor_core.http1 import Answer
    from conductor_transport_http2._connection import Connection
    from conductor_transport_http2._request import Outgoing

# A request that the server did not process is sent again this often; waits for one with too much to do double each time.
_MOST_TRIES: Final = 8
_FIRST_WAIT_SECONDS: Final = 0.01
_NO_TIMEOUTS: Final = Timeouts()


class AsyncHttp2Transport(AsyncBaseTransport):
    """HTTP/2 on one asyncio loop: the one of its first request.

    A server that agrees on nothing but HTTP/1.1 gets that, and so does an ``http://`` URL unless
    ``options.prior_knowledge`` is set. An answer is read whole, within ``options.max_body_bytes`` and the read timeout,
    before its response is returned. Bodies of requests are streamed.

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
        http1: Callable[[], AsyncBaseTransport] | None = None,
        stock: Callable[[], AsyncBaseTransport] | None = None,
        unix_path: str = "",
        proxy: Proxy | None = None,
    ) -> None:
        self._options = options or Http2Options()
        make_context = ssl_context or verified_context
        self._connector = Connector(self._options, make_context, unix_path, proxy)
        self._make_http1 = http1 or (lambda: AsyncHttp1Transport(ssl_context=make_context))
        self._make_stock: Callable[[], AsyncBaseTransport] = stock or AsyncHTTPTransport
        self._http1: AsyncBaseTransport | None = None
        self._stock: AsyncBaseTransport | None = None
        self._hubs: dict[Origin, Hub] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def handle_async_request(self, request: Request) -> Response:
        """Send one request and return its response, read to the end.

        Raises:
            TransportError: no answer, in the words of httpx: ``ConnectError``, ``ReadTimeout``, ``RemoteProtocolError`` ...
            ConductorError: called on another loop than the first request.
        """
        if async_stock_is_replaced():
            return await self._stock_transport().handle_async_request(request)
        origin = origin_of(request.url)
        if not self.may_speak_http2(origin):
            return await self._http1_transport().handle_async_request(request)
        ready = outgoing(request, origin)
        if ready is None:
            return await self._stock_transport().handle_async_request(request)
        answer = await self.send(origin, ready, Timeouts.of(request))
        if answer is None:
            return await self._http1_transport().handle_async_request(request)
        return response_of(answer)

    async def exchange(
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
        """Send a request that was built before, without httpx' types: the twin of ``AsyncHttp1Transport.exchange``.

        It is not seen by what replaces stock transports: ask ``intercepted`` first.

        Args:
            origin: where to.
            method: verb in upper case.
            target: path and query as bytes.
            headers: a block of header lines with ``Host``, without ``Content-Length``.
            body: the body.
            timeouts: limits in seconds.
            repeatable: may be sent again when a connection is lost without a trace of an answer.

        Raises:
            TransportError: no answer.
        """
        if self.may_speak_http2(origin):
            ready = prebuilt(origin, method, target, headers, body, repeatable=repeatable)
            answer = await self.send(origin, ready, timeouts)
            if answer is not None:
                return answer
        lean = self._http1_transport()
        if not isinstance(lean, AsyncHttp1Transport):
            raise UnsupportedProtocol("this server takes requests only the ordinary way: ask `intercepted` first")
        return await lean.exchange(origin, method, target, headers, body, timeouts=timeouts, repeatable=repeatable)

    @property
    def intercepted(self) -> bool:
        """Whether requests must go the ordinary way: a test library stands in, or another transport carries HTTP/1.1."""
        return async_stock_is_replaced() or not isinstance(self._http1_transport(), AsyncHttp1Transport)

    async def aclose(self) -> None:
        """Close all connections; what is under way fails, later requests too."""
        self._closed = True
        hubs, self._hubs = tuple(self._hubs.values()), {}
        for hub in hubs:
            await hub.close()
        others = (self._http1, self._stock)
        self._http1 = self._stock = None
        for other in others:
            if other is not None:
                await other.aclose()

    # For the blocking face, which has HTTP/1.1 transports of its own.

    def may_speak_http2(self, origin: Origin) -> bool:
        """Whether HTTP/2 is worth a try with this server."""
        if origin.scheme == "http" and not self._options.prior_knowledge:
            return False
        hub = self._hubs.get(origin)
        return hub is None or not hub.http1

    async def send(self, origin: Origin, request: Outgoing, timeouts: Timeouts) -> Answer | None:
        """Return the answer, or None when the request has to be sent over HTTP/1.1.

        Raises:
            TransportError: no answer.
        """
        hub = self._hub(origin)
        lost = False
        for number in range(1, _MOST_TRIES + 1):
            connection = await hub.acquire(timeouts)
            if connection is None:
                return None
            try:
                return await connection.exchange(request, timeouts)
            except Http1RequiredError:
                if request.begun:
                    raise
                return None
            except NotProcessedError as error:
                if request.begun or number == _MOST_TRIES:
                    raise
                if not error.at_once:
                    await asyncio.sleep(_FIRST_WAIT_SECONDS * 2 ** (number - 1))
            except LostUnansweredError:
                if lost:
                    raise
                lost = True
        raise AssertionError  # pragma: no cover - the last try returns or raises

    @property
    def connections(self) -> tuple[Connection, ...]:
        """All open connections."""
        return tuple(connection for hub in self._hubs.values() for connection in hub.connections)

    def _hub(self, origin: Origin) -> Hub:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            if self._loop is not None:
                raise ConductorError("this transport belongs to another event loop; make one for each loop")
            self._loop = loop
        if self._closed:
            raise CloseError("the transport is closed")
        hub = self._hubs.get(origin)
        if hub is None:
            connector = self._connector
            hub = self._hubs[origin] = Hub(
                self._options.max_connections, lambda seconds, changed: connector.open(origin, seconds, changed)
            )
        return hub

    def _http1_transport(self) -> AsyncBaseTransport:
        if self._http1 is None:
            self._http1 = self._make_http1()
        return self._http1

    def _stock_transport(self) -> AsyncBaseTransport:
        if self._stock is None:
            self._stock = self._make_stock()
        return self._stock


def response_of(answer: Answer) -> Response:
    """Return the httpx response for an answer."""
    return Response(
        answer.status,
        headers=answer.headers,
        stream=ByteStream(answer.body),
        extensions={"http_version": answer.version},
    )
