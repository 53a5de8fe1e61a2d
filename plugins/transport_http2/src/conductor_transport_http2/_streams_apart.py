"""The asyncio HTTP/2 transport of httpx, with connections apart for answers that are read while they come.

httpcore says nothing to the server when an answer is left in the middle of an HTTP/2 connection: the server goes on sending, and
keeps what it holds for the answer. Only the end of the connection tells it, so such an answer has one of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from conductor_core.http import STREAMED, AsyncBaseTransport, AsyncByteStream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from conductor_core.http import Request, Response


class StreamsApart(AsyncBaseTransport):
    """Sends everything but such requests over one stock transport.

    Args:
        make: makes a stock transport.
    """

    def __init__(self, make: Callable[[], AsyncBaseTransport]) -> None:
        self._make = make
        self._shared = make()
        self._apart: set[AsyncBaseTransport] = set()

    async def handle_async_request(self, request: Request) -> Response:
        """Send one request."""
        if STREAMED not in request.extensions:
            return await self._shared.handle_async_request(request)
        transport = self._make()
        self._apart.add(transport)
        try:
            answer = await transport.handle_async_request(request)
        except BaseException:
            await self._discard(transport)
            raise
        answer.stream = _Apart(cast("AsyncByteStream", answer.stream), lambda: self._discard(transport))
        return answer

    async def aclose(self) -> None:
        """Close all connections."""
        await self._shared.aclose()
        for transport in tuple(self._apart):
            await self._discard(transport)

    async def _discard(self, transport: AsyncBaseTransport) -> None:
        self._apart.discard(transport)
        await transport.aclose()


class _Apart(AsyncByteStream):
    """The body of an answer; closing it closes its connection."""

    def __init__(self, stream: AsyncByteStream, discard: Callable[[], Awaitable[None]]) -> None:
        self._stream = stream
        self._discard = discard

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            yield piece

    async def aclose(self) -> None:
        """Close the body and its connection."""
        try:
            await self._stream.aclose()
        finally:
            await self._discard()
