"""A poll loop that dies is started again; one that dies too often stays down."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from conductor_core import TaskHandler
from conductor_core.worker import define_worker
from conductor_core.worker._runner import TaskRunner
from tests._support.stub_server import stub_plugins


async def work() -> None: ...


@pytest.fixture
def dying(monkeypatch):
    """Make the poll loop raise some times, as an unforeseen defect would."""

    def prepare(deaths: int) -> list[float]:
        times: list[float] = []
        original = TaskRunner._poll_in_time

        async def fail(self):
            if len(times) < deaths:
                times.append(asyncio.get_running_loop().time())
                raise RuntimeError("unforeseen")
            await original(self)

        monkeypatch.setattr(TaskRunner, "_poll_in_time", fail)
        return times

    return prepare


def test_restarts_come_after_growing_delays(virtual, stub, dying, caplog):
    times = dying(8)

    async def main():
        async with TaskHandler(plugins=stub_plugins(stub), workers=[define_worker("pay", work)], environ={}) as handler:
            await stub.until(lambda: stub.polls)
            (status,) = handler.get_worker_status()
            assert (status.restarts, status.alive) == (8, True)
            assert status.last_error == "RuntimeError('unforeseen')"
            assert handler.is_healthy()

    virtual(main)
    assert [later - sooner for sooner, later in itertools.pairwise(times)] == pytest.approx([1, 2, 4, 8, 16, 32, 60])
    assert "runner of pay died" in caplog.text


def test_with_a_limit_it_stays_down_and_the_handler_is_not_healthy(virtual, stub, dying):
    times = dying(100)

    async def main():
        handler = TaskHandler(
            plugins=stub_plugins(stub), workers=[define_worker("pay", work)], environ={}, max_restarts=3
        )
        async with handler:
            await handler.wait()
            assert not handler.is_healthy()

    virtual(main)
    assert len(times) == 4


def test_a_time_of_health_makes_the_next_restart_quick_again(virtual, stub, monkeypatch):
    deaths: list[float] = []
    original = TaskRunner._poll_in_time

    async def fail_at(self):
        now = asyncio.get_running_loop().time()
        if len(deaths) < 3 or (len(deaths) == 3 and now > 100):
            deaths.append(now)
            raise RuntimeError("unforeseen")
        await original(self)

    monkeypatch.setattr(TaskRunner, "_poll_in_time", fail_at)

    async def main():
        handler = TaskHandler(plugins=stub_plugins(stub), workers=[define_worker("pay", work)], environ={})
        async with handler:
            await stub.until(lambda: len(deaths) == 4)
            count = len(stub.polls)
            await stub.until(lambda: len(stub.polls) > count)
            return asyncio.get_running_loop().time()

    assert virtual(main) - deaths[3] == pytest.approx(1.0, abs=0.05)


def test_stop_ends_the_wait_for_a_restart(virtual, stub, dying):
    dying(100)

    async def main():
        loop = asyncio.get_running_loop()
        async with TaskHandler(plugins=stub_plugins(stub), workers=[define_worker("pay", work)], environ={}):
            await asyncio.sleep(50)
            before = loop.time()
        assert loop.time() - before < 0.1

    virtual(main)
