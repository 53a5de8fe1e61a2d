"""A poll loop that dies is started again; one that dies too often stays down."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import TaskHandler, hookimpl
from conductor_core.worker import define_worker
from conductor_core.worker._runner import TaskRunner
from tests._support.stub_server import StubConductor, stub_plugins

if TYPE_CHECKING:
    from conductor_core.events import WorkerRestarted
    from tests._support.worker_fixtures import Virtual


async def work() -> None: ...


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make the poll loop raise some times, as an unforeseen defect would."""

    def prepare(deaths: int) -> list[float]:
        times: list[float] = []
        original = TaskRunner._poll_in_time  # pyright: ignore[reportPrivateUsage] - the state under test

        async def fail(self) -> None:  # type: ignore[no-untyped-def]  # that it is written so is what is tested
            if len(times) < deaths:
                times.append(asyncio.get_running_loop().time())
                raise RuntimeError("unforeseen")
            await original(self)  # pyright: ignore[reportUnknownArgumentType] - the untyped lambda or worker is the test's own

        monkeypatch.setattr(TaskRunner, "_poll_in_time", fail)  # pyright: ignore[reportUnknownArgumentType] - the untyped lambda or worker is the test's own
        return times

    return prepare


def test_restarts_come_after_growing_delays(
    virtual: Virtual, stub: StubConductor, dying: Any, caplog: pytest.LogCaptureFixture
) -> None:
    times = dying(8)

    async def main() -> None:
        async with TaskHandler(plugins=stub_plugins(stub), workers=[define_worker("pay", work)], environ={}) as handler:
            await stub.until(lambda: stub.polls)
            (status,) = handler.get_worker_status()
            assert (status.restarts, status.alive) == (8, True)
            assert status.last_error == "RuntimeError('unforeseen')"
            assert handler.is_healthy()

    virtual(main)
    assert [later - sooner for sooner, later in itertools.pairwise(times)] == pytest.approx([1, 2, 4, 8, 16, 32, 60])
    assert "runner of pay died" in caplog.text


class Restarts:
    """A plugin that is told of restarts."""

    def __init__(self) -> None:
        self.events: list[WorkerRestarted] = []

    @hookimpl
    def conductor_on_worker_restarted(self, event: WorkerRestarted) -> None:
        self.events.append(event)


def test_listeners_are_told_of_a_restart_and_why(virtual: Virtual, stub: StubConductor, dying: Any) -> None:
    dying(2)
    told = Restarts()

    async def main() -> None:
        workers = [define_worker("pay", work)]
        async with TaskHandler(plugins=stub_plugins(stub), workers=workers, environ={}, event_listeners=[told]):
            await stub.until(lambda: stub.polls)

    virtual(main)
    assert [(event.task_type, event.restarts, repr(event.cause)) for event in told.events] == [
        ("pay", 1, "RuntimeError('unforeseen')"),
        ("pay", 2, "RuntimeError('unforeseen')"),
    ]


def test_with_a_limit_it_stays_down_and_the_handler_is_not_healthy(
    virtual: Virtual, stub: StubConductor, dying: Any
) -> None:
    times = dying(100)

    async def main() -> None:
        handler = TaskHandler(
            plugins=stub_plugins(stub), workers=[define_worker("pay", work)], environ={}, max_restarts=3
        )
        async with handler:
            await handler.wait()
            assert not handler.is_healthy()

    virtual(main)
    assert len(times) == 4


def test_a_time_of_health_makes_the_next_restart_quick_again(
    virtual: Virtual, stub: StubConductor, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaths: list[float] = []
    original = TaskRunner._poll_in_time  # pyright: ignore[reportPrivateUsage] - the state under test

    async def fail_at(self) -> None:  # type: ignore[no-untyped-def]  # that it is written so is what is tested
        now = asyncio.get_running_loop().time()
        if len(deaths) < 3 or (len(deaths) == 3 and now > 100):
            deaths.append(now)
            raise RuntimeError("unforeseen")
        await original(self)  # pyright: ignore[reportUnknownArgumentType] - the untyped lambda or worker is the test's own

    monkeypatch.setattr(TaskRunner, "_poll_in_time", fail_at)  # pyright: ignore[reportUnknownArgumentType] - the untyped lambda or worker is the test's own

    async def main() -> Any:
        handler = TaskHandler(plugins=stub_plugins(stub), workers=[define_worker("pay", work)], environ={})
        async with handler:
            await stub.until(lambda: len(deaths) == 4)
            count = len(stub.polls)
            await stub.until(lambda: len(stub.polls) > count)
            return asyncio.get_running_loop().time()

    assert virtual(main) - deaths[3] == pytest.approx(1.0, abs=0.05)


def test_stop_ends_the_wait_for_a_restart(virtual: Virtual, stub: StubConductor, dying: Any) -> None:
    dying(100)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with TaskHandler(plugins=stub_plugins(stub), workers=[define_worker("pay", work)], environ={}):
            await asyncio.sleep(50)
            before = loop.time()
        assert loop.time() - before < 0.1

    virtual(main)
