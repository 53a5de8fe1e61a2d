"""The retry table of the official SDKs, as a pure function."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core import Attempt, Settings
from conductor_core.builtin.standard_retry import StandardRetry

if TYPE_CHECKING:
    from conductor_core.interfaces import Failure

POLICY = StandardRetry(Settings(), draw=lambda: 0.5)


def attempt(
    number: int = 1, status: int | None = None, failure: Failure | None = None, *, repeatable: bool = False
) -> Attempt:
    return Attempt(
        number=number,
        method="POST",
        template="/x",
        repeatable=repeatable,
        elapsed=0.0,
        status=status,
        failure=failure,
    )


def test_the_table() -> None:
    assert [POLICY.wait(attempt(n, 429)) for n in range(1, 8)] == [1, 2, 4, 8, 16, None, None]
    assert [POLICY.wait(attempt(n, failure="connect")) for n in range(1, 6)] == [1, 2, 3, None, None]
    assert [POLICY.wait(attempt(n, failure="broken", repeatable=True)) for n in range(1, 6)] == [1, 2, 3, None, None]
    assert POLICY.wait(attempt(failure="broken")) is None
    assert POLICY.wait(attempt(failure="timeout", repeatable=True)) is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 500, 502, 503, 504])
def test_other_statuses_are_final(status: int) -> None:
    assert POLICY.wait(attempt(status=status, repeatable=True)) is None


def test_a_passing_failure_of_the_server_is_retried_where_safe_and_switched_on() -> None:
    policy = StandardRetry(Settings(retry_server_errors=True), draw=lambda: 0.5)
    for status in (502, 503, 504):
        assert [policy.wait(attempt(n, status, repeatable=True)) for n in range(1, 6)] == [1, 2, 3, None, None]
        assert policy.wait(attempt(status=status)) is None
    for status in (500, 501, 401, 403):
        assert policy.wait(attempt(status=status, repeatable=True)) is None


@given(st.integers(1, 5), st.floats(0, 1, exclude_max=True))
def test_jitter_is_a_tenth_in_both_directions(number: int, drawn: float) -> None:
    wait = StandardRetry(Settings(), draw=lambda: drawn).wait(attempt(number, 429))
    middle = 2.0 ** (number - 1)
    assert wait is not None
    assert 0.9 * middle <= wait < 1.1 * middle + 1e-9


def test_waits_differ_by_default() -> None:
    random.seed(7)
    policy = StandardRetry(Settings())
    assert len({policy.wait(attempt(1, 429)) for _ in range(20)}) > 10
