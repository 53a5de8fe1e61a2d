"""Requests that begin and do not end are answered after a time, and take nothing from those that wait for an answer."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn
from uvicorn.server import ServerState

from conductor_embedded._protocol import REQUEST_SECONDS, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from conductor_embedded.api import EngineApp
    from conductor_embedded.engine import Engine

PATIENCE = 20.0
POST = b"POST /api/workflow HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
VERSION = b"GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n"
LONG_POLL = b"GET /api/tasks/poll/batch/t?timeout=400 HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Quick(Protocol):
    request_seconds = 0.1


class Slow(Protocol):
    request_seconds = PATIENCE


@asynccontextmanager
async def connected(
    app: EngineApp, protocol: type[Protocol] = Quick, *, idle_seconds: int = 75
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Serve the app, and connect to it."""
    config = uvicorn.Config(app, http=protocol, ws="none", log_config=None, timeout_keep_alive=idle_seconds)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: protocol(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        async with asyncio.timeout(PATIENCE):
            yield reader, writer
    finally:
        writer.close()
        server.close()
        await server.wait_closed()


@pytest.fixture
def app(engine_and_app: tuple[Engine, EngineApp]) -> EngineApp:
    return engine_and_app[1]


def is_refused(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    document = json.loads(body)
    assert head.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"\r\nconnection: close" in head
    assert document["message"] == "The request did not end within 0.1 seconds"
    return (document["status"], document["retryable"]) == (408, False)


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n",
        b"GE",
        b"POST /api/workf",
        POST,
        POST + b"Content-Length: 12\r\n\r\n",
        POST + b'Content-Length: 12\r\n\r\n{"na',
        POST + b'Transfer-Encoding: chunked\r\n\r\n3\r\n{"n\r\n',
        POST + b"Content-Length: 12\r\nExpect: 100-continue\r\n\r\n",
    ],
)
async def test_what_does_not_end_is_refused(app: EngineApp, sent: bytes) -> None:
    async with connected(app) as (reader, writer):
        writer.write(sent)
        answer = await reader.read()
    assert is_refused(answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n"))


async def test_a_connection_that_was_used_before_is_no_other_case(app: EngineApp) -> None:
    async with connected(app) as (reader, writer):
        writer.write(VERSION)
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        writer.write(POST)
        answer = await reader.read()
    assert is_refused(answer[answer.index(b"HTTP/1.1 408") :])


async def test_a_body_that_comes_in_pieces_is_read(app: EngineApp) -> None:
    async with connected(app, Slow) as (reader, writer):
        writer.write(POST + b"Content-Length: 16\r\n\r\n")
        for piece in (b'{"name"', b': "none"', b"}"):
            await asyncio.sleep(0.01)
            writer.write(piece)
        status = await reader.readline()
    assert status.startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize("more", [b"", b"\r\n", b"GE", POST + b"Content-Length: 12\r\n\r\n"])
async def test_a_poll_waits_longer_and_is_answered_first(app: EngineApp, more: bytes) -> None:
    async with connected(app) as (reader, writer):
        writer.write(LONG_POLL + more)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(2)
        rest = await reader.read() if more.strip() else b""
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body == b"[]"
    assert not rest or is_refused(rest)


async def test_an_answer_that_needs_no_body_is_the_only_one(app: EngineApp) -> None:
    async with connected(app) as (reader, writer):
        writer.write(b"GET /api/version HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\n\r\n")
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.count(b"HTTP/1.1") == 1


async def test_a_connection_without_a_request_is_closed_without_an_answer(app: EngineApp) -> None:
    async with connected(app, idle_seconds=0) as (reader, _):
        assert await reader.read() == b""


def test_the_limit_leaves_time_for_a_slow_network() -> None:
    assert Protocol.request_seconds == REQUEST_SECONDS == 60
