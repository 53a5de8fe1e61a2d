"""One provider for many callers: threads, tasks, several event loops, and a forked child."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import get
from conductor_core._drivers import AsyncDriver, SyncDriver
from tests._support.orkes import parts_of
from tests._support.token_server import TokenServer

if TYPE_CHECKING:
    from conductor_core.http import Request, Response

CALLERS = 100
DEADLINE = 30.0
CALL = get("/x", returns=int)


@pytest.fixture
def server() -> TokenServer:
    return TokenServer(clock=lambda: 0.0)


def _held(server: TokenServer, callers: int) -> None:
    """Let no refused request be answered before all of them have arrived."""
    barrier = threading.Barrier(callers)
    passed = threading.local()

    def gate() -> None:
        if not getattr(passed, "once", False):
            passed.once = True
            barrier.wait(DEADLINE)

    server.gate = gate


def test_100_threads_that_need_a_first_token_ask_once(server: TokenServer) -> None:
    driver = SyncDriver(parts_of(server))
    start = threading.Barrier(CALLERS)

    def call() -> int:
        start.wait(DEADLINE)
        return driver.run(CALL)

    with ThreadPoolExecutor(CALLERS) as pool:
        answers = [pool.submit(call) for _ in range(CALLERS)]
        assert {answer.result(DEADLINE) for answer in answers} == {1}
    driver.close()
    assert len(server.asked) == 1
    assert server.without_header == server.refused == 0


def test_100_concurrent_401s_in_threads_cause_one_refresh(server: TokenServer) -> None:
    driver = SyncDriver(parts_of(server))
    driver.run(CALL)
    server.revoke()
    _held(server, CALLERS)
    with ThreadPoolExecutor(CALLERS) as pool:
        answers = [pool.submit(driver.run, CALL) for _ in range(CALLERS)]
        assert {answer.result(DEADLINE) for answer in answers} == {1}
    driver.close()
    assert (server.refused, len(server.asked)) == (CALLERS, 2)
    assert server.without_header == 0


class AwaitedServer:
    """The same server for tasks: a refused request is answered once all of them have arrived."""

    def __init__(self, server: TokenServer, held: int) -> None:
        self._server = server
        self._held = held
        self._all = asyncio.Event()

    async def __call__(self, request: Request) -> Response:
        response = self._server(request)
        await asyncio.sleep(0)
        if response.status_code == 401:
            if self._server.refused >= self._held:
                self._all.set()
            await asyncio.wait_for(self._all.wait(), DEADLINE)
        return response


async def test_100_concurrent_401s_in_tasks_cause_one_refresh(server: TokenServer) -> None:
    awaited: Any = AwaitedServer(server, CALLERS)
    driver = AsyncDriver(parts_of(awaited))
    assert await driver.run(CALL) == 1
    server.revoke()
    assert await asyncio.gather(*(driver.run(CALL) for _ in range(CALLERS))) == [1] * CALLERS
    await driver.aclose()
    assert (server.refused, len(server.asked)) == (CALLERS, 2)
    assert server.without_header == 0


async def test_100_tasks_that_need_a_first_token_ask_once(server: TokenServer) -> None:
    awaited: Any = AwaitedServer(server, CALLERS)
    driver = AsyncDriver(parts_of(awaited))
    assert await asyncio.gather(*(driver.run(CALL) for _ in range(CALLERS))) == [1] * CALLERS
    await driver.aclose()
    assert len(server.asked) == 1
    assert server.without_header == server.refused == 0


def test_threads_and_loops_share_one_refresh(server: TokenServer) -> None:
    """As in a worker process: the runtime's loop, and the thread that sends heartbeats."""
    each = 10
    parts = parts_of(server)
    blocking = SyncDriver(parts)
    start = threading.Barrier(6)

    async def on_loop() -> list[int]:
        driver = AsyncDriver(parts)
        start.wait(DEADLINE)
        try:
            return await asyncio.gather(*(driver.run(CALL) for _ in range(each)))
        finally:
            await driver.aclose()

    def in_thread() -> list[int]:
        start.wait(DEADLINE)
        return [blocking.run(CALL) for _ in range(each)]

    with ThreadPoolExecutor(6) as pool:
        work = [pool.submit(asyncio.run, on_loop()) for _ in range(3)] + [pool.submit(in_thread) for _ in range(3)]
        assert [job.result(DEADLINE) for job in work] == [[1] * each] * 6
    blocking.close()
    assert len(server.asked) == 1
    assert server.without_header == server.refused == 0


async def test_a_cancelled_leader_does_not_leave_the_others_waiting(server: TokenServer) -> None:
    asked = asyncio.Event()

    async def serve(request: Request) -> Response:
        if request.url.path == "/api/token" and not server.asked:
            server(request)
            asked.set()
            await asyncio.Event().wait()  # until the caller is cancelled
        return server(request)

    driver = AsyncDriver(parts_of(serve))
    leader = asyncio.create_task(driver.run(CALL))
    await asyncio.wait_for(asked.wait(), DEADLINE)
    followers = [asyncio.create_task(driver.run(CALL)) for _ in range(5)]
    await asyncio.sleep(0)
    leader.cancel()
    assert await asyncio.wait_for(asyncio.gather(*followers), DEADLINE) == [1] * 5
    with pytest.raises(asyncio.CancelledError):
        await leader
    await driver.aclose()
    assert len(server.asked) == 2


FORKED = """
import os, sys, threading
from tests._support.orkes import parts_of
from conductor_core import get
from conductor_core._drivers import SyncDriver
from tests._support.token_server import TokenServer

server = TokenServer(clock=lambda: 0.0)
parts = parts_of(server, refresh_token_interval=3600)
driver = SyncDriver(parts)
driver.run(get("/x"))
names = lambda: [thread.name for thread in threading.enumerate() if thread.name == "conductor-token"]
assert names() == ["conductor-token"]
# A child that was forked while the parent's lock was held, and a refresh was under way.
keeper = parts.auth_provider._keeper
ticket = keeper._new_ticket(keeper._now())
keeper._lock.acquire()
child = os.fork()
if child == 0:
    code = 1
    try:
        assert driver.run(get("/x", returns=int)) == 1
        server.revoke()
        assert driver.run(get("/x", returns=int)) == 1
        assert server.without_header == 0 and len(server.asked) == 2
        assert names() == ["conductor-token"], names()
        parts.close()
        assert names() == []
        code = 0
    finally:
        os._exit(code)
keeper._lock.release()
keeper.release(ticket)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0
driver.close()
parts.close()
assert names() == []
print("fine")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_forked_child_goes_on_by_itself() -> None:
    paths = f"import sys; sys.path[:0] = {[path for path in sys.path if path]!r}\n"
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", paths + FORKED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "fine\n", done.stderr
