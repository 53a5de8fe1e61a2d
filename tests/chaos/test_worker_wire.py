"""Trouble on real sockets: answers that break off, servers that say nothing, and servers that come and go."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from typing import Any

import pytest

from conductor_core import Plugins, Settings, TaskHandler
from conductor_core.worker import _calls, define_worker
from conductor_core.worker._backoff import JITTER, failure_delay
from conductor_core.worker._config import DEFAULT_POLL_TIMEOUT, WorkerOptions
from conductor_core.worker._longpoll import IDLE_POLL_TIMEOUT_MS
from tests._support.stub_server import StubServer

TRANSPORTS = pytest.mark.parametrize("transport", ["httpx", "http1"])
SECONDS = 60


@pytest.fixture(autouse=True)
def _small_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scale the waits of seconds down to hundredths; what follows what stays as it is."""
    monkeypatch.setattr("conductor_core.worker._update.UPDATE_WAITS", (0.02, 0.04, 0.06))
    monkeypatch.setattr("conductor_core.worker._backoff.MAX_FAILURE_DELAY", 0.05)
    monkeypatch.setattr("conductor_core.worker._backoff.MAX_AUTH_DELAY", 0.05)


async def work(number: int) -> int:
    await asyncio.sleep(0.001)
    return number


def handler(server: StubServer, transport: str, **options: Any) -> TaskHandler:
    settings = Settings(server_url=server.url, transport=transport)
    worker = define_worker("pay", work, WorkerOptions(concurrency=5, poll_interval=10, **options))
    return TaskHandler(plugins=Plugins.from_settings(settings), workers=[worker], environ={})


def fill(server: StubServer, tasks: int = 40) -> None:
    for number in range(tasks):
        server.add("pay", f"t{number}", inputData={"number": number})


async def until(server: StubServer, condition: Any) -> None:
    await asyncio.wait_for(server.until(condition), SECONDS)


@TRANSPORTS
@pytest.mark.parametrize("v2", [True, False], ids=["update-v2", "plain update"])
async def test_answers_that_break_off_in_the_middle(transport: str, v2: bool) -> None:  # noqa: FBT001 - the parameter of the test
    chance, repeated, orphans = random.Random(3), Counter[str](), set[str]()  # noqa: S311 - a repeatable test
    async with StubServer(v2=v2) as server:

        def cut(request: Any, answer: Any) -> bool:
            if chance.random() > 0.2 or answer[0] >= 400:
                return False
            if request.is_poll:
                server.queue("pay").extend(answer[1] or ())  # as after the response timeout
            elif request.path.endswith("-v2"):
                repeated[request.body["taskId"]] += 1
                orphans.update([answer[1]["taskId"]] if answer[1] else [])
            else:
                repeated[request.body["taskId"]] += 1
            return True

        server.cut = cut
        fill(server)
        async with handler(server, transport) as workers:
            await until(server, lambda: len(server.results) + len(orphans) >= 40)
            server.cut = None
            await until(server, lambda: not workers.get_worker_status()[0].tasks_running)
            possible_orphans = workers.get_worker_status()[0].possible_orphans
    assert set(server.results) | orphans == {f"t{number}" for number in range(40)}
    assert not set(server.results) & orphans
    assert {name: len(bodies) - 1 for name, bodies in server.results.items() if len(bodies) > 1} == dict(repeated)
    assert possible_orphans >= len(orphans)
    assert bool(orphans) == v2


@TRANSPORTS
async def test_a_server_that_takes_requests_and_never_answers(transport: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_calls, "POLL_MARGIN_SECONDS", 0.2)
    async with StubServer() as server:
        server.silent = True
        async with handler(server, transport, poll_timeout=50):
            await until(server, lambda: len(server.polls) >= 3)
            server.silent = False
            fill(server, 5)
            await until(server, lambda: len(server.results) == 5)
    assert all(len(bodies) == 1 for bodies in server.results.values())


@pytest.mark.parametrize("timeout_ms", [DEFAULT_POLL_TIMEOUT, IDLE_POLL_TIMEOUT_MS])
def test_the_real_constants_poll_a_silent_server_again_within_ten_seconds(timeout_ms: int) -> None:
    call = _calls.poll_call("pay", worker_id="me", count=1, timeout_ms=timeout_ms, domain=None)
    assert call.timeout is not None
    assert call.timeout + 2.0 * (1 + JITTER) < 10
    assert failure_delay(1) <= 2.0


@TRANSPORTS
async def test_a_server_that_goes_away_and_comes_back_on_the_same_port(transport: str) -> None:
    first = StubServer()
    async with first:
        fill(first, 20)
        workers = handler(first, transport)
        await workers.__aenter__()
        await until(first, lambda: len(first.results) >= 5)
    started = time.monotonic()
    await asyncio.sleep(0.2)
    second = StubServer(first.port)
    second.queues, second.types, second.results = first.queues, first.types, first.results
    async with second:
        fill(second, 0)
        second.add("pay", "last", inputData={"number": 99})
        await until(second, lambda: "last" in second.results)
        await until(second, lambda: not workers.get_worker_status()[0].tasks_running)
        await workers.__aexit__(None, None, None)
    assert workers.report is not None
    assert workers.report.clean
    assert time.monotonic() - started < SECONDS
    # What was on its way when the server went is handed out again by its response timeout; the rest came through.
    assert len(second.results) >= 16


@TRANSPORTS
async def test_a_listener_that_blocks_slows_nothing_down_for_good(transport: str) -> None:
    class Slow:
        seen = 0

        def on_task_execution_completed(self, event: Any) -> None:
            time.sleep(0.06)
            Slow.seen += 1

    async with StubServer() as server:
        fill(server)
        settings = Settings(server_url=server.url, transport=transport)
        worker = define_worker("pay", work, WorkerOptions(concurrency=5, poll_interval=10))
        plugins = Plugins.from_settings(settings)
        async with TaskHandler(plugins=plugins, workers=[worker], environ={}, event_listeners=[Slow()]):
            await until(server, lambda: len(server.results) == 40)
    assert all(len(bodies) == 1 for bodies in server.results.values())
    assert Slow.seen >= 3
