"""Heartbeats: which tasks get them, when, and that nothing stops them but the end of the task."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.errors import ConnectionFailedError
from conductor_core.worker import LeaseTracker, PolledTask, define_worker
from conductor_core.worker._config import WorkerOptions
from conductor_core.worker._lease import LeaseSchedule, _Lease, lease_interval  # pyright: ignore[reportPrivateUsage] - the state under test

if TYPE_CHECKING:
    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running


def polled(task_id: Any = "t1", seconds: Any = 10) -> Any:
    return PolledTask(
        {"taskId": task_id, "workflowInstanceId": "w", "taskType": "pay", "responseTimeoutSeconds": seconds}
    )


@pytest.mark.parametrize(
    ("seconds", "interval"), [(0, None), (1, None), (1.24, None), (1.25, 1.0), (10, 8.0), (600, 480.0)]
)
def test_the_interval_is_four_fifths_of_the_timeout_and_at_least_a_second(seconds: Any, interval: Any) -> None:
    assert lease_interval(seconds) == interval


def test_the_schedule_hands_out_what_is_due_once() -> None:
    schedule = LeaseSchedule()
    lease = _Lease(polled(), "me", 8.0)
    schedule.add(lease, 100.0)
    assert schedule.wait(100.0) == 8.0
    assert schedule.take(107.9) is None
    assert schedule.take(108.0) is lease
    assert schedule.take(200.0) is None
    schedule.put_back(lease, 116.0)
    assert schedule.take(116.0) is lease


def test_a_dropped_lease_is_never_due_again() -> None:
    schedule = LeaseSchedule()
    lease = _Lease(polled(), "me", 8.0)
    schedule.add(lease, 0.0)
    schedule.drop("t1")
    schedule.put_back(lease, 1.0)
    assert schedule.take(1000.0) is None
    assert len(schedule) == 0


class Clock:
    """A clock that tests move; the tracker's threads look at it when they are woken."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def wait_for(condition: Any, seconds: Any = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.001)


def moved(tracker: LeaseTracker, clock: Clock, seconds: float) -> None:
    """Move the clock and wake the tracker's threads."""
    clock.now += seconds
    with tracker._changed:  # pyright: ignore[reportPrivateUsage] - the state under test
        tracker._changed.notify_all()  # pyright: ignore[reportPrivateUsage] - the state under test


def test_heartbeats_follow_each_other_by_the_interval_after_the_last_success() -> None:
    sent: list[float] = []
    clock = Clock()
    tracker = LeaseTracker(lambda task, worker: sent.append(clock.now), monotonic=clock)
    assert tracker.track(polled(), "me")
    moved(tracker, clock, 7.9)
    time.sleep(0.02)
    assert sent == []
    moved(tracker, clock, 0.1)
    wait_for(lambda: len(sent) == 1)
    time.sleep(0.01)
    moved(tracker, clock, 8.0)
    wait_for(lambda: len(sent) == 2)
    tracker.untrack("t1")
    moved(tracker, clock, 100.0)
    time.sleep(0.02)
    assert sent == [8.0, 16.0]
    tracker.close()


def test_a_task_without_a_response_timeout_is_not_tracked() -> None:
    tracker = LeaseTracker(lambda task, worker: None)
    assert not tracker.track(polled(seconds=0), "me")
    assert not tracker.track(polled(seconds=1), "me")
    assert len(tracker) == 0
    assert tracker._threads == []  # pyright: ignore[reportPrivateUsage] - the state under test


def test_a_failed_heartbeat_is_tried_three_times_and_the_task_stays_tracked(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conductor_core.worker._lease.RETRY_SECONDS", 0.001)
    tries: list[float] = []
    clock = Clock()

    def send(task: Any, worker: Any) -> None:
        tries.append(clock.now)
        if len(tries) <= 3:
            raise ConnectionFailedError(method="POST", url="u", reason="down", retryable=True)

    tracker = LeaseTracker(send, monotonic=clock)
    tracker.track(polled(), "me")
    moved(tracker, clock, 8.0)
    wait_for(lambda: len(tries) == 3)
    time.sleep(0.01)
    moved(tracker, clock, 1.0)
    wait_for(lambda: len(tries) == 4)
    assert tries == [8.0, 8.0, 8.0, 9.0]
    assert len(tracker) == 1
    assert "heartbeat 3 of 3 for task t1 failed" in caplog.text
    tracker.close()


def test_two_heartbeats_of_one_task_never_overlap() -> None:
    active, most = 0, 0
    clock = Clock()
    hold = threading.Event()

    def send(task: Any, worker: Any) -> None:
        nonlocal active, most
        active += 1
        most = max(most, active)
        hold.wait(5)
        active -= 1

    tracker = LeaseTracker(send, monotonic=clock)
    for number in range(3):
        tracker.track(polled(f"t{number}"), "me")
    tracker.untrack("t1")
    tracker.untrack("t2")
    moved(tracker, clock, 8.0)
    wait_for(lambda: active == 1)
    moved(tracker, clock, 8.0)
    time.sleep(0.02)
    hold.set()
    tracker.close()
    assert most == 1


def test_a_blocked_loop_does_not_stop_heartbeats_and_the_end_of_the_task_does(
    stub: StubConductor, running: Running
) -> None:
    async def blocks_the_loop() -> None:
        end = time.monotonic() + 1.8
        while time.monotonic() < end:
            time.sleep(0.05)  # noqa: ASYNC251 - blocking the loop is the point

    worker = define_worker("pay", blocks_the_loop, WorkerOptions(lease_extend_enabled=True, worker_id="me"))

    async def main() -> None:
        stub.add("pay", "t1", responseTimeoutSeconds=2)
        async with running(worker):
            await stub.until(lambda: stub.results)
            beats = len(stub.heartbeats)
            await asyncio.sleep(0.2)
            assert len(stub.heartbeats) == beats

    asyncio.run(main())
    assert stub.heartbeats == [
        {"taskId": "t1", "workflowInstanceId": "w-t1", "workerId": "me", "status": "IN_PROGRESS", "extendLease": True}
    ]


def test_without_the_option_nothing_is_sent_and_nothing_runs(stub: StubConductor, running: Running) -> None:
    async def quick() -> None: ...

    async def main() -> None:
        stub.add("pay", "t1", responseTimeoutSeconds=2)
        async with running(define_worker("pay", quick)):
            await stub.until(lambda: stub.results)

    asyncio.run(main())
    assert not [thread for thread in threading.enumerate() if thread.name == "conductor-lease"]


def test_ended_tasks_leave_nothing_behind_a_long_one() -> None:
    schedule = LeaseSchedule()
    schedule.add(_Lease(polled("long"), "me", 8.0), 0.0)
    for number in range(10_000):
        schedule.add(_Lease(polled(f"t{number}"), "me", 8.0), 1.0)
        schedule.drop(f"t{number}")
    assert len(schedule._due) < 200  # pyright: ignore[reportPrivateUsage] - the state under test
    assert len(schedule) == 1
    lease = schedule.take(8.0)
    assert lease is not None
    assert lease.task.task_id == "long"


def test_a_defect_on_the_way_does_not_end_the_heartbeats() -> None:
    sent: list[str] = []
    clock = Clock()

    def send(task: PolledTask, worker: str) -> None:
        sent.append(task.task_id)
        if len(sent) == 1:
            raise RuntimeError("a defect of a plugin")

    tracker = LeaseTracker(send, monotonic=clock)
    tracker.track(polled(), "me")
    moved(tracker, clock, 8.0)
    wait_for(lambda: len(sent) == 2, seconds=20)
    tracker.close()


def test_a_lease_of_many_years_does_not_end_the_thread() -> None:
    sent: list[str] = []
    clock = Clock()
    tracker = LeaseTracker(lambda task, worker: sent.append(task.task_id), monotonic=clock)
    tracker.track(polled("forever", 10**12), "me")
    wait_for(lambda: tracker._threads, seconds=20)  # pyright: ignore[reportPrivateUsage] - the state under test
    tracker.track(polled("short", 10), "me")
    moved(tracker, clock, 8.0)
    wait_for(lambda: sent == ["short"], seconds=20)
    tracker.close()


def test_no_further_try_follows_when_the_task_has_ended() -> None:
    sent: list[str] = []
    clock = Clock()

    def send(task: PolledTask, worker: str) -> None:
        sent.append(task.task_id)
        tracker.untrack(task.task_id)
        raise ConnectionFailedError(method="POST", url="u", reason="down", retryable=True)

    tracker = LeaseTracker(send, monotonic=clock)
    tracker.track(polled(), "me")
    moved(tracker, clock, 8.0)
    wait_for(lambda: sent, seconds=20)
    tracker.track(polled("t2", 1000), "me")
    time.sleep(0.6)
    assert sent == ["t1"]
    tracker.close()


def test_one_heartbeat_that_hangs_does_not_hold_up_those_of_other_tasks() -> None:
    sent: list[str] = []
    hold = threading.Event()
    clock = Clock()

    def send(task: PolledTask, worker: str) -> None:
        if task.task_id == "hangs":
            hold.wait(20)
        sent.append(task.task_id)

    tracker = LeaseTracker(send, monotonic=clock)
    tracker.track(polled("hangs", 9), "me")
    tracker.track(polled("other"), "me")
    moved(tracker, clock, 8.0)
    wait_for(lambda: sent == ["other"], seconds=20)
    hold.set()
    tracker.close()
