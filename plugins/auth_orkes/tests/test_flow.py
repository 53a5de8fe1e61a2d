"""The flow without time and I/O: life of a token, refusals, and who leads."""

from __future__ import annotations

import logging

import pytest

from conductor_auth_orkes import OrkesAuth
from conductor_core import ConfigurationError, Settings
from conductor_core.errors import AuthenticationError, ClosedError
from conductor_core.http import Request, Response
from tests._support.fake_server import URL
from tests._support.orkes import drive, timed
from tests._support.token_server import KEY, SECRET, TOKEN, TokenServer, VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def server(clock: VirtualClock) -> TokenServer:
    return TokenServer(clock)


def test_the_key_pair_becomes_a_token_that_every_request_carries(clock: VirtualClock, server: TokenServer) -> None:
    flow = timed(clock).auth()
    request = Request("GET", f"{URL}/x")
    assert drive(flow, server, clock, request).status_code == 200
    drive(flow, server, clock)
    assert server.bodies == [{"keyId": KEY, "keySecret": SECRET}]
    assert server.accepted == [f"{TOKEN}-1"] * 2
    assert "authorization" not in request.headers


def test_an_old_token_is_replaced_before_the_request(clock: VirtualClock, server: TokenServer) -> None:
    flow = timed(clock).auth()
    drive(flow, server, clock)
    clock.pass_(2699.0)
    drive(flow, server, clock)
    assert len(server.asked) == 1
    clock.pass_(1.0)
    drive(flow, server, clock)
    assert server.accepted == [f"{TOKEN}-1", f"{TOKEN}-1", f"{TOKEN}-2"]
    assert server.refused == 0


def test_the_life_of_a_token_is_a_setting(clock: VirtualClock, server: TokenServer) -> None:
    flow = timed(clock, auth_token_ttl=5.0).auth()
    for _ in range(3):
        drive(flow, server, clock)
        clock.pass_(5.0)
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("code", ["EXPIRED_TOKEN", "INVALID_TOKEN"])
def test_a_refused_token_is_replaced_and_the_request_sent_once_more(
    clock: VirtualClock, server: TokenServer, status: int, code: str
) -> None:
    server.refusal_status, server.refusal = status, {"error": code}
    flow = timed(clock).auth()
    drive(flow, server, clock)
    server.revoke()
    assert drive(flow, server, clock).status_code == 200
    assert (server.refused, len(server.asked)) == (1, 2)
    assert server.accepted[-1] == f"{TOKEN}-2"


def test_there_is_one_such_retry(clock: VirtualClock, server: TokenServer) -> None:
    flow = timed(clock).auth()
    server.life = 0.0  # every token is refused
    assert drive(flow, server, clock).status_code == 401
    assert (server.refused, len(server.asked)) == (2, 2)


@pytest.mark.parametrize(
    "answer",
    [
        Response(403, json={"error": "FORBIDDEN"}),
        Response(401, json={"error": "NO_SUCH_USER"}),
        Response(401, json={"message": "no code"}),
        Response(403, text="go away"),
        Response(403),
    ],
    ids=lambda answer: f"{answer.status_code} {answer.text}",
)
def test_a_lack_of_permission_is_the_callers_to_know(
    clock: VirtualClock, server: TokenServer, answer: Response
) -> None:
    server.answer = lambda _request: answer
    assert drive(timed(clock).auth(), server, clock) is answer
    assert len(server.asked) == len(server.accepted) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]"])
def test_a_401_that_says_nothing_is_a_refused_token(clock: VirtualClock, server: TokenServer, body: bytes) -> None:
    server.answer = lambda _request: Response(401 if len(server.asked) == 1 else 200, content=body)
    assert drive(timed(clock).auth(), server, clock).status_code == 200
    assert len(server.asked) == 2


def test_a_server_without_tokens_is_told_once(
    clock: VirtualClock, server: TokenServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.broken = Response(404, json={"message": "No static resource api/token."})
    provider = timed(clock)
    flow = provider.auth()
    for _ in range(3):
        drive(flow, server, clock)
    assert (len(server.asked), server.without_header) == (1, 3)
    assert [(record.levelname, record.name) for record in caplog.records] == [("INFO", "conductor")]
    assert provider.static_headers() == (0, {})
    assert provider.seconds_until_due() is None


def test_a_404_after_tokens_were_given_out_is_an_outage(clock: VirtualClock, server: TokenServer) -> None:
    server.life = 100.0
    flow = timed(clock, auth_token_ttl=10.0).auth()
    drive(flow, server, clock)
    server.broken = Response(404)
    clock.pass_(10.0)
    drive(flow, server, clock)
    assert server.accepted == [f"{TOKEN}-1"] * 2
    assert server.without_header == 0


def test_a_refused_token_that_cannot_be_replaced_ends_with_the_servers_refusal(
    clock: VirtualClock, server: TokenServer
) -> None:
    flow = timed(clock).auth()
    drive(flow, server, clock)
    server.revoke()
    server.broken = Response(503, json={"message": "down"})
    with pytest.raises(AuthenticationError, match="Token has expired") as caught:
        drive(flow, server, clock)
    assert caught.value.code == "EXPIRED_TOKEN"
    assert "no new token could be had" in " ".join(caught.value.__notes__)
    assert server.without_header == 0
    server.broken = None
    clock.pass_(60.0)
    assert drive(flow, server, clock).status_code == 200


def test_a_refusal_of_a_token_that_was_replaced_meanwhile_needs_no_new_one(
    clock: VirtualClock, server: TokenServer
) -> None:
    flow = timed(clock).auth()
    drive(flow, server, clock)
    late = flow.steps(Request("GET", f"{URL}/late"))
    sent = next(late)
    server.revoke()
    drive(flow, server, clock)
    assert isinstance(sent, Request)
    again = late.send(server(sent))
    assert isinstance(again, Request)
    assert again.headers["x-authorization"] == f"{TOKEN}-2"
    assert server(again).status_code == 200
    assert len(server.asked) == 2


def test_a_caller_that_is_cancelled_leaves_the_lead_to_the_next(clock: VirtualClock, server: TokenServer) -> None:
    flow = timed(clock).auth()
    cancelled = flow.steps(Request("GET", f"{URL}/x"))
    assert isinstance(next(cancelled), Request)
    cancelled.close()
    assert drive(flow, server, clock).status_code == 200
    assert len(server.asked) == 1


def test_a_caller_that_never_comes_back_is_replaced(clock: VirtualClock, server: TokenServer) -> None:
    flow = timed(clock, request_timeout=20.0).auth()
    stuck = flow.steps(Request("GET", f"{URL}/x"))
    next(stuck)
    before = clock.now
    assert drive(flow, server, clock).status_code == 200
    assert clock.now - before == 25.0
    stuck.close()


def test_closing_ends_a_wait(clock: VirtualClock, server: TokenServer) -> None:
    server.broken = Response(503)
    provider = timed(clock)
    steps = provider.auth().steps(Request("GET", f"{URL}/x"))
    request = next(steps)
    assert isinstance(request, Request)
    steps.send(server(request))
    provider.close()
    with pytest.raises(ClosedError):
        steps.send(None)


def test_the_headers_are_offered_ahead_while_the_token_lives(clock: VirtualClock, server: TokenServer) -> None:
    provider = timed(clock, auth_token_ttl=10.0)
    flow = provider.auth()
    assert provider.static_headers() is None
    drive(flow, server, clock)
    assert provider.static_headers() == (1, {"X-Authorization": f"{TOKEN}-1"})
    clock.pass_(10.0)
    assert provider.static_headers() is None
    drive(flow, server, clock)
    assert provider.static_headers() == (2, {"X-Authorization": f"{TOKEN}-2"})
    server.revoke()
    server.broken = Response(503)
    with pytest.raises(AuthenticationError):
        drive(flow, server, clock)
    assert provider.static_headers() is None


@pytest.mark.parametrize("missing", ["auth_key", "auth_secret"])
def test_half_a_key_pair_is_refused(missing: str) -> None:
    given = {"auth_key": KEY, "auth_secret": SECRET, missing: "  "}
    with pytest.raises(ConfigurationError, match=f"CONDUCTOR_{missing.upper()}") as caught:
        OrkesAuth(Settings(**given))  # type: ignore[arg-type]  # texts
    assert SECRET not in str(caught.value)


def test_white_space_around_key_and_secret_does_not_count(clock: VirtualClock, server: TokenServer) -> None:
    drive(timed(clock, auth_key=f" {KEY}\n", auth_secret=f"\t{SECRET} ").auth(), server, clock)
    assert server.bodies == [{"keyId": KEY, "keySecret": SECRET}]
