"""Replacing the token before it expires: on a virtual clock, and the thread that does it."""

from __future__ import annotations

import gc
import logging
import threading
import weakref
from typing import TYPE_CHECKING

import pytest

from conductor_auth_orkes import OrkesAuth
from conductor_core import Settings, get
from conductor_core._drivers import SyncDriver
from conductor_core.http import ConnectError, Request
from tests._support.fake_server import URL
from tests._support.orkes import CREDENTIALS, connected, drive, parts_of, timed
from tests._support.token_server import TOKEN, TokenServer, VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable

LOGGER = logging.getLogger("conductor")
DEADLINE = 20.0


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def server(clock: VirtualClock) -> TokenServer:
    return TokenServer(clock)


def _threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "conductor-token"]


def _until(condition: Callable[[], object]) -> None:
    pause = threading.Event()
    for _ in range(int(DEADLINE / 0.01)):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen in time")


def test_the_token_is_replaced_at_80_percent(clock: VirtualClock, server: TokenServer) -> None:
    """Two minutes of load with tokens of five seconds, whose life is known."""
    server.life = 5.0
    provider = timed(clock, auth_token_ttl=5.0)
    connected(provider, server, LOGGER)
    flow = provider.auth()
    for _ in range(2400):
        if provider.seconds_until_due() == 0:
            provider.refresh_if_due()
        assert drive(flow, server, clock).status_code == 200
        clock.pass_(0.05)
    provider.close()
    assert server.refused == server.without_header == 0
    assert len(server.accepted) == 2400
    waits = {round(later - earlier, 1) for earlier, later in zip(server.asked, server.asked[1:], strict=False)}
    assert waits <= {4.0, 4.1}
    assert 29 <= len(server.asked) <= 30


def test_failures_back_off_and_keep_the_old_token(clock: VirtualClock, server: TokenServer) -> None:
    provider = timed(clock, auth_token_ttl=100.0)
    connected(provider, server, LOGGER)
    drive(provider.auth(), server, clock)
    server.broken = ConnectError("refused")
    clock.pass_(80.0)
    for wait in (1.0, 2.0, 4.0):
        assert provider.seconds_until_due() == 0
        provider.refresh_if_due()
        assert provider.seconds_until_due() == wait
        provider.refresh_if_due()  # not due
        clock.pass_(wait)
    drive(provider.auth(), server, clock)
    provider.close()
    assert len(server.asked) == 4
    assert set(server.accepted) == {f"{TOKEN}-1"}


def test_a_defect_of_a_transport_is_a_failure_like_others(clock: VirtualClock, server: TokenServer) -> None:
    provider = timed(clock, auth_token_ttl=100.0)
    connected(provider, server, LOGGER)
    drive(provider.auth(), server, clock)
    server.failures = [ZeroDivisionError("a defect")]
    clock.pass_(80.0)
    provider.refresh_if_due()
    assert provider.seconds_until_due() == 1.0
    clock.pass_(1.0)
    provider.refresh_if_due()
    provider.close()
    assert len(server.given) == 2


@pytest.mark.parametrize(("interval", "ttl", "expected"), [(3600, 2700, 2160), (60, 2700, 60), (30, 20, 16)])
def test_the_interval_is_at_most_80_percent_of_the_life(
    clock: VirtualClock, server: TokenServer, interval: float, ttl: float, expected: float
) -> None:
    provider = timed(clock, refresh_token_interval=interval, auth_token_ttl=ttl)
    connected(provider, server, LOGGER)
    drive(provider.auth(), server, clock)
    assert provider.seconds_until_due() == expected
    provider.close()


def test_the_thread_starts_with_the_first_token_and_ends_with_the_conductor() -> None:
    server = TokenServer(clock=lambda: 0.0)
    parts = parts_of(server, refresh_token_interval=3600)
    driver = SyncDriver(parts)
    assert _threads() == []
    driver.run(get("/x"))
    driver.run(get("/x"))
    (thread,) = _threads()
    assert thread.daemon
    driver.close()
    parts.close()
    parts.close()
    assert not thread.is_alive()
    assert _threads() == []


def test_the_thread_replaces_the_token() -> None:
    server = TokenServer(clock=lambda: 0.0)
    parts = parts_of(server, refresh_token_interval=3600, auth_token_ttl=0.25)
    driver = SyncDriver(parts)
    driver.run(get("/x"))
    _until(lambda: len(server.asked) >= 3)
    driver.close()
    parts.close()
    asked = len(server.asked)
    assert _threads() == []
    assert len(server.accepted) == 1  # all others were asked for by the thread
    assert len(server.asked) == asked


def test_an_interval_of_0_starts_no_thread() -> None:
    server = TokenServer(clock=lambda: 0.0)
    parts = parts_of(server, refresh_token_interval=0)
    driver = SyncDriver(parts)
    driver.run(get("/x"))
    assert _threads() == []
    driver.close()
    parts.close()


def test_a_provider_that_nobody_closes_keeps_neither_itself_nor_its_thread_alive(server: TokenServer) -> None:
    provider = OrkesAuth(Settings(server_url=URL, **CREDENTIALS))
    connected(provider, server, LOGGER)
    flow = provider.auth()
    list_of_requests = flow.sync_auth_flow(Request("GET", f"{URL}/x"))
    token_request = next(list_of_requests)
    list_of_requests.send(server(token_request))
    (thread,) = _threads()
    known = weakref.ref(provider)
    list_of_requests.close()
    del provider, flow, list_of_requests
    gc.collect()
    assert known() is None
    thread.join(DEADLINE)
    assert not thread.is_alive()
