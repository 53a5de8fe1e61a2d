"""Servers that break the rules, or keep them to do harm: each costs its callers an error, and nothing hangs or is repeated for ever."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import time
from typing import TYPE_CHECKING, Any

import pytest
from h2.settings import SettingCodes

from conductor_core import AsyncConductor, Conductor, Settings, get
from conductor_core.errors import ConnectionFailedError, RequestTimeoutError
from tests._support.http2_server import Http2Peer, Http2Server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

CALL = get("/x", returns=str)
CALLERS = 20
GOES_ON = 30.0  # seconds that a server goes on with what it does, far above the patience of its callers


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """Return a frame as no state machine would send it."""
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


async def farewell_after_the_first(peer: Http2Peer) -> None:
    """Say goodbye to every connection, and accept nothing on any."""
    await peer.request()
    peer.h2.close_connection(0, last_stream_id=0)
    await peer.flush()


async def hang_up(peer: Http2Peer) -> None:
    """Close every connection at once."""
    peer.peer.writer.close()


async def refuse_every_stream(peer: Http2Peer) -> None:
    """Reset each stream as not processed."""
    while True:
        asked = await peer.request()
        peer.h2.reset_stream(asked.stream, 7)
        await peer.flush()


async def headers_without_end(peer: Http2Peer) -> None:
    """Begin headers and never end them."""
    asked = await peer.request()
    await peer.peer.send(frame(1, 0, asked.stream, b"\x88"))
    for _ in range(10_000):
        await peer.peer.send(frame(9, 0, asked.stream, b"\x00\x01a\x01b" * 50))


async def headers_that_unpack_to_much(peer: Http2Peer) -> None:
    """Send a few hundred kilobytes of headers."""
    asked = await peer.request()
    many = [(b"x-%d" % number, b"v" * 4000) for number in range(200)]
    peer.h2.send_headers(asked.stream, [(b":status", b"200"), *many], end_stream=True)
    await peer.flush()
    await peer.read()


async def a_window_beyond_the_limit(peer: Http2Peer) -> None:
    """Open the window of the connection further than there are numbers."""
    await peer.request()
    await peer.peer.send(frame(8, 0, 0, struct.pack(">I", 0x7FFFFFFF)))
    await peer.read()


async def a_push(peer: Http2Peer) -> None:
    """Push what nobody asked for."""
    asked = await peer.request()
    await peer.peer.send(frame(5, 4, asked.stream, struct.pack(">I", 2) + b"\x82"))
    await peer.read()


async def data_for_nobody(peer: Http2Peer) -> None:
    """Send data on a stream that was never opened."""
    await peer.request()
    await peer.peer.send(frame(0, 1, 9999, b"x"))
    await peer.read()


BREAKERS = (
    farewell_after_the_first,
    hang_up,
    refuse_every_stream,
    headers_without_end,
    headers_that_unpack_to_much,
    a_window_beyond_the_limit,
    a_push,
    data_for_nobody,
)


async def pings(peer: Http2Peer) -> None:
    """Ping and never answer."""
    for _ in range(100):
        peer.h2.ping(b"12345678")


async def settings(peer: Http2Peer) -> None:
    """Change the settings and never answer."""
    for number in range(20):
        peer.h2.update_settings({SettingCodes.MAX_CONCURRENT_STREAMS: 100 + number})


async def empty_data(peer: Http2Peer) -> None:
    """Send pieces of a body with nothing in them."""
    (stream, *_) = [asked.stream for asked in peer.all_asked]
    await peer.peer.send(frame(0, 0, stream, b"") * 100)


def for_ever(act: Callable[[Http2Peer], Awaitable[None]]) -> Callable[[Http2Peer], Awaitable[None]]:
    """Return a server that does the same again and again."""

    async def handler(peer: Http2Peer) -> None:
        asked = await peer.request()
        if act is empty_data:
            peer.h2.send_headers(asked.stream, [(b":status", b"200")])
            await peer.flush()
        until = time.monotonic() + GOES_ON
        while time.monotonic() < until:
            await act(peer)
            await peer.flush()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(peer.read(), 0.02)

    return handler


def settings_for(server: Http2Server, **values: Any) -> Settings:
    return Settings(server_url=server.url, transport="http2", http2_prior_knowledge=True, **values)


@pytest.mark.parametrize("handler", BREAKERS, ids=lambda handler: handler.__name__)
async def test_a_server_that_breaks_the_rules_costs_an_error(handler: Any) -> None:
    with Http2Server(handler) as server:
        async with AsyncConductor(settings_for(server, request_timeout=20)) as conductor:
            once = conductor.with_options(retry_budget=0)
            calls = [once.run(CALL) for _ in range(CALLERS)]
            outcomes = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 60)
        assert {type(outcome) for outcome in outcomes} == {ConnectionFailedError}
        assert len(server.peers) <= 5 * CALLERS


@pytest.mark.parametrize("handler", BREAKERS, ids=lambda handler: handler.__name__)
def test_it_is_the_same_for_blocking_callers(handler: Any) -> None:
    with (
        Http2Server(handler) as server,
        Conductor(settings_for(server, request_timeout=20)) as conductor,
        pytest.raises(ConnectionFailedError),
    ):
        conductor.with_options(retry_budget=0).run(CALL)


@pytest.mark.parametrize("act", [pings, settings, empty_data], ids=lambda act: act.__name__)
async def test_frames_that_bring_nothing_do_not_prolong_the_patience(act: Any) -> None:
    with Http2Server(for_ever(act)) as server:
        async with AsyncConductor(settings_for(server, request_timeout=0.5)) as conductor:
            with pytest.raises(RequestTimeoutError):
                await asyncio.wait_for(conductor.with_options(retry_budget=0).run(CALL), GOES_ON - 5)
