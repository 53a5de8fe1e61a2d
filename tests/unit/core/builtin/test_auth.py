"""The built-in ways to authenticate: none, and a fixed bearer token."""

from __future__ import annotations

import pytest

from conductor_core import ConfigurationError, Settings, get
from conductor_core.builtin.bearer_auth import BearerAuth
from conductor_core.builtin.no_auth import NoAuth
from conductor_core.http import Response
from tests._support.fake_server import answering, async_conductor_for, conductor_for, settings_for

PING = get("/ping")


def test_no_auth_adds_nothing() -> None:
    server = answering(Response(200, json={}))
    with conductor_for(server, settings_for(auth="none")) as conductor:
        conductor.run(PING)
    assert "authorization" not in server.requests[0].headers
    assert NoAuth(Settings()).auth() is None  # type: ignore[func-returns-value]  # that is what it says


def test_a_bearer_token_is_sent_on_the_sync_face() -> None:
    server = answering(Response(200, json={}))
    with conductor_for(server, settings_for(auth="bearer", auth_token="tok")) as conductor:
        conductor.run(PING)
    assert server.requests[0].headers["authorization"] == "Bearer tok"


async def test_a_bearer_token_is_sent_on_the_async_face() -> None:
    server = answering(Response(200, json={}))
    async with async_conductor_for(server, settings_for(auth_token="tok")) as conductor:
        await conductor.run(PING)
    assert server.requests[0].headers["authorization"] == "Bearer tok"


@pytest.mark.parametrize(
    ("token", "message"), [("", "needs a token"), ("tök", "cannot stand"), ("a\nb", "cannot stand")]
)
def test_a_token_that_cannot_be_sent_is_refused_without_showing_it(token: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        BearerAuth(Settings(auth="bearer", auth_token=token))
    assert not token or token not in str(caught.value)
