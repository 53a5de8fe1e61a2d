"""Opening, sharing, forking and closing: what only threads, loops and sockets can show."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor, ConductorError, Settings, Sleep, get, post
from conductor_core._drivers import AsyncDriver, SyncDriver
from conductor_core.client import AsyncConductor
from conductor_core.errors import ClosedError, ConnectionFailedError, RequestTimeoutError
from conductor_core.http import AsyncBaseTransport, BaseTransport, MockTransport, Request, Response
from conductor_core.interfaces import TransportFactory
from tests._support.fake_server import (
    answering,
    async_conductor_for,
    conductor_for,
    parts_for,
    plugins_for,
    settings_for,
)
from tests._support.local_server import LocalServer, local_server
from tests._support.strangers import offering

if TYPE_CHECKING:
    from collections.abc import Generator

    from conductor_core._http_client import ClientParts


@pytest.fixture
def server() -> Generator[LocalServer]:
    with local_server() as running:
        yield running


def _waiting_for_retry(server: LocalServer) -> None:
    server.status, server.headers = 429, {"Retry-After": "30"}


def test_closing_ends_a_wait_for_the_next_try(server: LocalServer) -> None:
    _waiting_for_retry(server)
    conductor = Conductor(server_url=server.url)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(conductor.run, get("/x"))
        assert server.arrived.wait(5)
        conductor.close()
        with pytest.raises(ClosedError, match="closed"):
            call.result(5)


def test_closing_ends_the_sleep_of_a_flow() -> None:
    sleeping = threading.Event()

    def flow() -> Generator[Any, Any, None]:
        sleeping.set()
        yield Sleep(30)

    conductor = conductor_for(answering(Response(200)))
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(conductor.run, flow())
        assert sleeping.wait(5)
        conductor.close()
        with pytest.raises(ClosedError):
            call.result(5)


async def test_closing_ends_a_wait_on_the_loop(server: LocalServer) -> None:
    _waiting_for_retry(server)
    conductor = AsyncConductor(server_url=server.url)
    call = asyncio.create_task(conductor.run(get("/x")))
    await asyncio.to_thread(server.arrived.wait, 5)
    await conductor.aclose()
    with pytest.raises(ClosedError, match="closed"):
        async with asyncio.timeout(5):
            await call


async def test_a_cancelled_wait_is_cancelled_also_where_the_conductor_closes_with_it() -> None:
    def nap() -> Generator[Sleep, None, None]:
        yield Sleep(30)

    conductor = async_conductor_for(answering(Response(200)))
    waiting = asyncio.create_task(conductor.run(nap()))
    await asyncio.sleep(0.01)
    await conductor.aclose()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_closing_ends_a_request_on_its_way(server: LocalServer) -> None:
    server.hold = True
    conductor = AsyncConductor(server_url=server.url)
    call = asyncio.create_task(conductor.run(post("/x")))
    await asyncio.to_thread(server.arrived.wait, 5)
    await conductor.aclose()
    with pytest.raises((ClosedError, ConnectionFailedError)):
        async with asyncio.timeout(5):
            await call


def test_a_closed_conductor_says_so() -> None:
    conductor = conductor_for(answering(Response(200)))
    conductor.run(get("/x"))
    conductor.close()
    with pytest.raises(ClosedError, match="make a new one"):
        conductor.run(get("/x"))


async def test_a_closed_async_conductor_says_so() -> None:
    conductor = async_conductor_for(answering(Response(200)))
    await conductor.run(get("/x"))
    await conductor.aclose()
    with pytest.raises(ClosedError, match="make a new one"):
        await conductor.run(get("/x"))


def test_a_conductor_that_was_never_used_closes_too() -> None:
    conductor_for(answering(Response(200))).close()
    asyncio.run(async_conductor_for(answering(Response(200))).aclose())


class Counted(TransportFactory):
    """Counts what it makes and what is closed."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.made = 0
        self.closed = 0

    def sync_transport(self) -> BaseTransport:
        self.made += 1
        return MockTransport(lambda _request: Response(200, json=1))

    def async_transport(self) -> AsyncBaseTransport:
        self.made += 1
        return MockTransport(lambda _request: Response(200, json=1))

    def close(self) -> None:
        self.closed += 1


def _counted() -> tuple[ClientParts, Counted]:
    import dataclasses  # noqa: PLC0415 - beside its only use

    factory = Counted(Settings())
    return dataclasses.replace(parts_for(answering(Response(200))), transport=factory), factory


def test_threads_share_one_client() -> None:
    parts, factory = _counted()
    driver = SyncDriver(parts)
    start = threading.Barrier(16)

    def work() -> int:
        start.wait(5)
        return sum(driver.run(get("/x", returns=int)) for _ in range(20))

    with ThreadPoolExecutor(16) as pool:
        assert [call.result(10) for call in [pool.submit(work) for _ in range(16)]] == [20] * 16
    driver.close()
    assert factory.made == 1


async def test_tasks_share_one_client() -> None:
    parts, factory = _counted()
    driver = AsyncDriver(parts)
    assert await asyncio.gather(*[driver.run(get("/x", returns=int)) for _ in range(50)]) == [1] * 50
    await driver.aclose()
    assert factory.made == 1


def test_closing_twice_releases_the_plugins_once() -> None:
    factory: Counted | None = None

    class Remembered(Counted):
        def __init__(self, settings: Settings) -> None:
            nonlocal factory
            super().__init__(settings)
            factory = self

    from conductor_core import Plugins, hookimpl  # noqa: PLC0415 - beside their only use

    class Plugin:
        @hookimpl
        def conductor_register_transport(self) -> type[TransportFactory]:
            Remembered.name = "counted"
            return Remembered

    conductor = Conductor(plugins=Plugins(Settings(transport="counted"), plugins=[Plugin()]))
    conductor.close()
    conductor.close()
    assert factory is not None
    assert factory.closed == 1


def test_an_async_conductor_belongs_to_one_loop() -> None:
    conductor = async_conductor_for(answering(Response(200, json=1)))
    assert asyncio.run(conductor.run(get("/x", returns=int))) == 1
    with pytest.raises(ConductorError, match="belongs to another event loop"):
        asyncio.run(conductor.run(get("/x")))
    asyncio.run(conductor.aclose())  # its loop is gone, and closing works all the same


async def test_closing_on_another_loop_is_refused_while_the_first_one_runs() -> None:
    conductor = async_conductor_for(answering(Response(200, json=1)))
    await conductor.run(get("/x"))
    with pytest.raises(ConductorError, match="belongs to another event loop"):
        await asyncio.to_thread(asyncio.run, conductor.aclose())
    assert await conductor.run(get("/x", returns=int)) == 1
    await conductor.aclose()


def test_an_async_conductor_needs_a_loop() -> None:
    conductor = async_conductor_for(answering(Response(200)))
    steps = conductor.run(get("/x"))
    with pytest.raises(ConductorError, match="needs a running asyncio loop; use Conductor"):
        steps.send(None)  # what a loop that is not asyncio's would do


def test_a_real_timeout_is_a_timeout(server: LocalServer) -> None:
    server.hold = True
    with Conductor(server_url=server.url) as conductor, pytest.raises(RequestTimeoutError, match="ReadTimeout"):
        conductor.run(get("/x", timeout=0.05))


def test_connections_are_reused(server: LocalServer) -> None:
    with Conductor(server_url=server.url) as conductor:
        for _ in range(3):
            conductor.run(get("/x"))
    assert len(set(server.clients)) == 1


FORK = """
import os, sys
from conductor_core import Conductor, get
conductor = Conductor(server_url=sys.argv[1])
conductor.run(get("/parent"))
child = os.fork()
if child == 0:
    conductor.run(get("/child"))
    conductor.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
conductor.run(get("/parent"))
conductor.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_child_opens_its_own_connection(server: LocalServer) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORK, server.url], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    assert server.paths == ["/api/parent", "/api/child", "/api/parent"]
    parent, child, again = server.clients
    assert parent == again != child


def test_a_slow_answer_does_not_hold_up_another_thread() -> None:
    release = threading.Event()

    def serve(request: Request) -> Response:
        if request.url.path.endswith("/slow"):
            release.wait(5)
        return Response(200, json=1)

    with conductor_for(serve) as conductor, ThreadPoolExecutor(1) as pool:
        slow = pool.submit(conductor.run, get("/slow", returns=int))
        assert conductor.run(get("/fast", returns=int)) == 1
        assert not slow.done()
        release.set()
        assert slow.result(5) == 1


def test_a_conductor_that_is_closed_while_it_sends_says_so() -> None:
    def serve(_request: Request) -> Response:
        conductor.close()
        raise RuntimeError("Cannot send a request, as the client has been closed.")

    conductor = conductor_for(serve)
    with pytest.raises(ClosedError, match="make a new one"):
        conductor.run(get("/x"))


async def test_an_async_conductor_that_is_closed_while_it_sends_says_so() -> None:
    async def close_and_fail(_request: Request) -> Response:
        await conductor.aclose()
        raise RuntimeError("Cannot send a request, as the client has been closed.")

    class Closing(Counted):
        name = "closing"

        def async_transport(self) -> AsyncBaseTransport:
            return MockTransport(close_and_fail)

    plugins = plugins_for(
        answering(Response(200)),
        settings_for(transport="closing"),
        plugins=[offering("conductor_register_transport", Closing)],
    )
    conductor = AsyncConductor(plugins=plugins)
    with pytest.raises(ClosedError, match="make a new one"):
        await conductor.run(get("/x"))


def test_a_defect_of_a_transport_is_not_hidden() -> None:
    with conductor_for(answering(RuntimeError("defect"))) as conductor, pytest.raises(RuntimeError, match="defect"):
        conductor.run(get("/x"))
