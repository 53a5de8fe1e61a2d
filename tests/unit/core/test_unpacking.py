"""Packed bodies: what they hold, within a bound, from every transport."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import AsyncConductor, Conductor, Settings, get
from conductor_core._unpacking import unpack
from conductor_core.errors import ConnectionFailedError
from conductor_core.http import ByteStream, RemoteProtocolError, Response
from tests._support.fake_server import async_conductor_for, conductor_for
from tests._support.hostile_server import HostileServer, answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.http import Request

TEXT = b'{"name": "orders"}'
LIMIT = 10_000


def gzipped(data: bytes) -> bytes:
    """Packed without the time of day: the ids of the tests below name what is packed, and must stay the same."""
    return gzip.compress(data, mtime=0)


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


@pytest.mark.parametrize(
    ("packed", "coding"),
    [
        (gzipped(TEXT), "gzip"),
        (gzipped(TEXT), "X-GZIP"),
        (gzipped(TEXT[:5]) + gzipped(TEXT[5:]), "gzip"),
        (zlib.compress(TEXT), "deflate"),
        (raw_deflate(TEXT), "deflate"),
        (TEXT, "identity"),
        (TEXT, ""),
    ],
)
def test_what_was_packed_is_unpacked(packed: bytes, coding: str) -> None:
    assert unpack(packed, coding, len(TEXT)) == TEXT


def test_an_empty_body_stays_empty() -> None:
    assert unpack(b"", "gzip", LIMIT) == b""


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, raw_deflate])
def test_more_than_the_limit_is_refused(pack: Callable[[bytes], bytes]) -> None:
    coding = "gzip" if pack is gzip.compress else "deflate"
    assert len(unpack(pack(b"0" * LIMIT), coding, LIMIT)) == LIMIT
    with pytest.raises(RemoteProtocolError, match="more than 10000 bytes"):
        unpack(pack(b"0" * (LIMIT + 1)), coding, LIMIT)


def test_the_limit_counts_all_parts_of_a_body() -> None:
    with pytest.raises(RemoteProtocolError, match="more than 10000 bytes"):
        unpack(gzip.compress(b"0" * 6000) * 2, "gzip", LIMIT)


@pytest.mark.parametrize(
    ("packed", "coding", "message"),
    [
        (gzipped(TEXT)[:-4], "gzip", "cut short"),
        (gzipped(TEXT)[:3], "gzip", "cut short"),
        (TEXT, "gzip", "cannot be unpacked"),
        (gzipped(TEXT) + b"garbage", "gzip", "cannot be unpacked"),
        (gzipped(gzipped(TEXT)), "gzip, gzip", "packed as 'gzip, gzip'; asked for was gzip, deflate"),
        (TEXT, "br", "packed as 'br'"),
    ],
)
def test_what_cannot_be_unpacked_is_an_error_of_the_server(packed: bytes, coding: str, message: str) -> None:
    with pytest.raises(RemoteProtocolError, match=message):
        unpack(packed, coding, LIMIT)


# Through clients.


def serve(packed: bytes) -> Callable[[Request], Response]:
    return lambda _request: Response(200, headers={"content-encoding": "gzip"}, stream=ByteStream(packed))


CALL = get("/x", returns=dict[str, Any], retry_budget=0)


async def test_both_faces_unpack_for_any_transport() -> None:
    server = serve(gzipped(TEXT))
    with conductor_for(server) as conductor:
        assert conductor.run(CALL) == {"name": "orders"}
    async with async_conductor_for(server) as asynchronous:
        assert await asynchronous.run(CALL) == {"name": "orders"}


async def test_both_faces_say_what_is_wrong_with_a_packed_answer() -> None:
    server = serve(gzipped(TEXT)[:-4])
    with conductor_for(server) as conductor, pytest.raises(ConnectionFailedError, match="cut short"):
        conductor.run(CALL)
    async with async_conductor_for(server) as asynchronous:
        with pytest.raises(ConnectionFailedError, match="cut short"):
            await asynchronous.run(CALL)


async def test_the_limit_of_the_lean_transport_holds_for_what_is_unpacked_too() -> None:
    packed = gzip.compress(b'"' + b"0" * 100_000 + b'"')
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    assert len(packed) < LIMIT
    with HostileServer(answers(head + packed)) as server:
        settings = Settings(server_url=server.url, options={"http1": {"max_body_bytes": LIMIT}})
        call = get("/x", returns=str, retry_budget=0)
        async with AsyncConductor(settings) as conductor:
            with pytest.raises(ConnectionFailedError, match="more than 10000 bytes once it is unpacked"):
                await conductor.run(call)
        with Conductor(settings) as blocking, pytest.raises(ConnectionFailedError, match="more than 10000 bytes"):
            blocking.run(call)
