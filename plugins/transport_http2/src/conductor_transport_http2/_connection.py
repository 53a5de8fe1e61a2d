"""One asyncio connection: many requests, each completing a future with its answer."""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING, Final, cast

from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    RemoteSettingsChanged,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError, StreamClosedError, TooManyStreamsError

from conductor_core.http import (
    CloseError,
    LocalProtocolError,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    TransportError,
    WriteTimeout,
)
from conductor_transport_http2._clock import Alarm
from conductor_transport_http2._errors import NotProcessedError, code_name, lost_error, reset_error
from conductor_transport_http2._machine import Machine
from conductor_transport_http2._sender import Sender
from conductor_transport_http2._silence import Due, Silence
from conductor_transport_http2._stream import Stream

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterable, Callable

    from h2.events import Event

    from conductor_core.http1 import Answer, Timeouts
    from conductor_transport_http2._options import Http2Options
    from conductor_transport_http2._request import Outgoing

_LAST_STREAM: Final = 2**31 - 1  # numbers are used once; after the last one a connection is replaced
_PING: Final = b"are you?"
_BUFFER_BYTES: Final = 64 * 1024


class Connection(asyncio.BufferedProtocol):
    """Carries many requests at a time, and reads into one buffer of its own.

    A plain protocol is handed new bytes of 256 KiB at each read, which the C library maps and unmaps each time.

    Args:
        options: limits.
        loop: the loop it lives on.
        changed: told when it has room again, takes no more requests, or is gone.

    Attributes:
        settled: completed when the server's settings came, so that it is known to speak HTTP/2.
        reserved: requests that were promised a place and have not yet begun.
        used: whether an answer came over it.
    """

    def __init__(
        self, options: Http2Options, loop: asyncio.AbstractEventLoop, changed: Callable[[Connection], None]
    ) -> None:
        self.settled: asyncio.Future[None] = loop.create_future()
        self.reserved = 0
        self.used = False
        self._options = options
        self._loop = loop
        self._changed = changed
        self._machine = Machine(options)
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))
        self._sender = Sender(self._machine, self._moved)
        self._alarm = Alarm(loop, self._look)
        self._streams: dict[int, Stream] = {}
        self._unsent: list[Stream] = []
        self._limit = options.max_streams
        self._transport: asyncio.Transport | None = None
        self._closed = loop.create_future()
        self._flushing = False
        self._ending = False
        self._owed = 0  # received bytes that the server was not yet told it may send again
        self._silence = Silence(options, loop.time())
        self._pong: asyncio.Future[None] | None = None

    # What a transport asks and does.

    @property
    def room(self) -> int:
        """How many more requests it takes now."""
        return 0 if self.ending else self._limit - len(self._streams) - self.reserved

    @property
    def ending(self) -> bool:
        """Whether it takes no more requests, ever."""
        return self._ending or self._transport is None or self._transport.is_closing()

    @property
    def closed(self) -> bool:
        """Whether its socket is closed."""
        return self._closed.done()

    @property
    def speaks_http2(self) -> bool:
        """Whether the TLS handshake agreed on HTTP/2; without TLS it is taken for granted."""
        found = None if self._transport is None else self._transport.get_extra_info("ssl_object")
        return found is None or cast("ssl.SSLObject", found).selected_alpn_protocol() == "h2"

    @property
    def descriptor(self) -> int:
        """The number of its socket, or -1."""
        found = None if self._transport is None else self._transport.get_extra_info("socket")
        return -1 if found is None else cast("int", found.fileno())

    @property
    def doubtful(self) -> bool:
        """Whether it was silent for so long that it should be asked before it is used."""
        return not self._streams and self._silence.is_doubtful(self._loop.time())

    async def check(self) -> None:
        """Return when the server answered a ping, or the connection turned out to be dead; several may ask at once."""
        if self._pong is None:
            self._pong = self._loop.create_future()
            self._ping()
        await asyncio.shield(self._pong)

    async def exchange(self, request: Outgoing, timeouts: Timeouts) -> Answer:
        """Send one request and return its answer. Cancelling it resets the stream, and nothing else.

        Raises:
            TransportError: what became of it instead.
        """
        stream = self._start(request, timeouts)
        try:
            if request.stream is not None:
                await self._send_pieces(stream, request)
            return await stream.answer
        finally:
            self._forget(stream)

    def close(self) -> None:
        """Say goodbye and close at once; what is under way fails."""
        for stream in tuple(self._streams.values()):
            stream.fail(CloseError("the connection was closed"))
        self._end()
        self.abort()

    def abort(self) -> None:
        """Close at once, without a word."""
        self._ending = True
        self._lose(lambda: CloseError("the connection was closed"))
        if self._transport is not None:
            self._transport.abort()

    async def wait_closed(self) -> None:
        """Return when the socket is closed."""
        if self._transport is not None:
            await asyncio.shield(self._closed)

    # Requests on their way out.

    def _start(self, request: Outgoing, timeouts: Timeouts) -> Stream:
        """Send the headers, and the body if it is at hand."""
        if self.ending:
            raise NotProcessedError("the connection was closed before the request was sent")
        machine, streams = self._machine, self._streams
        number = machine.get_next_available_stream_id()
        self._ending = number >= _LAST_STREAM
        bodiless = not request.body and request.stream is None
        try:
            machine.send_headers(number, request.headers, end_stream=bodiless)
        except TooManyStreamsError as error:
            raise NotProcessedError("the server lowered the number of its streams", at_once=False) from error
        stream = streams[number] = Stream(number, self._loop.create_future(), timeouts, self._options.max_body_bytes)
        stream.repeatable = request.repeatable and self.used
        self._unsent.append(stream)
        if len(streams) == 1:
            self._alarm.at(self._silence.busy(self._loop.time()))
        if request.body:
            stream.rest = memoryview(request.body)
            self._sender.add(stream)
        self._await_next(stream)
        self._schedule_flush()
        return stream

    async def _send_pieces(self, stream: Stream, request: Outgoing) -> None:
        sent = 0
        stream.sending, stream.ended = True, False
        request.begun = True
        async for piece in cast("AsyncIterable[bytes]", request.stream):
            if not stream.sending:
                return  # a server may answer before it has read everything
            if piece:
                sent += len(piece)
                _check_length(request.length, sent, whole=False)
                await self._send_piece(stream, piece)
        _check_length(request.length, sent, whole=True)
        if stream.sending:
            stream.ended = True
            self._sender.add(stream)
            self._schedule_flush()

    async def _send_piece(self, stream: Stream, piece: bytes) -> None:
        stream.rest = memoryview(piece)
        stream.drained = self._loop.create_future()
        self._sender.add(stream)
        self._await_next(stream)
        self._schedule_flush()
        await stream.drained

    def _moved(self, stream: Stream) -> None:
        """A piece of a body is out: whoever waits for more has new time."""
        self._await_next(stream)
        self._schedule_flush()

    def _await_next(self, stream: Stream) -> None:
        """Set the time within which something has to happen."""
        seconds = stream.timeouts.write if stream.sending else stream.timeouts.read
        stream.deadline = inf if seconds is None else self._loop.time() + seconds
        self._alarm.at(stream.deadline)

    def _forget(self, stream: Stream) -> None:
        """Make room; a stream that is not over yet is reset."""
        if self._streams.pop(stream.id, None) is None:
            return
        if not self._closed.done() and (not stream.answer.done() or stream.answer.cancelled() or stream.sending):
            stream.sending = False
            self._reset(stream.id)
        if stream.answer.done() and not stream.answer.cancelled():
            stream.answer.exception()  # who was cancelled asks no more
        if not self._streams:
            self._alarm.at(self._silence.idle(self._loop.time()))
            if self._ending:
                self._end()
        self._changed(self)

    def _reset(self, number: int) -> None:
        try:
            self._machine.reset_stream(number, ErrorCodes.CANCEL)
        except ProtocolError:
            return  # it was closed from the other side in this very moment
        self._schedule_flush()

    def _end(self) -> None:
        """Say goodbye and close the connection."""
        self._ending = True
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        self._machine.close_connection()
        transport.write(self._machine.data_to_send())
        transport.close()

    def _schedule_flush(self) -> None:
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        """Write everything that was queued in this turn of the loop at once."""
        self._flushing = False
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        data = self._machine.data_to_send()
        if data:
            transport.write(data)
            self._unsent.clear()
        if self._sender.go_on():
            self._schedule_flush()

    # Callbacks of the loop.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, unless the handshake agreed on HTTP/1.1."""
        self._transport = cast("asyncio.Transport", transport)
        if self.speaks_http2:
            self._machine.begin()
            self._flush()

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - the buffer has one size
        """Return where the next bytes go."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Feed the state machine, which keeps a copy of its own, and do what it says."""
        self._silence.heard(self._loop.time())
        if self._pong is not None:
            self._answer_check()
        try:
            events = self._machine.receive_data(self._buffer[:nbytes])
        except ProtocolError as error:
            reason = f"the server's answer is not HTTP/2: {error}"
            self._break(lambda: RemoteProtocolError(reason))
            return
        for event in events:
            self._handle(event)
        self._flush()

    def eof_received(self) -> None:
        """Let the transport close: HTTP/2 has nothing more to say then."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what still waits; what was not even written can be sent again."""
        self._ending = True
        for stream in self._unsent:
            stream.fail(NotProcessedError("the connection was closed before the request was sent"))
        self._lose(lambda: lost_error(exc))
        self._closed.set_result(None)
        self._changed(self)

    def pause_writing(self) -> None:
        """The peer takes bytes slower than they come."""
        self._sender.paused = True

    def resume_writing(self) -> None:
        """Bodies may go on."""
        self._sender.paused = False
        self._schedule_flush()

    # Events of the state machine.

    def _handle(self, event: Event) -> None:
        match event:
            case DataReceived():
                self._on_data(event)
            case StreamEnded():
                self._on_end(event)
            case ResponseReceived():
                self._on_response(event)
            case WindowUpdated():
                self._sender.go_on()
            case StreamReset():
                self._on_reset(event)
            case ConnectionTerminated():
                self._on_goaway(event)
            case RemoteSettingsChanged():
                self._on_settings()
            case _:
                pass  # interim answers, trailers, and what h2 itself has dealt with

    def _on_response(self, event: ResponseReceived) -> None:
        stream = self._streams.get(event.stream_id)
        if stream is None:
            return
        try:
            stream.head(event.headers)
        except RemoteProtocolError as error:
            self._refuse(stream, error)

    def _on_data(self, event: DataReceived) -> None:
        stream = self._streams.get(event.stream_id)
        self._hand_back(stream, event.flow_controlled_length)
        if stream is None:
            return
        try:
            if stream.data(event.data) and not stream.sending:
                self._await_next(stream)
        except RemoteProtocolError as error:
            self._refuse(stream, error)

    def _on_end(self, event: StreamEnded) -> None:
        stream = self._streams.get(event.stream_id)
        if stream is not None:
            self.used = True
            if stream.sending:
                self._reset(stream.id)  # it answered without reading everything
            stream.complete()

    def _on_reset(self, event: StreamReset) -> None:
        stream = self._streams.get(event.stream_id)
        if stream is not None:
            stream.fail(reset_error(int(event.error_code)))

    def _on_goaway(self, event: ConnectionTerminated) -> None:
        """Send again what the server says it will not look at; let the rest go on."""
        self._ending = True
        code, last = int(event.error_code or 0), event.last_stream_id or 0
        for stream in tuple(self._streams.values()):
            if stream.id > last:
                stream.fail(NotProcessedError(f"the server takes no more requests here ({code_name(code)})"))
        if not self._streams:
            self._end()
        self._changed(self)

    def _on_settings(self) -> None:
        self._limit = min(self._options.max_streams, self._machine.remote_settings.max_concurrent_streams)
        if not self.settled.done():
            self.settled.set_result(None)
        self._sender.go_on()
        self._changed(self)

    # The other direction's flow control: whatever was read may be sent again. Both windows are handed back on their own,
    # since many streams that are each below their share would use up that of the connection.

    def _hand_back(self, stream: Stream | None, size: int) -> None:
        machine, options = self._machine, self._options
        self._owed += size
        if self._owed >= options.connection_window // 4:
            machine.increment_flow_control_window(self._owed)
            self._owed = 0
        if stream is None:
            return
        stream.owed += size
        if stream.owed >= options.stream_window // 2:
            size, stream.owed = stream.owed, 0
            try:
                machine.increment_flow_control_window(size, stream.id)
            except StreamClosedError:
                return  # that was its last piece

    # Time.

    def _look(self, now: float) -> float:
        """Do what is due, and return when to look again."""
        following = inf
        if self.ending and not self._streams:
            return following
        for stream in tuple(self._streams.values()):
            if stream.deadline <= now:
                self._expire(stream)
            else:
                following = min(following, stream.deadline)
        return min(following, self._look_at_silence(now))

    def _expire(self, stream: Stream) -> None:
        stream.deadline = inf
        sending = stream.sending
        self._reset(stream.id)
        kind = WriteTimeout if sending else ReadTimeout
        stream.fail(kind(f"the server did not {'take the request' if sending else 'answer'} in time"))

    def _look_at_silence(self, now: float) -> float:
        due, following = self._silence.due(now, awaited=bool(self._streams))
        if due is Due.PING:
            self._ping()
        elif due is Due.DEAD:
            seconds = self._options.ping_timeout
            self._break(lambda: ReadError(f"the server did not answer a ping within {seconds:g} s"))
        elif due is Due.CLOSE:
            self._end()
        return following

    def _ping(self) -> None:
        self._machine.ping(_PING)
        self._schedule_flush()
        self._alarm.at(self._silence.pinged(self._loop.time()))

    def _answer_check(self) -> None:
        if self._pong is not None and not self._pong.done():
            self._pong.set_result(None)
        self._pong = None

    # Ends.

    def _refuse(self, stream: Stream, error: TransportError) -> None:
        """End one stream whose answer cannot be taken."""
        self._reset(stream.id)
        stream.fail(error)

    def _break(self, error: Callable[[], TransportError]) -> None:
        """End a connection that cannot go on."""
        transport = self._transport
        if transport is not None and not transport.is_closing():
            transport.write(self._machine.data_to_send())  # the reason, when h2 has found one
        self._lose(error)
        self.abort()

    def _lose(self, error: Callable[[], TransportError]) -> None:
        """Tell everybody who waits, each with an error of their own."""
        for stream in tuple(self._streams.values()):
            stream.lose(error())
        if not self.settled.done():
            self.settled.set_exception(error())
            self.settled.exception()  # it is no loss if nobody asks
        self._alarm.stop()
        self._answer_check()


def _check_length(declared: int | None, sent: int, *, whole: bool) -> None:
    if declared is None:
        return
    if sent > declared:
        raise LocalProtocolError(f"the body is longer than its content-length of {declared} bytes")
    if whole and sent < declared:
        raise LocalProtocolError(f"the body has {sent} bytes, its content-length is {declared}")
