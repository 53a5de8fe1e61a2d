"""Following an execution: its events as they happen, over as many connections as it takes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from conductor_agents._answers import AgentStatus
from conductor_agents._events import AgentEvent, end_of, event_of
from conductor_agents._sse import EventParser, EventTooLargeError
from conductor_core import Api, Face, Item, OpenBody, Read, Sleep, Stream, get, stream
from conductor_core.errors import ApiError, ConductorError, DecodeError, TransportFailureError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_agents._sse import ServerSentEvent
    from conductor_core import Flow

_MEDIA_TYPE: Final = "text/event-stream"
_SILENCE: Final = 45.0  # seconds; servers say something every 15
_REPLAY: Final = 2.0  # seconds for what a server still has of an execution that is over
_FIRST_WAIT: Final = 1.0  # seconds before a new connection, where the server does not say
_LONGEST_WAIT: Final = 15.0
_PATIENCE: Final = 120.0


class Following(Api[Face]):
    """Events of executions."""

    @staticmethod
    def _now() -> float:
        return time.monotonic()

    @stream
    def stream_events(
        self,
        execution_id: str,
        *,
        last_event_id: int | str | None = None,
        silence: float = _SILENCE,
        patience: float = _PATIENCE,
    ) -> Stream[AgentEvent]:
        """Give what happens in an execution, from its beginning unless told otherwise, until it has ended.

        A connection that is lost is opened anew, after as long as the server asks for, and goes on after the last event that
        came. The last event is always ``done``, or an ``error`` of the execution itself: where a server has forgotten it, it is
        made from the execution's state. Leaving the loop closes the connection.

        Args:
            execution_id: the execution.
            last_event_id: of the last event that is known already; what comes after it is given, as far as the server has kept it.
            silence: seconds without a word of the server after which a connection counts as lost.
            patience: seconds after which to give up on a server that cannot be reached any more.

        Raises:
            NotFoundError: there is no such execution.
            TransportFailureError: the server could not be reached again in time.
            DecodeError: what it sends are no such events.
        """
        following = _Following(execution_id, "" if last_event_id is None else str(last_event_id), silence)
        outage = _Outage(self._now, patience)
        while True:
            try:
                yield from following.connection()
            except ConductorError as error:
                wait = outage.wait_after(error, following)
                if wait is None:
                    raise
                yield Sleep(wait)
                continue
            if following.is_over:
                return
            yield Sleep(following.retry)


class _Outage:
    """How long a server has been away, and how long to wait before another try."""

    def __init__(self, now: Callable[[], float], patience: float) -> None:
        self._now = now
        self._patience = patience
        self._since: float | None = None
        self._wait = 0.0
        self._connections = 0

    def wait_after(self, error: ConductorError, following: _Following) -> float | None:
        """Return the seconds to wait, or None when the error is not one that passes, or has lasted for too long."""
        passes = isinstance(error, TransportFailureError) and not isinstance(error, DecodeError)
        if not following.connections or not (passes or (isinstance(error, ApiError) and error.retryable)):
            return None
        if self._since is None or following.connections != self._connections:
            self._since, self._wait, self._connections = self._now(), following.retry, following.connections
        else:
            self._wait = min(self._wait * 2, _LONGEST_WAIT)
        return self._wait if self._now() - self._since < self._patience else None


class _Following:
    """One execution that is followed.

    Attributes:
        connections: how many were opened so far.
        is_over: the last event was given.
        retry: seconds to wait before a new connection.
    """

    def __init__(self, execution_id: str, last_event_id: str, silence: float) -> None:
        self.connections = 0
        self.is_over = False
        self.retry = _FIRST_WAIT
        self._execution_id = execution_id
        self._last_event_id = last_event_id
        self._silence = silence

    def connection(self) -> Stream[AgentEvent]:
        """Give the events of one connection, up to its end or the execution's."""
        status = yield from self._status()
        body = yield from self._opened(_REPLAY if status.is_complete else self._silence)
        self.connections += 1
        parser = EventParser(self._last_event_id)
        try:
            yield from self._read(body, parser)
        except TransportFailureError as error:
            if isinstance(error, DecodeError):
                raise
        if not self.is_over and status.is_complete:
            yield self._last(end_of(status))

    def _read(self, body: OpenBody, parser: EventParser) -> Stream[AgentEvent]:
        quiet = -1  # the first word of a server is no heartbeat
        while piece := (yield from Read(body)):
            comments = parser.comments
            events = _fed(parser, piece, body)
            for received in events:
                yield self._last(_event(received, body), parser)
                if self.is_over:
                    return
            quiet = 0 if events else quiet + parser.comments - comments
            # Nothing but heartbeats: has it ended without a word? Then another connection asks for what is left.
            if quiet > 0 and (yield from self._status()).is_complete:
                return

    def _last(self, event: AgentEvent, parser: EventParser | None = None) -> Item[AgentEvent]:
        """Keep what a new connection has to know, and whether this was the end."""
        if parser is not None:
            self._last_event_id = parser.last_event_id
            self.retry = self.retry if parser.retry is None else parser.retry
        self.is_over = event.ends(self._execution_id)
        return Item(event)

    def _status(self) -> Flow[AgentStatus]:
        return (yield from get("/agent/{}/status", self._execution_id, returns=AgentStatus))

    def _opened(self, silence: float) -> Flow[OpenBody]:
        headers = {"Last-Event-ID": self._last_event_id or None}
        path = "/agent/stream/{}"
        body = yield from get(path, self._execution_id, headers=headers, returns=OpenBody, timeout=silence)
        if body.media_type != _MEDIA_TYPE:
            raise _unreadable(body, f"the answer is {body.media_type or 'of no type'}, not {_MEDIA_TYPE}")
        return body


def _fed(parser: EventParser, piece: bytes, body: OpenBody) -> list[ServerSentEvent]:
    try:
        return parser.feed(piece)
    except EventTooLargeError as error:
        raise _unreadable(body, str(error)) from error


def _event(received: ServerSentEvent, body: OpenBody) -> AgentEvent:
    try:
        return event_of(received)
    except ValueError as error:
        raise _unreadable(body, f"an event cannot be read: {error}") from error


def _unreadable(body: OpenBody, reason: str) -> DecodeError:
    return DecodeError(method=body.method, url=body.url, reason=reason, retryable=False)
