"""One request and its answer on a connection that carries many."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final

from conductor_core.http import RemoteProtocolError
from conductor_core.http1 import Answer
from conductor_transport_http2._errors import LostUnansweredError
from conductor_transport_http2._response import checked

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable

    from conductor_core.http import TransportError
    from conductor_core.http1 import Timeouts

PROGRESS_BYTES: Final = 64 * 1024
_NOTHING: Final = memoryview(b"")


class Stream:
    """What is known of one request.

    Attributes:
        id: its number on the connection.
        answer: completed with the whole answer, or with what became of it.
        timeouts: limits in seconds.
        deadline: loop time at which it has waited for too long.
        rest: what is left to send of the piece at hand.
        ended: nothing follows ``rest``.
        sending: the request is not yet out.
        drained: completed when ``rest`` is out, for who has the next piece.
        heard: anything of the answer arrived.
        owed: received bytes that the server was not yet told it may send again.
        repeatable: may be sent again when the connection is lost before anything is heard.
    """

    __slots__ = (
        "_chunks",
        "_headers",
        "_limit",
        "_progress",
        "_size",
        "_status",
        "answer",
        "deadline",
        "drained",
        "ended",
        "heard",
        "id",
        "owed",
        "repeatable",
        "rest",
        "sending",
        "timeouts",
    )

    def __init__(self, number: int, answer: asyncio.Future[Answer], timeouts: Timeouts, limit: int) -> None:
        self.id = number
        self.answer = answer
        self.timeouts = timeouts
        self.deadline = inf
        self.rest = _NOTHING
        self.ended = True
        self.sending = False
        self.drained: asyncio.Future[None] | None = None
        self.heard = False
        self.owed = 0
        self.repeatable = False
        self._limit = limit
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._chunks: list[bytes] = []
        self._size = 0
        self._progress = PROGRESS_BYTES

    def head(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Take the headers.

        Raises:
            RemoteProtocolError: HTTP/2 does not allow them.
        """
        self._status, self._headers = checked(headers)
        self.heard = True

    def data(self, data: bytes) -> bool:
        """Take a piece of the body; return whether so much has come that its sender has earned more time.

        Raises:
            RemoteProtocolError: the body is above the limit.
        """
        self._size += len(data)
        if self._size > self._limit:
            raise RemoteProtocolError(f"the answer's body is above the limit of {self._limit} bytes")
        self._chunks.append(data)
        if self._size < self._progress:
            return False
        self._progress = self._size + PROGRESS_BYTES
        return True

    def complete(self) -> None:
        """Hand over the answer."""
        if not self.answer.done():
            chunks = self._chunks
            body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
            self.answer.set_result(Answer(self._status, b"", b"HTTP/2", self._headers, body))
        self._release()

    def fail(self, error: TransportError) -> None:
        """Hand over an error instead."""
        if not self.answer.done():
            self.answer.set_exception(error)
        self._release()

    def drain(self) -> None:
        """Ask for the next piece of the body."""
        if self.drained is not None and not self.drained.done():
            self.drained.set_result(None)

    def lose(self, error: TransportError) -> None:
        """Hand over that the connection was lost."""
        unanswered = self.repeatable and not self.heard
        self.fail(LostUnansweredError(str(error)) if unanswered else error)

    def _release(self) -> None:
        self.sending = False
        self.drain()
