"""Slots: what is free, what wakes a full runner."""

from __future__ import annotations

from conductor_core.worker._capacity import Capacity


def test_free_slots_are_concurrency_less_tasks_in_hand() -> None:
    capacity = Capacity(3)
    capacity.take()
    capacity.take()
    assert (capacity.used, capacity.free) == (2, 1)
    capacity.release()
    assert capacity.free == 2


def test_more_tasks_than_asked_for_leave_less_than_no_slot() -> None:
    capacity = Capacity(1)
    for _ in range(3):
        capacity.take()
    assert capacity.free == -2


def test_release_wakes_whoever_waits() -> None:
    calls: list[int] = []
    capacity = Capacity(1, lambda: calls.append(capacity.free))
    capacity.take()
    capacity.release()
    assert calls == [1]


def test_a_full_period_is_noted_once() -> None:
    capacity = Capacity(1)
    capacity.take()
    assert [capacity.note_full() for _ in range(3)] == [True, False, False]
    capacity.release()
    capacity.take()
    assert capacity.note_full()


def test_resizing_counts_for_the_next_poll_and_wakes() -> None:
    calls: list[int] = []
    capacity = Capacity(5, lambda: calls.append(1))
    for _ in range(5):
        capacity.take()
    capacity.resize(2)
    assert (capacity.free, capacity.used, calls) == (-3, 5, [1])


def test_concurrency_is_never_below_one() -> None:
    assert Capacity(0).concurrency == 1
