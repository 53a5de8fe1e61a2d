"""The blocking HTTP/2 transport of httpx for several threads at once, which it does not stand by itself.

httpcore shares the state of an HTTP/2 connection between threads without a lock around it: streams are opened in the wrong order,
frames are mixed, and the server ends the connection, or a thread waits for ever. Here a connection carries one request at a time.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

from conductor_core.http import STREAMED, BaseTransport, PoolTimeout, SyncByteStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conductor_core.http import Request, Response


class StockHttp2Transport(BaseTransport):
    """Lends each request a stock transport of its own, and keeps them for later requests.

    Args:
        make: makes a stock transport.
        most: how many requests may be under way at once; more of them wait for as long as their pool timeout says.
    """

    def __init__(self, make: Callable[[], BaseTransport], most: int) -> None:
        self._make = make
        self._room = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._idle = [make()]
        self._closed = False

    def handle_request(self, request: Request) -> Response:
        """Send a request, alone on its connection until the answer is closed.

        Raises:
            PoolTimeout: all connections were at work for as long as the request may wait for one.
        """
        patience: float | None = request.extensions.get("timeout", {}).get("pool")
        if not self._room.acquire(timeout=patience):
            raise PoolTimeout("all connections were at work", request=request)
        transport = self._borrow()
        try:
            answer = transport.handle_request(request)
        except BaseException:
            self._give_back(transport)
            raise
        # Leaving an answer in the middle tells the server nothing but by closing the connection.
        done = self._discard if STREAMED in request.extensions else self._give_back
        answer.stream = _Lent(cast("SyncByteStream", answer.stream), lambda: done(transport))
        return answer

    def close(self) -> None:
        """Close all connections; those at work when their answers are closed."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for transport in idle:
            transport.close()

    def _borrow(self) -> BaseTransport:
        try:
            with self._lock:
                self._closed = False
                return self._idle.pop() if self._idle else self._make()
        except BaseException:
            self._room.release()
            raise

    def _give_back(self, transport: BaseTransport) -> None:
        with self._lock:
            closed = self._closed
            if not closed:
                self._idle.append(transport)
        if closed:
            transport.close()
        self._room.release()

    def _discard(self, transport: BaseTransport) -> None:
        try:
            transport.close()
        finally:
            self._room.release()


class _Lent(SyncByteStream):
    """The body of an answer; closing it gives its transport back, once."""

    def __init__(self, stream: SyncByteStream, give_back: Callable[[], None]) -> None:
        self._stream = stream
        self._give_back: Callable[[], None] | None = give_back

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        """Close the body and give the transport back."""
        give_back, self._give_back = self._give_back, None
        try:
            self._stream.close()
        finally:
            if give_back is not None:
                give_back()
