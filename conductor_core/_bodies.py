"""Bodies of answers that are read piece by piece, as they come: for streams of events that have no end of their own.

A call with ``returns=OpenBody`` is a call like any other, up to the headers of its answer: auth, wrappers, retries, redirects and
errors are the same. Its body is then read by the :class:`Read` steps of a ``@stream`` method, which closes what it has opened.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Iterator

    from conductor_core import http

END: Final = b""


class OpenBody:
    """An answer's body that nobody has read yet.

    Attributes:
        media_type: of the body, in lower case and without its parameters.
        method: verb of the request, for errors.
        url: of the request, without its query.
    """

    __slots__ = ("__weakref__", "_pieces", "_pieces_awaited", "_response", "media_type", "method", "url")

    def __init__(self, response: http.Response) -> None:
        self._response = response
        self._pieces: Iterator[bytes] | None = None
        self._pieces_awaited: AsyncIterator[bytes] | None = None
        self.media_type: str = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        self.method: str = response.request.method
        self.url: str = str(response.request.url).partition("?")[0]

    @property
    def is_closed(self) -> bool:
        """Whether there is nothing left to close."""
        return self._response.is_closed

    def read(self) -> bytes:
        """Wait for the next piece; an empty one is the end. At the end, and after a failure, the body is closed.

        Raises:
            HTTPError: the connection was lost, or nothing came for as long as a read may take.
        """
        pieces = self._pieces = self._pieces or self._response.iter_raw()
        piece = END
        try:
            piece = next(pieces, END)
        finally:
            if not piece:
                self.close()
        return piece

    async def aread(self) -> bytes:
        """Wait for the next piece, as :meth:`read` does."""
        pieces = self._pieces_awaited = self._pieces_awaited or self._response.aiter_raw()
        piece = END
        try:
            piece = await anext(pieces, END)
        finally:
            if not piece:
                await self.aclose()
        return piece

    def close(self) -> None:
        """Give the connection back, or close it when more would come."""
        self._response.close()

    async def aclose(self) -> None:
        """Give the connection back, or close it when more would come."""
        await self._response.aclose()

    def interrupt(self) -> None:
        """End a read that waits in another thread, where the transport shows its socket; elsewhere it ends by its timeout."""
        import socket  # noqa: PLC0415 - few streams are ended by another thread

        stream: Any = self._response.extensions.get("network_stream")
        found: object = stream.get_extra_info("socket") if stream is not None else None
        if isinstance(found, socket.socket):
            with contextlib.suppress(OSError):  # it may be closed by now
                found.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class Read:
    """A step of a stream: wait for the next piece of a body; an empty one is its end."""

    body: OpenBody

    def __iter__(self) -> Generator[Read, Any, bytes]:
        """Let a stream write ``piece = yield from Read(body)``."""
        piece: bytes = yield self
        return piece
