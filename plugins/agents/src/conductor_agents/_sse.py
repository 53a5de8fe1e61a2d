"""Server-sent events from bytes, without any I/O: the format ``text/event-stream`` of the HTML standard.

Libraries for it read from a response of their own HTTP client, line by line. Here the driver of a conductor reads, on either
face, and hands on pieces that may end anywhere.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

MAX_EVENT_CHARACTERS: Final = 16 * 1024 * 1024
_LINE_END: Final = re.compile(r"\r\n|\n|\r")


class EventTooLargeError(ValueError):
    """The server sends an event that has no end within the limit."""


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One event.

    Attributes:
        type: what the server calls it; ``message`` where it does not.
        data: its text.
        id: the last id that the server gave, by which a stream is resumed; empty when it gave none.
    """

    type: str
    data: str
    id: str


class EventParser:
    """Takes pieces of a stream as they come and gives the events that are complete.

    Args:
        last_event_id: id that events have until the server gives another one.
        limit: most characters of one event.

    Attributes:
        last_event_id: id of the latest event.
        retry: seconds to wait before a new connection, as the server asks; None when it does not.
        comments: lines that are only there to be heard, so far.
    """

    def __init__(self, last_event_id: str = "", *, limit: int = MAX_EVENT_CHARACTERS) -> None:
        self.last_event_id = last_event_id
        self.retry: float | None = None
        self.comments = 0
        self._limit = limit
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._rest = ""
        self._size = 0
        self._type = ""
        self._id = last_event_id
        self._data: list[str] = []

    def feed(self, piece: bytes) -> list[ServerSentEvent]:
        """Take the next piece and return the events that it completes.

        Raises:
            EventTooLargeError: an event, or a line, is above the limit.
        """
        *lines, self._rest = _LINE_END.split(self._held_back(self._rest + self._decoder.decode(piece)))
        self._rest += self._carriage_return
        events = [event for line in lines if (event := self._take(line)) is not None]
        if self._size + len(self._rest) > self._limit:
            raise EventTooLargeError(f"an event of the stream is above the limit of {self._limit} characters")
        return events

    def _held_back(self, text: str) -> str:
        """Keep a carriage return at the end for later: the line feed that belongs to it may come with the next piece."""
        self._carriage_return = "\r" if text.endswith("\r") else ""
        return text.removesuffix("\r")

    def _take(self, line: str) -> ServerSentEvent | None:
        if not line:
            return self._dispatched()
        name, colon, value = line.partition(":")
        if not name and colon:
            self.comments += 1
        else:
            self._field(name, value.removeprefix(" "))
        return None

    def _field(self, name: str, value: str) -> None:
        self._size += len(value)
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._type = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry = int(value) / 1000

    def _dispatched(self) -> ServerSentEvent | None:
        """Return the event that an empty line completes; without data there is none."""
        self.last_event_id = self._id
        event = ServerSentEvent(self._type or "message", "\n".join(self._data), self._id) if self._data else None
        self._type, self._data, self._size = "", [], 0
        return event
