"""An observer that keeps failing is left alone, and the log says so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Plugins, Settings, hookimpl
from conductor_core._plugins._strikes import FAILURES_BEFORE_OFF
from conductor_core.events import PollStarted
from conductor_core.worker import _notify
from conductor_core.worker._notify import Notifier

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

EVENT = PollStarted(task_type="pay", worker_id="me", poll_count=1)


def _notifier(*listeners: object) -> Notifier:
    settings = Settings(load_plugins=(), disabled_plugins=("logging",))
    return Notifier(Plugins.from_settings(settings, listeners=listeners).listeners())


class Failing:
    """Fails as often as it is told to, then works."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.calls = 0

    def on_poll_started(self, event: PollStarted) -> None:
        self.calls += 1
        if self.calls <= self.failures:
            raise RuntimeError("my fault")


class FailingLater(Failing):
    """The same on the loop."""

    async def on_poll_started(self, event: PollStarted) -> None:  # type: ignore[override]  # the other colour
        await asyncio.sleep(0)
        super().on_poll_started(event)


class FailingNow(Failing):
    """On the loop, without ever waiting."""

    async def on_poll_started(self, event: PollStarted) -> None:  # type: ignore[override]  # the other colour
        super().on_poll_started(event)


class Hearing:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.calls = 0

    def on_poll_started(self, event: PollStarted) -> None:
        self.calls += 1


@pytest.mark.parametrize("kind", [Failing, FailingLater, FailingNow])
async def test_after_ten_failures_in_a_row_it_is_switched_off_and_others_go_on(
    kind: type[Failing], caplog: pytest.LogCaptureFixture
) -> None:
    failing, hearing = kind(1000), Hearing()
    notifier = _notifier(failing, hearing)
    for _ in range(FAILURES_BEFORE_OFF + 5):
        await notifier.emit(EVENT)
    assert (failing.calls, hearing.calls) == (FAILURES_BEFORE_OFF, FAILURES_BEFORE_OFF + 5)
    assert list(notifier.failures.values()) == [FAILURES_BEFORE_OFF]
    told = [record.getMessage() for record in caplog.records if "switched off" in record.getMessage()]
    assert told == [f"listener code:{kind.__name__} (on_poll_started) is switched off: it failed 10 times in a row"]


@pytest.mark.parametrize("kind", [Failing, FailingLater, FailingNow])
async def test_a_success_in_between_lets_it_stay(kind: type[Failing]) -> None:
    failing = kind(FAILURES_BEFORE_OFF - 1)
    notifier = _notifier(failing)
    for _ in range(FAILURES_BEFORE_OFF):
        await notifier.emit(EVENT)
    failing.failures = 2 * FAILURES_BEFORE_OFF
    for _ in range(FAILURES_BEFORE_OFF):
        await notifier.emit(EVENT)
    assert failing.calls == 2 * FAILURES_BEFORE_OFF
    assert list(notifier.failures.values()) == [2 * FAILURES_BEFORE_OFF - 1]


async def test_an_async_listener_that_waits_keeps_its_context_and_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_notify, "ASYNC_LIMIT_SECONDS", 60.0)
    seen: list[object] = []

    class Waiting:
        async def on_poll_started(self, event: PollStarted) -> None:
            seen.append(asyncio.current_task())
            await asyncio.sleep(0.01)
            async with asyncio.timeout(30):
                await asyncio.gather(asyncio.sleep(0.01), asyncio.sleep(0))
            seen.append(asyncio.current_task())

    await _notifier(Waiting()).emit(EVENT)
    assert seen == [asyncio.current_task()] * 2


async def test_one_that_waits_too_long_is_cancelled_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_notify, "ASYNC_LIMIT_SECONDS", 0.01)
    ended: list[str] = []

    class Slow:
        async def on_poll_started(self, event: PollStarted) -> None:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                ended.append("cancelled")
                raise

    notifier = _notifier(Slow())
    await notifier.emit(EVENT)
    assert ended == ["cancelled"]
    assert notifier.failures == {"code:Slow": 1}


async def test_a_runner_that_is_cancelled_while_it_tells_ends_the_listener_too() -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    class Slow:
        async def on_poll_started(self, event: PollStarted) -> None:
            started.set()
            try:
                await asyncio.sleep(3600)
            finally:
                ended.set()

    telling = asyncio.create_task(_notifier(Slow()).emit(EVENT))
    await started.wait()
    telling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await telling
    assert ended.is_set()


def test_what_carries_a_context_is_left_out_too(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[str] = []

    class Carrying:
        @hookimpl
        def conductor_carry_context(self, carrier: dict[str, str]) -> None:
            calls.append("carry")
            raise RuntimeError("no context")

        @hookimpl
        def conductor_restore_context(self, carrier: Mapping[str, str]) -> AbstractContextManager[Any] | None:
            calls.append("restore")
            raise RuntimeError("no context")

    carriers = Plugins.from_settings(Settings(load_plugins=()), plugins=[Carrying()]).carriers()
    for _ in range(FAILURES_BEFORE_OFF + 3):
        assert carriers.filled() == {}
        with carriers.restored({}):
            pass
    assert (calls.count("carry"), calls.count("restore")) == (FAILURES_BEFORE_OFF, FAILURES_BEFORE_OFF)
    assert caplog.text.count("is switched off") == 2


class Cancelled:
    """What it waits for was cancelled by somebody else."""

    async def on_poll_started(self, event: PollStarted) -> None:
        waited = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(waited.cancel)
        await waited


class CancelledNow:
    def on_poll_started(self, event: PollStarted) -> None:
        raise asyncio.CancelledError


@pytest.mark.parametrize("listener", [Cancelled(), CancelledNow()])
async def test_a_cancellation_inside_a_listener_is_its_failure_and_no_end(listener: object) -> None:
    hearing = Hearing()
    notifier = _notifier(listener, hearing)
    await notifier.emit(EVENT)
    assert hearing.calls == 1
    assert list(notifier.failures.values()) == [1]


async def test_a_cancellation_from_outside_passes_a_listener_that_waits() -> None:
    class Waiting:
        async def on_poll_started(self, event: PollStarted) -> None:
            await asyncio.sleep(30)

    notifier = _notifier(Waiting())
    telling = asyncio.create_task(notifier.emit(EVENT))
    await asyncio.sleep(0)
    telling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await telling
    assert not notifier.failures
