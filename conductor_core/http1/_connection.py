"""One asyncio connection: writes a request, and completes a future with the answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, cast

from conductor_core.http import (
    CloseError,
    LocalProtocolError,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    TransportError,
    WriteError,
    WriteTimeout,
)
from conductor_core.http1._errors import NotSentError
from conductor_core.http1._liveness import Probe
from conductor_core.http1._parser import AnswerParser
from conductor_core.http1._request import LAST_CHUNK, chunk

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterable, Callable

    from conductor_core.http1._options import Http1Options
    from conductor_core.http1._parser import Answer
    from conductor_core.http1._request import Origin, Outgoing, Timeouts

PROGRESS_BYTES: Final = 64 * 1024
BUFFER_BYTES: Final = 64 * 1024
# The loop itself notices a close; a look at the socket is for a loop that was busy elsewhere.
_UNSEEN_SECONDS: Final = 0.02


class Connection(asyncio.BufferedProtocol):
    """Carries one request at a time, and reads into one buffer of its own.

    A plain protocol is handed new bytes of 256 KiB at each read. The C library maps and unmaps those each time, which costs a
    third of a worker's time.

    Attributes:
        origin: where it leads.
        idle_since: loop time of its last answer.
        used: whether an answer came over it before.
        answered: whether the current exchange received anything.
    """

    __slots__ = (
        "_answer",
        "_buffer",
        "_closed",
        "_deadline",
        "_drained",
        "_loop",
        "_on_lost",
        "_parser",
        "_probe",
        "_progress",
        "_read_timeout",
        "_timer",
        "_transport",
        "_writing",
        "idle_since",
        "origin",
        "used",
    )

    def __init__(
        self,
        origin: Origin,
        options: Http1Options,
        loop: asyncio.AbstractEventLoop,
        on_lost: Callable[[Connection], None],
    ) -> None:
        self.origin = origin
        self.idle_since = 0.0
        self.used = False
        self._loop = loop
        self._on_lost = on_lost
        self._parser = AnswerParser(options)
        self._buffer = memoryview(bytearray(BUFFER_BYTES))
        self._transport: asyncio.Transport | None = None
        self._probe: Probe | None = None
        self._closed = loop.create_future()
        self._answer: asyncio.Future[Answer] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline: float | None = None
        self._read_timeout: float | None = None
        self._progress = 0
        self._writing = False

    @property
    def answered(self) -> bool:
        """Whether anything of the current answer arrived."""
        return self._parser.started

    @property
    def is_connected(self) -> bool:
        """Whether there is a socket that has not been closed yet."""
        return self._transport is not None and not self._closed.done()

    @property
    def is_open(self) -> bool:
        """Whether a request can be written."""
        return self._transport is not None and not self._transport.is_closing()

    def is_usable(self, now: float) -> bool:
        """Whether it may carry another request."""
        if not self.is_open:
            return False
        if self._probe is None or now - self.idle_since < _UNSEEN_SECONDS:
            return True
        return not self._probe.has_news()

    def close(self) -> None:
        """Close at once; a current exchange fails."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(CloseError("the connection was closed"))
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None:
            self._transport.abort()

    def now(self) -> float:
        """Return the loop's time."""
        return self._loop.time()

    async def wait_closed(self) -> None:
        """Return when the socket is closed."""
        await asyncio.shield(self._closed)

    async def exchange(self, request: Outgoing, timeouts: Timeouts) -> Answer:
        """Send one request and return its answer. Whoever gets an error, or is cancelled, closes the connection.

        Raises:
            TransportError: what became of it instead.
        """
        transport = self._transport
        if transport is None or transport.is_closing():
            raise NotSentError("the connection was closed before the request was sent")
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._answer = answer
        self._parser.begin(no_body=request.no_body)
        self._read_timeout = timeouts.read
        self._progress = PROGRESS_BYTES
        if request.stream is None:
            transport.write(request.head + request.body)
            self._set_deadline(timeouts.write if self._writing else timeouts.read)
        else:
            transport.write(request.head)
            try:
                await self._write_stream(transport, request, timeouts)
            except BaseException:
                answer.cancel()  # nobody will ask for it
                raise
            self._set_deadline(timeouts.read)
        return await answer

    def may_carry_more(self) -> bool:
        """Whether the finished exchange left the connection clean."""
        transport = self._transport
        return (
            self._parser.reusable
            and transport is not None
            and not transport.is_closing()
            and transport.get_write_buffer_size() == 0
        )

    async def _write_stream(self, transport: asyncio.Transport, request: Outgoing, timeouts: Timeouts) -> None:
        """Write the pieces of a body until an answer comes; a server may refuse a body before its end."""
        answer, length, sent = cast("asyncio.Future[Answer]", self._answer), request.length, 0
        async for piece in cast("AsyncIterable[bytes]", request.stream):
            if not piece:
                continue
            sent += len(piece)
            if length is not None and sent > length:
                raise LocalProtocolError(f"the body is longer than its content-length of {length} bytes")
            if answer.done():
                break
            transport.write(chunk(piece) if length is None else piece)
            if self._writing:
                self._set_deadline(timeouts.write)
                await self._drain(answer)
                self._deadline = None
        else:
            if length is None:
                transport.write(LAST_CHUNK)
            elif sent < length:
                raise LocalProtocolError(f"the body has {sent} bytes, its content-length is {length}")
            return
        self._parser.reusable = False

    async def _drain(self, answer: asyncio.Future[Answer]) -> None:
        drained = self._drained = self._loop.create_future()
        try:
            await asyncio.wait((drained, answer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            drained.cancel()
            self._drained = None

    # Callbacks of the loop.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)
        descriptor = cast("socket.socket | None", transport.get_extra_info("socket"))
        if descriptor is not None:
            self._probe = Probe(descriptor.fileno())

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - the buffer has one size
        """Return where the next bytes go."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Feed the parser; bytes that nobody asked for close the connection."""
        waiting, parser = self._answer, self._parser
        if waiting is None or waiting.done():
            parser.reusable = False
            self.close()
            return
        try:
            answer = parser.feed(self._buffer[:nbytes])
        except TransportError as error:
            self._fail(error)
            return
        if answer is not None:
            self._succeed(answer)
        elif parser.body_bytes >= self._progress and not self._writing:
            # A large body may take its time, a trickle may not.
            self._progress = parser.body_bytes + PROGRESS_BYTES
            self._set_deadline(self._read_timeout)

    def eof_received(self) -> None:
        """Complete an answer that lasts until the end of the stream, and let the transport close."""
        if self._answer is not None and not self._answer.done():
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what still waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._closed.done():
            self._closed.set_result(None)
        waiting = self._answer
        if waiting is None or waiting.done():
            self._on_lost(self)
        elif exc is None:
            self._end()
        else:
            kind = WriteError if self._writing or isinstance(exc, BrokenPipeError) else ReadError
            self._fail(kind(f"the connection was lost: {exc}"))

    def pause_writing(self) -> None:
        """The peer takes bytes slower than they come."""
        self._writing = True

    def resume_writing(self) -> None:
        """The request is on its way; from now on the answer is waited for."""
        self._writing = False
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        elif self._answer is not None and not self._answer.done():
            self._set_deadline(self._read_timeout)

    def _succeed(self, answer: Answer) -> None:
        self._deadline = None
        self.used = True
        waiting = self._answer
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def _fail(self, error: TransportError) -> None:
        self._deadline = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.close()

    def _end(self) -> None:
        try:
            self._succeed(self._parser.end())
        except RemoteProtocolError as error:
            self._fail(error)

    # One timer serves many requests: it looks at the deadline when it fires, and is seldom set anew.

    def _set_deadline(self, seconds: float | None) -> None:
        if seconds is None:
            self._deadline = None
            return
        deadline = self._deadline = self._loop.time() + seconds
        if self._timer is not None:
            if self._timer.when() <= deadline:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(deadline, self._look_at_deadline)

    def _look_at_deadline(self) -> None:
        self._timer = None
        deadline = self._deadline
        if deadline is None:
            return
        if self._loop.time() < deadline:
            self._timer = self._loop.call_at(deadline, self._look_at_deadline)
        elif self._writing:
            self._fail(WriteTimeout("the server did not take the request in time"))
        else:
            self._fail(ReadTimeout("the server did not answer in time"))
