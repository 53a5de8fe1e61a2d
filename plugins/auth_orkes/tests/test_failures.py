"""When no token can be had: backoff, how long a call waits, and what it ends with."""

from __future__ import annotations

import pytest

from conductor_auth_orkes._keeper import backoff
from conductor_core.errors import (
    AuthenticationError,
    ConductorError,
    ConnectionFailedError,
    PermissionDeniedError,
    RequestTimeoutError,
    ServerError,
)
from conductor_core.http import RETRY_BUDGET, ConnectError, ReadTimeout, Request, Response
from tests._support.fake_server import URL
from tests._support.orkes import drive, timed
from tests._support.token_server import SECRET, TOKEN, TokenServer, VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def server(clock: VirtualClock) -> TokenServer:
    return TokenServer(clock)


def test_when_no_new_token_can_be_had_the_old_one_stays(
    clock: VirtualClock, server: TokenServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.life = 10_000.0
    flow = timed(clock, auth_token_ttl=100.0).auth()
    drive(flow, server, clock)
    server.broken = Response(503)
    clock.pass_(100.0)
    for _ in range(200):
        drive(flow, server, clock)
        clock.pass_(1.0)
    waits = [later - earlier for earlier, later in zip(server.asked[1:], server.asked[2:], strict=False)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert set(server.accepted) == {f"{TOKEN}-1"}
    assert server.without_header == server.refused == 0
    levels = [record.levelname for record in caplog.records]
    assert levels == ["WARNING"] * 4 + ["ERROR"] * (len(server.asked) - 5)
    server.broken = None
    clock.pass_(60.0)
    drive(flow, server, clock)
    assert server.accepted[-1] != f"{TOKEN}-1"


def test_the_count_of_failures_starts_anew_after_a_success(clock: VirtualClock, server: TokenServer) -> None:
    flow = timed(clock, auth_token_ttl=5.0).auth()
    server.failures = [Response(503), Response(503)]
    drive(flow, server, clock)
    server.failures = [Response(503), Response(503)]
    server.revoke()
    drive(flow, server, clock)
    waits = [later - earlier for earlier, later in zip(server.asked, server.asked[1:], strict=False)]
    assert waits == [1, 2, 0, 1, 2]


def test_the_backoff_is_capped() -> None:
    assert [backoff(failures) for failures in range(1, 10)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert backoff(10_000) == 60


@pytest.mark.parametrize(
    ("broken", "error", "tries"),
    [
        (Response(503, json={"message": "starting"}), ServerError, 8),
        (Response(200, json={}), ConnectionFailedError, 8),
        (Response(200, text="<html>"), ConnectionFailedError, 8),
        (Response(200, json={"token": "two\nlines"}), ConnectionFailedError, 8),
        (Response(302), ConductorError, 8),
        (ConnectError("refused"), ConnectionFailedError, 4),
        (ReadTimeout("slow"), RequestTimeoutError, 1),
        (Response(401, json={"message": "wrong key"}), AuthenticationError, 1),
        (Response(403, json={"message": "inactive"}), PermissionDeniedError, 1),
    ],
    ids=str,
)
def test_without_any_token_a_call_waits_so_many_tries_and_then_fails(
    clock: VirtualClock, server: TokenServer, broken: Response | Exception, error: type[Exception], tries: int
) -> None:
    server.broken = broken
    flow = timed(clock).auth()
    with pytest.raises(error) as caught:
        drive(flow, server, clock)
    assert len(server.asked) == tries
    assert f"{URL}/token" in str(caught.value)
    # Whoever comes during the backoff is told at once, and the next try is one try.
    with pytest.raises(error) as again:
        drive(flow, server, clock)
    assert again.value is not caught.value
    assert len(server.asked) == tries
    clock.pass_(61.0)
    with pytest.raises(error):
        drive(flow, server, clock)
    assert len(server.asked) == tries + 1
    assert server.accepted == []
    assert server.refused == server.without_header == 0


def test_a_call_that_allows_no_waiting_tries_once(clock: VirtualClock, server: TokenServer) -> None:
    server.broken = Response(503)
    flow = timed(clock).auth()
    for budget, tries in ((0, 1), (0, 1), (0.5, 1), (7.5, 4)):
        request = Request("GET", f"{URL}/x", extensions={RETRY_BUDGET: budget})
        with pytest.raises(ServerError):
            drive(flow, server, clock, request)
        assert len(server.asked) == tries


def test_a_server_that_repeats_the_secret_does_not_put_it_into_the_error(
    clock: VirtualClock, server: TokenServer, caplog: pytest.LogCaptureFixture
) -> None:
    for answer in (Response(400, json={"message": f"bad secret {SECRET}"}), Response(400, text=f"<b>{SECRET}</b>")):
        server.broken = answer
        with pytest.raises(ConductorError) as caught:
            drive(timed(clock).auth(), server, clock)
        assert SECRET not in str(caught.value)
        assert "********" in str(caught.value)
    assert SECRET not in caplog.text
