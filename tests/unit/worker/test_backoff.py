"""Delays between polls, on a clock that the test owns."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core.worker._backoff import (
    PollPacing,
    auth_delay,
    empty_poll_delay,
    failure_delay,
    jittered,
    restart_delay,
)


def middle() -> float:
    return 0.5


@pytest.mark.parametrize(
    ("empty_polls", "milliseconds"),
    [(0, 0), (1, 2), (2, 4), (3, 8), (5, 32), (9, 512), (10, 1024), (11, 5000), (1000, 5000)],
)
def test_empty_polls_double_the_delay_up_to_the_interval(empty_polls: Any, milliseconds: Any) -> None:
    assert empty_poll_delay(empty_polls, 5.0) == pytest.approx(milliseconds / 1000)


def test_a_short_interval_caps_the_delay() -> None:
    assert empty_poll_delay(10, 0.1) == 0.1


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (1, 2), (2, 4), (5, 32), (6, 60), (1000, 60)])
def test_auth_failures_back_off_to_a_minute(failures: Any, seconds: Any) -> None:
    assert auth_delay(failures) == seconds


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (1, 2), (6, 64), (7, 120), (1000, 120)])
def test_other_failures_back_off_to_two_minutes(failures: Any, seconds: Any) -> None:
    assert failure_delay(failures) == seconds


@pytest.mark.parametrize(("restarts", "seconds"), [(0, 1), (1, 2), (5, 32), (6, 60), (1000, 60)])
def test_restarts_back_off_to_a_minute(restarts: Any, seconds: Any) -> None:
    assert restart_delay(restarts) == seconds


@given(st.floats(0, 1000), st.floats(0, 1, exclude_max=True))
def test_jitter_stays_within_ten_percent(seconds: Any, draw: Any) -> None:
    assert seconds * 0.9 <= jittered(seconds, lambda: draw) <= seconds * 1.1 + 1e-9


def test_a_five_second_interval_is_honoured() -> None:
    pacing, now = PollPacing(middle), 0.0
    for _ in range(11):
        pacing.started(now)
        pacing.answered(0)
    assert pacing.wait(now, 5.0) == 5.0
    assert pacing.wait(now + 4.0, 5.0) == 1.0


def test_tasks_end_the_waiting() -> None:
    pacing = PollPacing(middle)
    pacing.started(0.0)
    pacing.answered(0)
    pacing.started(1.0)
    pacing.answered(3)
    assert pacing.wait(1.0, 5.0) == 0.0


def test_a_chained_task_counts_as_tasks_received() -> None:
    pacing = PollPacing(middle)
    for _ in range(20):
        pacing.started(0.0)
        pacing.answered(0)
    pacing.busy()
    assert pacing.wait(0.0, 5.0) == 0.0
    assert not pacing.idle


def test_five_empty_polls_make_it_idle() -> None:
    pacing = PollPacing(middle)
    for _ in range(4):
        pacing.answered(0)
    assert not pacing.idle
    pacing.answered(0)
    assert pacing.idle


def test_auth_and_other_failures_are_counted_apart_and_both_forgotten_by_an_answer() -> None:
    pacing = PollPacing(middle)
    assert pacing.auth_failed(0.0) == 2.0
    assert pacing.auth_failed(2.0) == 4.0
    assert pacing.failed(6.0) == 2.0
    assert pacing.wait(6.5, 0.1) == 1.5
    pacing.answered(0)
    assert (pacing.auth_failures, pacing.failures) == (0, 0)
    assert pacing.wait(6.5, 0.1) <= 0
    assert pacing.auth_failed(10.0) == 2.0


def test_a_server_that_asks_for_more_time_gets_it_within_the_limit() -> None:
    pacing = PollPacing(middle)
    assert pacing.failed(0.0, 30.0) == 30.0
    assert pacing.failed(30.0, 1.0) == 4.0
    assert pacing.failed(34.0, 100_000.0) == 120.0
