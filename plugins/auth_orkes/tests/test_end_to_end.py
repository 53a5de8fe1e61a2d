"""Programs whose auth is chosen by their environment alone, against a socket whose tokens are withdrawn now and then."""

from __future__ import annotations

import asyncio
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import AsyncConductor, Conductor, Settings, TaskHandler, get, worker_task
from conductor_core.http import Request, Response
from tests._support.socket_server import served
from tests._support.token_server import KEY, SECRET, TOKEN, TokenServer

if TYPE_CHECKING:
    from collections.abc import Iterator

CALL = get("/version", returns=int)
CALLERS = 20
EXPIRIES = 3
DEADLINE = 30.0


@pytest.fixture
def server() -> TokenServer:
    return TokenServer(clock=lambda: 0.0)


@pytest.fixture(params=["http1", "httpx"])
def settings(server: TokenServer, request: pytest.FixtureRequest) -> Iterator[Settings]:
    with served(server) as url:
        environ = {"CONDUCTOR_SERVER_URL": url, "CONDUCTOR_AUTH_KEY": KEY, "CONDUCTOR_AUTH_SECRET": SECRET}
        yield Settings.load(environ={**environ, "CONDUCTOR_TRANSPORT": request.param})


def test_threads_see_no_expiry(settings: Settings, server: TokenServer) -> None:
    with Conductor(settings) as conductor, ThreadPoolExecutor(CALLERS) as pool:
        for _ in range(1 + EXPIRIES):
            assert set(pool.map(conductor.run, [CALL] * 2 * CALLERS)) == {1}
            server.revoke()
    assert len(server.asked) == 1 + EXPIRIES
    assert server.without_header == 0
    assert EXPIRIES <= server.refused <= EXPIRIES * CALLERS


async def test_tasks_see_no_expiry(settings: Settings, server: TokenServer) -> None:
    async with AsyncConductor(settings) as conductor:
        for _ in range(1 + EXPIRIES):
            assert set(await asyncio.gather(*(conductor.run(CALL) for _ in range(CALLERS)))) == {1}
            server.revoke()
    assert len(server.asked) == 1 + EXPIRIES
    assert server.without_header == 0
    assert server.refused >= EXPIRIES


async def test_the_header_is_there_for_requests_that_go_another_way(settings: Settings, server: TokenServer) -> None:
    with Conductor(settings) as conductor:
        assert conductor.authentication_headers() == {"x-authorization": f"{TOKEN}-1"}
        conductor.run(CALL)
    async with AsyncConductor(settings) as awaiting:
        assert await awaiting.authentication_headers() == {"x-authorization": f"{TOKEN}-2"}
    assert len(server.asked) == 2
    assert server.accepted == [f"{TOKEN}-1"]


async def test_workers_see_no_expiry(settings: Settings, server: TokenServer) -> None:
    numbers, results, failures = itertools.count(), list[str](), list[object]()
    enough = threading.Event()

    def answer(request: Request) -> Response:
        if request.url.path.startswith("/api/tasks/poll/"):
            number = next(numbers)
            if number % 10 == 9:
                server.revoke()
            return Response(200, json=[_task(number)] if number < 40 else [])
        if request.method == "POST":
            results.append(request.content.decode())
            if len(results) == 40:
                enough.set()
        return Response(204)

    @worker_task(task_definition_name="echo", poll_interval_millis=1, thread_count=4)
    async def echo() -> dict[str, int]:
        return {"ok": 1}

    class Failures:
        def on_poll_failure(self, event: Any) -> None:
            failures.append(event.cause)

        def on_task_update_failure(self, event: Any) -> None:
            failures.append(event.cause)

    server.answer = answer
    async with TaskHandler(settings, workers=[echo], event_listeners=[Failures()]):
        assert await asyncio.to_thread(enough.wait, DEADLINE)
    assert failures == []
    assert len(results) == len(set(results)) == 40
    assert server.without_header == 0
    assert len(server.asked) >= 1 + EXPIRIES
    # One new token for each withdrawal, however many polls and updates were refused.
    assert len(server.asked) <= 1 + 1 + next(numbers) // 10


def _task(number: int) -> dict[str, Any]:
    names: dict[str, Any] = {"taskType": "echo", "taskDefName": "echo", "status": "IN_PROGRESS", "inputData": {}}
    return {"taskId": f"t-{number}", "workflowInstanceId": f"w-{number}", **names}
