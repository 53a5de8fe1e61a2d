"""Server-sent events, as the HTML standard reads them, in pieces of any size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_agents._sse import EventParser, EventTooLargeError, ServerSentEvent

STREAM = (
    '\ufeff: hello\r\n\r\nid: 1\nevent: thinking\ndata: {"a": 1}\n\n'
    "data:first\rdata: second\r\r"
    "id: 7\r\nretry: 2500\r\nunknown: x\r\ndata\r\ndata:  größer 😀\r\n\r\n"
    "event: nothing\n\n"
    "data: after\n\n"
    "data: never ended\n"
).encode()
EVENTS = [
    ServerSentEvent("thinking", '{"a": 1}', "1"),
    ServerSentEvent("message", "first\nsecond", "1"),
    ServerSentEvent("message", "\n größer 😀", "7"),
    ServerSentEvent("message", "after", "7"),
]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_pieces_may_end_anywhere(cuts: list[int]) -> None:
    parser = EventParser()
    found: list[ServerSentEvent] = []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(STREAM)], strict=True):
        found += parser.feed(STREAM[start:end])
    assert found == EVENTS
    assert (parser.retry, parser.comments, parser.last_event_id) == (2.5, 1, "7")


def test_every_byte_alone() -> None:
    parser = EventParser()
    assert [event for number in range(len(STREAM)) for event in parser.feed(STREAM[number : number + 1])] == EVENTS


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (b"id: a\0b\ndata: x\n\n", ServerSentEvent("message", "x", "0")),
        (b"id\ndata: x\n\n", ServerSentEvent("message", "x", "")),
        (b"retry: soon\nretry: -1\nretry: \xc2\xb2\ndata: x\n\n", ServerSentEvent("message", "x", "0")),
        (b"data: \xff\n\n", ServerSentEvent("message", "�", "0")),
        (b"event: a\nevent: b\ndata:\n\n", ServerSentEvent("b", "", "0")),
    ],
)
def test_odd_fields(lines: bytes, expected: ServerSentEvent) -> None:
    parser = EventParser("0")
    assert parser.feed(lines) == [expected]
    assert parser.retry is None


def test_an_id_counts_only_with_the_event_that_it_came_with() -> None:
    parser = EventParser("4")
    assert parser.feed(b"id: 5\ndata: half") == []
    assert parser.last_event_id == "4"
    parser.feed(b"\n\n")
    assert parser.last_event_id == "5"


@pytest.mark.parametrize("piece", [b"data: " + b"x" * 60, b"data: 123456789\n", b": " + b"x" * 60])
def test_an_event_without_an_end_is_refused(piece: bytes) -> None:
    parser = EventParser(limit=50)
    with pytest.raises(EventTooLargeError, match="above the limit of 50 characters"):
        _feed(parser, piece, 20)


def _feed(parser: EventParser, piece: bytes, times: int) -> None:
    for _ in range(times):
        parser.feed(piece)


def test_many_small_events_and_comments_are_below_the_limit() -> None:
    parser = EventParser(limit=50)
    assert sum(len(parser.feed(b": heartbeat\n\ndata: 1234567890\n\n")) for _ in range(20)) == 20
