"""The built-in ways to authenticate: none, a bearer token, and user and password."""

from __future__ import annotations

import pytest

from conductor_core import ConfigurationError, Settings, get
from conductor_core.builtin.basic_auth import BasicAuth
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


def test_two_tokens_are_one_too_many() -> None:
    with pytest.raises(ConfigurationError, match="not both"):
        BearerAuth(Settings(auth_token="tok", auth_token_file="/nowhere"))


async def test_user_and_password_are_sent_on_both_faces() -> None:
    server = answering(Response(200, json={}))
    settings = settings_for(auth_user="Aladdin", auth_password="open sesame")
    with conductor_for(server, settings) as conductor:
        conductor.run(PING)
    async with async_conductor_for(server, settings) as awaiting:
        await awaiting.run(PING)
    # The example of RFC 7617.
    assert {request.headers["authorization"] for request in server.requests} == {"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}


def test_a_password_may_hold_any_letter() -> None:
    (header,) = BasicAuth(Settings(auth_user="test", auth_password="123\u00a3")).static_headers()[1].values()
    assert header == "Basic dGVzdDoxMjPCow=="  # the second example of RFC 7617


@pytest.mark.parametrize(
    ("user", "password", "message"),
    [("", "p", "needs auth_user"), ("u", "", "needs auth_user"), ("a:b", "sesam", "':'"), ("u", "se\nsam", "control")],
)
def test_user_and_password_that_cannot_be_sent_are_refused(user: str, password: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        BasicAuth(Settings(auth="basic", auth_user=user, auth_password=password))
    assert "sesam" not in str(caught.value)


@pytest.mark.parametrize(
    "settings",
    [{"auth_token": "tok"}, {"auth_user": "u", "auth_password": "p"}],
    ids=["bearer", "basic"],
)
def test_what_never_changes_offers_its_headers_ahead(settings: dict[str, str]) -> None:
    server = answering(Response(200, json={}))
    with conductor_for(server, settings_for(**settings)) as conductor:
        conductor.run(PING)
        provider = conductor.plugins.auth(conductor.settings)
    static = provider.static_headers()
    assert static is not None
    version, headers = static
    assert provider.static_headers() == (version, headers)
    assert headers == {"Authorization": server.requests[0].headers["authorization"]}
    assert NoAuth(Settings()).static_headers() is None
