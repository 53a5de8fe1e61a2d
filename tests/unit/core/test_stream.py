"""Streams: items as they come, on both faces, with the calls between them made only when the next item is wanted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Api, AsyncConductor, Conductor, Face, Item, Sleep, Stream, all_pages, get, stream
from conductor_core._stream import streams_of
from conductor_core.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Generator

    import respx

from tests._support.client_fixtures import async_conductor, conductor, server

__all__ = ["async_conductor", "conductor", "server"]


class Counting(Api[Face], name="counting"):
    """Counts what a server says."""

    @stream
    def numbers(self, last: int) -> Stream[int]:
        """Ask for one number after the other."""
        for number in range(1, last + 1):
            yield Item((yield from get("/number/{}", number, returns=int)))
            yield Sleep(0.001)

    @stream
    def mended(self) -> Stream[str]:
        """Go on after a call that finds nothing."""
        try:
            yield from get("/none", returns=int)
        except NotFoundError as error:
            yield Item(error.server_message)


def _numbers(server: respx.MockRouter, last: int) -> list[Any]:
    return [server.get(f"/number/{number}").respond(json=number) for number in range(1, last + 1)]


async def test_items_come_in_order_on_both_faces(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    _numbers(server, 3)
    assert list(conductor.client(Counting).numbers(3)) == [1, 2, 3]
    assert [number async for number in async_conductor.client(Counting).numbers(3)] == [1, 2, 3]


async def test_nothing_is_asked_before_it_is_wanted(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    first, second = _numbers(server, 2)
    blocking = conductor.client(Counting).numbers(2)
    awaiting = async_conductor.client(Counting).numbers(2)
    assert first.call_count == 0
    assert (next(blocking), await anext(awaiting)) == (1, 1)
    assert (first.call_count, second.call_count) == (2, 0)
    assert (next(blocking), await anext(awaiting)) == (2, 2)
    blocking.close()
    await awaiting.aclose()


async def test_an_error_of_a_call_reaches_the_stream_and_then_its_reader(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/none").respond(404, json={"message": "nothing here"})
    assert list(conductor.client(Counting).mended()) == ["nothing here"]
    assert [text async for text in async_conductor.client(Counting).mended()] == ["nothing here"]
    server.get("/number/1").respond(409, json={"message": "not now"})
    with pytest.raises(ConflictError, match="not now"):
        next(conductor.client(Counting).numbers(1))
    with pytest.raises(ConflictError, match="not now"):
        await anext(async_conductor.client(Counting).numbers(1))


def test_a_reader_that_stops_early_closes_the_stream(server: respx.MockRouter, conductor: Conductor) -> None:
    _numbers(server, 1)
    closed: list[bool] = []

    class Watched(Counting[Face]):
        @stream
        def watched(self) -> Stream[int]:
            try:
                yield from Counting.numbers.steps(self, 1)
                yield Item(0)
            finally:
                closed.append(True)

    with_numbers = conductor.client(Watched).watched()
    assert next(with_numbers) == 1
    with_numbers.close()
    assert closed == [True]


def _page(start: int, total: int, size: int = 2) -> Generator[Any, Any, Any]:
    yield from ()
    return SimpleNamespace(total_hits=total, results=list(range(start, min(start + size, total))))


@pytest.mark.parametrize("total", [0, 1, 2, 3, 4, 5])
def test_all_pages_are_read_and_none_twice(total: int) -> None:
    asked: list[int] = []

    def page(start: int) -> Generator[Any, Any, Any]:
        asked.append(start)
        return _page(start, total)

    assert [step.value for step in all_pages(page) if isinstance(step, Item)] == list(range(total))
    assert asked == list(range(0, max(total, 1), 2))


def test_a_search_that_promises_more_than_it_has_ends() -> None:
    def page(start: int) -> Generator[Any, Any, Any]:
        yield from ()
        return SimpleNamespace(total_hits=100, results=[1] if start == 0 else [])

    assert len(list(all_pages(page))) == 1


def test_a_stream_says_what_it_is(conductor: Conductor) -> None:
    bound = conductor.client(Counting).numbers
    assert bound.__doc__ == "Ask for one number after the other."
    assert repr(bound) == "<stream Counting.numbers>"
    assert bound.__name__ == "numbers"
    assert sorted(streams_of(Counting)) == ["mended", "numbers"]
