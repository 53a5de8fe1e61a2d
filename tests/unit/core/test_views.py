"""Views of a conductor: other options for the calls, the same connections."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import (
    Api,
    AsyncConductor,
    Call,
    Conductor,
    ConfigurationError,
    Face,
    Flow,
    NotFoundError,
    Settings,
    endpoint,
    get,
)
from conductor_core.errors import RateLimitedError, ServerError
from conductor_core.http import Response
from tests._support.fake_server import answering, async_conductor_for, conductor_for, plugins_for, settings_for
from tests._support.strangers import Impatient

if TYPE_CHECKING:
    from tests._support.fake_server import FakeServer


class ThingApi(Api[Face], name="things"):
    """A call, and a flow of two."""

    @endpoint
    def one(self) -> Call[int]:
        """Get it."""
        return get("/one", returns=int)

    @endpoint
    def both(self) -> Flow[int]:
        """Get both, the second only if there is one."""
        first = yield from ThingApi.one.call(self)
        try:
            return first + (yield from get("/two", returns=int))
        except NotFoundError:
            return first


def _timeouts(server: FakeServer) -> list[float]:
    return [request.extensions["timeout"]["read"] for request in server.requests]


def test_a_view_changes_calls_and_flows_and_leaves_the_conductor_alone() -> None:
    server = answering(Response(200, json=2))
    with conductor_for(server) as conductor:
        view = conductor.with_options(timeout=2.5)
        assert view.client(ThingApi).one() == 2
        assert view.client(ThingApi).both() == 4
        assert view.run(get("/x", returns=int)) == 2
        assert conductor.client(ThingApi).one() == 2
        assert isinstance(view, Conductor)
    assert _timeouts(server) == [2.5, 2.5, 2.5, 2.5, 60.0]


async def test_a_view_of_an_async_conductor_is_one() -> None:
    server = answering(Response(200, json=2), Response(200, json=2), Response(404, json={"message": "no such thing"}))
    async with async_conductor_for(server) as conductor:
        view = conductor.with_options(timeout=2.5, errors="log")
        assert await view.client(ThingApi).one() == 2
        assert await view.client(ThingApi).both() == 2
        assert await view.client(ThingApi).one() is None
        assert isinstance(view, AsyncConductor)
    assert _timeouts(server) == [2.5] * 4


def test_closing_a_view_leaves_the_connections_open() -> None:
    with conductor_for(answering(Response(200, json=1))) as conductor:
        with conductor.with_options(timeout=1.0) as view:
            view.close()
        assert conductor.client(ThingApi).one() == view.client(ThingApi).one() == 1


def test_a_policy_for_these_calls_alone() -> None:
    Impatient.seen.clear()
    server = answering(Response(503))
    with conductor_for(server) as conductor:
        with pytest.raises(ServerError):
            conductor.with_options(retry=Impatient(Settings())).client(ThingApi).one()
        assert len(server.requests) == 3
        with pytest.raises(ServerError):
            conductor.client(ThingApi).one()
    assert len(server.requests) == 4


def test_no_retry_for_these_calls() -> None:
    server = answering(Response(429))
    with conductor_for(server) as conductor, pytest.raises(RateLimitedError):
        conductor.with_options(retry_budget=0).client(ThingApi).one()
    assert len(server.requests) == 1


class Lines:
    """A logger of another kind, without ``warning``."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def _line(self, message: str, *args: object) -> None:
        self.lines.append(message % args)

    debug = info = error = _line


def test_errors_are_logged_where_the_program_wants_them_instead_of_raised(caplog: pytest.LogCaptureFixture) -> None:
    logger = Lines()
    caplog.set_level(logging.DEBUG)
    server = answering(Response(404, json={"message": "no such thing"}))
    with Conductor(plugins=plugins_for(server), logger=logger) as conductor:
        assert conductor.with_options(errors="log").client(ThingApi).one() is None
        with pytest.raises(NotFoundError):
            conductor.with_options(errors="throw").client(ThingApi).one()
    start, *lines = logger.lines
    assert start.startswith("active plugins: auth:none")
    assert lines == ["GET http://server:8080/api/one answered 404: no such thing"]
    assert caplog.records == []


def test_options_of_views_add_up() -> None:
    server = answering(Response(429))
    with conductor_for(server) as conductor:
        view = conductor.with_options(errors="log").with_options(timeout=3.0).with_options(retry_budget=0)
        assert view.client(ThingApi).one() is None
    assert _timeouts(server) == [3.0]


@pytest.mark.parametrize(
    ("options", "message"),
    [({"timeout": 0}, "timeout"), ({"retry_budget": -1}, "retry_budget"), ({"errors": "ignore"}, "errors")],
)
def test_what_cannot_be_meant_is_refused(options: dict[str, Any], message: str) -> None:
    with conductor_for(answering(Response(200))) as conductor, pytest.raises(ConfigurationError, match=message):
        conductor.with_options(**options)


async def test_the_headers_of_the_auth_are_there_for_requests_that_go_another_way() -> None:
    server = answering(Response(200))
    settings = settings_for(auth_token="tok")
    with conductor_for(server, settings) as conductor:
        headers = conductor.authentication_headers()
        assert (
            conductor.with_options(timeout=1.0).authentication_headers() == headers == {"authorization": "Bearer tok"}
        )
        assert "tok" not in repr(headers)
    async with async_conductor_for(server, settings) as awaiting:
        assert await awaiting.authentication_headers() == headers
    with conductor_for(server, settings_for(auth="none")) as conductor:
        assert conductor.authentication_headers() == {}
    assert server.requests == []
