"""Answers that are read while they come: every transport hands on each piece at once, and closes what is left."""

from __future__ import annotations

import asyncio
import gc
import threading
from typing import TYPE_CHECKING

import pytest

from conductor_core import Api, Conductor, Face, Item, OpenBody, Plugins, Read, Settings, Stream, get, stream
from conductor_core.errors import (
    ClosedError,
    ConductorError,
    ConflictError,
    ConnectionFailedError,
    RequestTimeoutError,
)
from tests._support.strangers import TokenAuth, offering
from tests._support.streaming_server import Pieces, streaming_server
from tests.contract._transports import Subject, each_transport

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

SECONDS = 20.0  # patience with a busy machine


class Tailing(Api[Face], name="tailing"):
    """Reads what a server sends."""

    @stream
    def pieces(self, timeout: float = SECONDS) -> Stream[bytes]:
        """Give each piece as it comes."""
        body = yield from get("/tail", returns=OpenBody, timeout=timeout)
        yield Item(body.media_type.encode())
        while piece := (yield from Read(body)):
            yield Item(piece)

    @stream
    def until_lost(self) -> Stream[bytes]:
        """Give each piece, and the error that ends them."""
        body = yield from get("/tail", returns=OpenBody, timeout=SECONDS)
        try:
            while piece := (yield from Read(body)):
                yield Item(piece)
        except ConnectionFailedError as error:
            yield Item(b"lost" if error.retryable else b"lost for good")


def followed(subject: Subject, url: str, name: str = "pieces", after: Callable[[bytes], object] = bool) -> list[bytes]:
    """Return what a stream gives; ``after`` is called with each piece before the next one is asked for."""
    found: list[bytes] = []

    def take(piece: bytes) -> None:
        found.append(piece)
        after(piece)

    if subject.face == "sync":
        with subject.blocking(url) as conductor:
            for piece in getattr(conductor.client(Tailing), name)():
                take(piece)
        return found

    async def main() -> None:
        async with subject.awaiting(url) as conductor:
            async for piece in getattr(conductor.client(Tailing), name)():
                take(piece)

    asyncio.run(main())
    return found


@each_transport
def test_each_piece_is_handed_on_before_the_next_is_sent(subject: Subject) -> None:
    with streaming_server(Pieces((b"one", b"two", b"three"), held=True), http2=subject.http2) as server:

        def after(piece: bytes) -> None:
            if piece == b"one":
                server.release.set()

        found = followed(subject, server.url, after=after)
        assert (found[:2], b"".join(found[2:])) == ([b"text/event-stream", b"one"], b"twothree")
        assert server.paths == ["/api/tail"]
        assert server.received[0]["accept"].startswith("text/event-stream")
        assert server.received[0]["accept-encoding"] == "identity"
        if subject.plugins:
            assert server.received[0]["x-stamps"]


@each_transport
def test_leaving_the_loop_closes_the_connection(subject: Subject) -> None:
    with streaming_server(Pieces((b"one",), ending="stay"), http2=subject.http2) as server:
        if subject.face == "sync":
            with subject.blocking(server.url) as conductor:
                for piece in conductor.client(Tailing).pieces():
                    if piece == b"one":
                        break
                gc.collect()
                assert server.gone.wait(SECONDS)
        else:
            asyncio.run(_left(subject, server.url, server.gone))


async def _left(subject: Subject, url: str, gone: threading.Event) -> None:
    async with subject.awaiting(url) as conductor:
        pieces: AsyncGenerator[bytes, None] = conductor.client(Tailing).pieces()
        async for piece in pieces:
            if piece == b"one":
                break
        await pieces.aclose()
        assert await asyncio.to_thread(gone.wait, SECONDS)


@each_transport
def test_an_answer_that_is_cut_short_is_a_lost_connection(subject: Subject) -> None:
    with streaming_server(Pieces((b"one",), ending="cut", held=True), http2=subject.http2) as server:
        found = followed(subject, server.url, "until_lost", after=lambda _: server.release.set())
        assert found == [b"one", b"lost"]


@each_transport
def test_silence_ends_by_the_calls_timeout(subject: Subject) -> None:
    with streaming_server(Pieces((b"one",), ending="stay"), http2=subject.http2) as server:
        found: list[bytes] = []
        with pytest.raises(RequestTimeoutError, match="nothing more of the answer came in time"):
            _collect(subject, server.url, found, timeout=0.2)
        assert found == [b"text/event-stream", b"one"]


def _collect(subject: Subject, url: str, found: list[bytes], timeout: float) -> None:
    if subject.face == "sync":
        with subject.blocking(url) as conductor:
            found.extend(conductor.client(Tailing).pieces(timeout))
        return

    async def main() -> None:
        async with subject.awaiting(url) as conductor:
            async for piece in conductor.client(Tailing).pieces(timeout):
                found.append(piece)  # noqa: PERF401 - what came before the error counts

    asyncio.run(main())


@each_transport
def test_an_error_is_read_whole_and_raised_as_of_any_call(subject: Subject) -> None:
    answer = Pieces((b'{"message": ', b'"busy"}'), status=409, headers=(("content-type", "application/json"),))
    with (
        streaming_server(answer, http2=subject.http2) as server,
        pytest.raises(ConflictError, match="answered 409: busy"),
    ):
        followed(subject, server.url)


@each_transport
def test_closing_the_conductor_ends_a_read_that_waits(subject: Subject) -> None:
    with streaming_server(Pieces((b"one",), ending="stay"), http2=subject.http2) as server:
        errors: list[ConductorError] = []
        if subject.face == "sync":
            _close_meanwhile(subject, server.url, errors)
        else:
            asyncio.run(_aclose_meanwhile(subject, server.url, errors))
        assert [type(error) for error in errors] == [ClosedError]


def _close_meanwhile(subject: Subject, url: str, errors: list[ConductorError]) -> None:
    conductor = subject.blocking(url)
    begun = threading.Event()

    def tail() -> None:
        try:
            for piece in conductor.client(Tailing).pieces():
                if piece == b"one":
                    begun.set()
        except ConductorError as error:
            errors.append(error)

    thread = threading.Thread(target=tail, daemon=True)
    thread.start()
    assert begun.wait(SECONDS)
    conductor.close()
    thread.join(SECONDS)
    assert not thread.is_alive()


async def _aclose_meanwhile(subject: Subject, url: str, errors: list[ConductorError]) -> None:
    conductor = subject.awaiting(url)
    begun = asyncio.Event()

    async def tail() -> None:
        try:
            async for piece in conductor.client(Tailing).pieces():
                if piece == b"one":
                    begun.set()
        except ConductorError as error:
            errors.append(error)

    task = asyncio.create_task(tail())
    async with asyncio.timeout(SECONDS):
        await begun.wait()
        await conductor.aclose()
        await task


@each_transport
def test_two_streams_and_a_call_go_side_by_side(subject: Subject) -> None:
    answer = Pieces((b"one",), ending="stay")
    with streaming_server(answer, answer, Pieces((b"7",)), http2=subject.http2) as server:
        if subject.face == "sync":
            with subject.blocking(server.url) as conductor:
                tails: list[Generator[bytes, None, None]] = [conductor.client(Tailing).pieces() for _ in range(2)]
                assert [next(tail) for tail in tails] == [b"text/event-stream"] * 2
                assert conductor.run(get("/x", returns=int)) == 7
                assert [next(tail) for tail in tails] == [b"one"] * 2
                for tail in tails:
                    tail.close()
        else:
            asyncio.run(_side_by_side(subject, server.url))


async def _side_by_side(subject: Subject, url: str) -> None:
    async with subject.awaiting(url) as conductor:
        tails: list[AsyncGenerator[bytes, None]] = [conductor.client(Tailing).pieces() for _ in range(2)]
        assert [await anext(tail) for tail in tails] == [b"text/event-stream"] * 2
        assert await conductor.run(get("/x", returns=int)) == 7
        assert [await anext(tail) for tail in tails] == [b"one"] * 2
        for tail in tails:
            await tail.aclose()


def test_a_refused_token_is_renewed_before_a_stream_opens() -> None:
    refused = Pieces((b'{"message": "old"}',), status=401, headers=(("content-type", "application/json"),))
    with streaming_server(refused, Pieces((b"one", b"two"))) as server:
        settings = Settings(server_url=server.url, auth="token", transport="http1")
        plugins = Plugins.from_settings(settings, plugins=[offering("conductor_register_auth", TokenAuth)])
        with Conductor(settings, plugins=plugins) as conductor:
            found = list(conductor.client(Tailing).pieces())
        assert b"".join(found[1:]) == b"onetwo"
        tokens = [received["x-token"] for received in server.received]
        assert len(set(tokens)) == len(tokens) == 2


def test_a_redirect_to_the_same_origin_is_followed_and_a_busy_server_asked_again() -> None:
    moved = Pieces(status=307, headers=(("location", "/api/there"),))
    busy = Pieces(status=429, headers=(("retry-after", "0"),))
    with streaming_server(busy, moved, Pieces((b"one",))) as server, Conductor(server_url=server.url) as conductor:
        assert list(conductor.client(Tailing).pieces()) == [b"text/event-stream", b"one"]
        assert server.paths == ["/api/tail", "/api/tail", "/api/there"]


def test_a_body_that_was_left_is_closed_only_once() -> None:
    with streaming_server(Pieces((b"one",))) as server, Conductor(server_url=server.url) as conductor:
        tail = conductor.client(Tailing).pieces()
        next(tail)
        tail.close()
        tail.close()
        assert list(tail) == []


def test_a_view_streams_with_its_own_timeout() -> None:
    with streaming_server(Pieces((b"one",), ending="stay")) as server, Conductor(server_url=server.url) as conductor:
        tail = conductor.with_options(timeout=0.2).client(Tailing).pieces()
        assert [next(tail), next(tail)] == [b"text/event-stream", b"one"]
        with pytest.raises(RequestTimeoutError):
            next(tail)
