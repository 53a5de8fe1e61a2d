"""A blocked event loop is noticed, its task is named, and a process that cannot end in order ends all the same."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.errors import WorkerError
from conductor_core.worker import PolledTask, define_worker
from conductor_core.worker._config import WorkerOptions
from conductor_core.worker._health._loop_watch import LoopWatch
from conductor_core.worker._last_resort import LastResort

if TYPE_CHECKING:
    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_silence_is_measured_and_a_process_that_was_asleep_is_not_blamed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    watch = LoopWatch(10.0, lambda _: None, clock=clock)
    watch.look(1.0)
    clock.now += 9.0
    assert watch.silent_seconds == 9.0
    watch.look(1.0)
    assert watch.frozen is None
    clock.now += 3600.0
    watch.look(3600.0)
    assert watch.frozen is None, "the whole process slept"
    clock.now += 10.0
    watch.look(1.0)
    assert _held(watch)
    assert "by no task of a worker" in caplog.text
    await asyncio.sleep(0)
    assert not _held(watch)
    assert watch.silent_seconds == 0.0
    assert "turns again after" in caplog.text


def _held(watch: LoopWatch) -> bool:
    return watch.frozen is not None


async def test_a_limit_of_zero_never_calls_it_frozen() -> None:
    clock = Clock()
    watch = LoopWatch(0.0, lambda _: None, clock=clock)
    watch.look(1.0)
    clock.now += 1e6
    watch.look(1.0)
    assert watch.frozen is None


async def test_the_task_that_blocks_the_loop_is_named_with_its_stack(
    stub: StubConductor, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    seen: dict[str, Any] = {}
    release = threading.Event()

    async def blocking() -> str:
        release.wait(30)
        return "done"

    def look_from_outside(handler: Any) -> None:
        while not (frozen := handler.get_health())["frozen"]:
            time.sleep(0.02)
        seen.update(frozen)
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", handler.health_port, timeout=20)) as connection:
            connection.request("GET", "/livez")
            answer = connection.getresponse()
            seen["livez"] = answer.status, json.loads(answer.read())
        release.set()

    stub.add("pay", "t1")
    worker = define_worker("pay", blocking, WorkerOptions())
    async with asyncio.timeout(60), running(worker, settings={"frozen_after": 0.5, "health_port": 0}) as handler:
        looking = threading.Thread(target=look_from_outside, args=(handler,))
        looking.start()
        await stub.until(lambda: stub.results)
        await asyncio.to_thread(looking.join)
        await stub.until(lambda: not handler.get_health()["frozen"])
    assert seen["status"] == "DOWN"
    held_by = seen["processes"][0]["held_by"]
    assert (held_by["task_type"], held_by["task_id"], held_by["workflow_instance_id"]) == ("pay", "t1", "w-t1")
    status, alive = seen["livez"]
    assert (status, alive["status"], alive["processes"][0]["held_by"]["task_id"]) == (503, "frozen", "t1")
    assert "in blocking" in held_by["stack"]
    assert "by task t1 of workflow w-t1, type pay" in caplog.text
    assert "release.wait(30)" in caplog.text


class EndedError(Exception):
    """Stands for the end of the process."""


def last_resort(clock: Clock, state: dict[str, Any], sent: list[Any]) -> LastResort:
    def send(document: Any) -> None:
        if document["taskId"] == "lost":
            raise WorkerError("no server")
        sent.append(document)

    def end(code: int) -> None:
        raise EndedError(code)

    return LastResort(
        30.0,
        stop=lambda: state["stop"],
        silent_seconds=lambda: state["silent"],
        last_words=lambda: [(PolledTask({"taskId": name}), {"taskId": name}) for name in ("t1", "lost")],
        send=send,
        end=end,
        clock=clock,
    )


def test_a_forced_stop_of_a_blocked_loop_gives_back_and_ends(caplog: pytest.LogCaptureFixture) -> None:
    clock, sent = Clock(), list[Any]()
    state = {"stop": (False, False), "silent": 60.0}
    resort = last_resort(clock, state, sent)
    resort.tick()
    state.update(stop=(True, False))
    resort.tick()
    state.update(stop=(True, True), silent=0.1)
    resort.tick()
    assert sent == []
    state.update(silent=2.0)
    with pytest.raises(EndedError):
        resort.tick()
    assert sent == [{"taskId": "t1"}]
    assert "the server could not be told of task lost: no server" in caplog.text


def test_a_blocked_loop_ends_some_time_after_the_stop_limit() -> None:
    clock, sent = Clock(), list[Any]()
    resort = last_resort(clock, {"stop": (True, False), "silent": 60.0}, sent)
    resort.tick()
    clock.now += 34.0
    resort.tick()
    assert sent == []
    clock.now += 2.0
    with pytest.raises(EndedError):
        resort.tick()
