"""Many requests at once, requests that are given up, and the end of a transport."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from conductor_core.errors import ConductorError
from conductor_core.http import (
    URL,
    AsyncClient,
    Client,
    CloseError,
    ConnectTimeout,
    PoolTimeout,
    Response,
    Timeout,
    TransportError,
)
from conductor_core.http1 import AsyncHttp1Transport, Http1Options, Http1Transport, Timeouts
from conductor_core.http1._request import header_block, origin_of
from tests._support.hostile_server import OK, HostileServer, Peer, always_ok, answers


async def echo(peer: Peer) -> None:
    """Answer with the request's target, a little later."""
    while True:
        target = (await peer.request()).start.split(b" ")[1]
        await asyncio.sleep(0.002)
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(target), target))


async def test_a_hundred_requests_share_ten_connections_and_get_their_own_answers(faces: Any) -> None:
    face = faces(max_connections=10)
    with HostileServer(echo) as server:
        asked = [face.request("GET", f"{server.url}/{number}") for number in range(100)]
        found = [response.text for response in await asyncio.gather(*asked)]
        assert face.open_connections() <= 10
    assert found == [f"/{number}" for number in range(100)]
    assert server.most_open <= 10
    assert server.connections <= 10


async def test_ten_threads_share_one_blocking_transport() -> None:
    with HostileServer(echo) as server, Client(transport=Http1Transport(), trust_env=False) as client:

        def ask(number: int) -> list[str]:
            return [client.get(f"{server.url}/{number}/{turn}").text for turn in range(20)]

        with ThreadPoolExecutor(10) as threads:
            found = await asyncio.to_thread(lambda: list(threads.map(ask, range(10))))
    assert found == [[f"/{number}/{turn}" for turn in range(20)] for number in range(10)]
    assert server.connections <= 10


async def hold(peer: Peer) -> None:
    await peer.request()
    await asyncio.sleep(10)


async def test_waiting_too_long_for_a_connection_is_a_pool_timeout(faces: Any) -> None:
    face = faces(max_connections=1)
    with HostileServer(hold) as server:
        holder = asyncio.create_task(face.request("GET", server.url, timeout=0.4))
        await asyncio.sleep(0.05)
        with pytest.raises(PoolTimeout):
            await face.request("GET", server.url, timeout=Timeout(5.0, pool=0.05))
        with pytest.raises(TransportError):
            await holder
        assert face.open_connections() == 0


async def test_an_idle_connection_to_another_server_makes_room(faces: Any) -> None:
    face = faces(max_connections=1)
    with HostileServer() as one, HostileServer() as other:
        for server in (one, other, one):
            assert (await face.request("GET", server.url)).text == "ok"
            assert face.open_connections() == 1


async def test_requests_wait_in_order(stopwatch: Any) -> None:
    finished = []
    async with AsyncClient(transport=AsyncHttp1Transport(Http1Options(max_connections=1))) as client:
        with HostileServer(echo) as server:

            async def ask(number: int) -> None:
                await client.get(f"{server.url}/{number}")
                finished.append(number)  # pyright: ignore[reportUnknownMemberType] - the untyped lambda or worker is the test's own

            await asyncio.gather(*(ask(number) for number in range(10)))
    assert finished == list(range(10))


@pytest.mark.parametrize(
    "sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nev"], ids=["waiting", "half an answer"]
)
async def test_a_cancelled_request_never_leaves_its_connection_to_the_next(sent: Any) -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        if peer.number == 1:
            await peer.send(sent)
            await asyncio.sleep(0.1)
            await peer.send(b"il")
        await peer.send(OK)
        await always_ok(peer)

    transport = AsyncHttp1Transport(Http1Options(max_connections=1))
    async with AsyncClient(transport=transport) as client:
        with HostileServer(handler) as server:
            first = asyncio.create_task(client.get(server.url))
            await asyncio.sleep(0.05)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            assert transport._pool.open == 0  # pyright: ignore[reportPrivateUsage] - the state under test
            assert (await client.get(server.url)).text == "ok"
            assert server.connections == 2


async def test_a_cancelled_wait_gives_its_turn_to_the_next() -> None:
    transport = AsyncHttp1Transport(Http1Options(max_connections=1))
    async with AsyncClient(transport=transport) as client:
        with HostileServer(echo) as server:
            tasks = [asyncio.create_task(client.get(f"{server.url}/{number}")) for number in range(20)]
            await asyncio.sleep(0.005)
            for task in tasks[::2]:
                task.cancel()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            assert transport._pool.open == 1  # pyright: ignore[reportPrivateUsage] - the state under test
    assert [answer.text for answer in found[1::2] if isinstance(answer, Response)] == [
        f"/{number}" for number in range(1, 20, 2)
    ]


async def test_a_cancel_at_any_moment_leaks_no_connection() -> None:
    transport = AsyncHttp1Transport(Http1Options(max_connections=3))
    async with AsyncClient(transport=transport) as client:
        with HostileServer(echo) as server:
            for delay in range(60):
                tasks = [asyncio.create_task(client.get(server.url)) for _ in range(5)]
                await asyncio.sleep(delay / 10_000)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                assert transport._pool.open == len(transport._pool.idle) <= 3  # pyright: ignore[reportPrivateUsage] - the state under test
            assert (await client.get(server.url)).text == "/"


async def test_a_connection_that_does_not_come_about_is_a_connect_timeout(
    faces: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HostileServer() as server:
        # A TLS handshake that nobody answers.
        async def silent(peer: Peer) -> None:
            await asyncio.sleep(10)

        server.handler = silent
        face = faces()
        with pytest.raises(ConnectTimeout):
            await face.request("GET", server.url.replace("http:", "https:"), timeout=Timeout(5.0, connect=0.05))
        assert face.open_connections() == 0


async def test_closing_ends_what_is_under_way_and_what_waits() -> None:
    transport = AsyncHttp1Transport(Http1Options(max_connections=1))
    with HostileServer(hold) as server:
        async with AsyncClient(transport=transport) as client:
            tasks = [asyncio.create_task(client.get(server.url)) for _ in range(3)]
            await asyncio.sleep(0.05)
            await transport.aclose()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            assert [type(error) for error in found] == [CloseError] * 3
            with pytest.raises(CloseError, match="closed"):
                await client.get(server.url)


async def test_closing_wakes_the_threads_that_wait() -> None:
    transport = Http1Transport(Http1Options(max_connections=1))
    with HostileServer(hold) as server, Client(transport=transport, timeout=Timeout(0.5, pool=5)) as client:
        asked = [asyncio.create_task(asyncio.to_thread(client.get, server.url)) for _ in range(3)]
        await asyncio.sleep(0.1)
        transport.close()
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert sorted(type(error).__name__ for error in found) == ["CloseError", "CloseError", "ReadTimeout"]
        with pytest.raises(CloseError):
            client.get(server.url)


def test_a_transport_belongs_to_one_loop() -> None:
    transport = AsyncHttp1Transport()

    async def ask(url: str) -> None:
        async with AsyncClient(transport=transport) as client:
            await client.get(url)

    with HostileServer() as server:
        asyncio.run(ask(server.url))
        with pytest.raises(ConductorError, match="another event loop"):
            asyncio.run(ask(server.url))


async def test_a_busy_loop_finds_a_close_it_did_not_see() -> None:
    with HostileServer(answers(OK)) as server:
        async with AsyncClient(transport=AsyncHttp1Transport()) as client:
            for _ in range(3):
                assert (await client.post(server.url)).text == "ok"
                threading.Event().wait(0.06)  # the loop cannot notice anything meanwhile
    assert server.connections == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_forked_child_opens_connections_of_its_own() -> None:
    with HostileServer() as server, Client(transport=Http1Transport(), trust_env=False) as client:
        assert client.get(server.url).text == "ok"
        child = os.fork()
        if child == 0:  # pragma: no cover - another process
            status = 1
            try:
                status = 0 if client.get(server.url).text == "ok" else 1
            finally:
                os._exit(status)
        assert os.waitpid(child, 0)[1] == 0
        assert server.connections == 2
        assert client.get(server.url).text == "ok"
        assert server.connections == 2


async def test_a_request_from_bytes_needs_no_types_of_httpx() -> None:
    block = header_block([(b"Host", b"here"), (b"X-Token", b"t")])
    async with AsyncHttp1Transport() as transport:
        with HostileServer() as server, Http1Transport() as blocking:
            origin, limits = origin_of(URL(server.url)), Timeouts(1, 1, 1, 1)
            answer = await transport.exchange(origin, b"POST", b"/api/tasks", block, b"{}", timeouts=limits)
            await transport.exchange(origin, b"GET", b"/api/tasks/poll", block, timeouts=limits, repeatable=True)
            again = await asyncio.to_thread(blocking.exchange, origin, b"POST", b"/api/tasks", block, b"{}")
    assert answer == again
    assert (answer.status, answer.headers, answer.body) == (200, [(b"Content-Length", b"2")], b"ok")
    assert not transport.intercepted
    posted, polled, _ = server.received
    assert posted.head == b"POST /api/tasks HTTP/1.1\r\nHost: here\r\nX-Token: t\r\nContent-Length: 2\r\n\r\n"
    assert polled.head == b"GET /api/tasks/poll HTTP/1.1\r\nHost: here\r\nX-Token: t\r\n\r\n"
