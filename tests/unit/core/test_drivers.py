"""The two drivers do the same: send, wait, run flows, sort failures."""

from __future__ import annotations

import inspect
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import ConductorError, NotFoundError, Sleep, get, post
from conductor_core._drivers import AsyncDriver, SyncDriver
from conductor_core.errors import ConnectionFailedError, DecodeError, RateLimitedError, RequestTimeoutError
from conductor_core.http import (
    ConnectError,
    ConnectTimeout,
    HTTPError,
    InvalidURL,
    PoolTimeout,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    Request,
    Response,
)
from tests._support.fake_server import FakeServer, answering, parts_for, settings_for

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from conductor_core import Settings


class Face:
    """One driver with a sleep that takes no time; ``run`` is awaited on both faces."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.slept: list[float] = []

    async def run(
        self,
        server: Callable[[Request], Response],
        step: Any,
        settings: Settings | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> Any:
        parts = replace(parts_for(server, settings), monotonic=clock)
        if self.kind == "sync":
            driver = SyncDriver(parts, sleep=self.slept.append)
            try:
                return driver.run(step)
            finally:
                driver.close()
        async_driver = AsyncDriver(parts, sleep=self._sleep)
        try:
            return await async_driver.run(step)
        finally:
            await async_driver.aclose()

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Face:
    return Face(str(request.param))


async def test_a_call_reaches_the_wire_as_it_was_built(face: Face) -> None:
    server = answering(Response(200, json=[1]))
    call = post("/a/{}", "x/y z", query={"q": "a b+c", "l": ["1", "2"]}, headers={"X-Key": "k"}, body={"n": None})
    assert await face.run(server, call) is None
    (request,) = server.requests
    assert request.method == "POST"
    assert server.paths == ["/api/a/x%2Fy%20z?q=a%20b%2Bc&l=1&l=2"]
    assert request.content == b'{"n":null}'
    assert request.headers["x-key"] == "k"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("conductor-core/")


async def test_waits_of_the_policy_are_slept(face: Face) -> None:
    server = answering(Response(429), Response(429, headers={"Retry-After": "30"}), Response(200, json=5))
    assert await face.run(server, get("/x", returns=int)) == 5
    assert face.slept[0] == pytest.approx(1.0, rel=0.11)
    assert face.slept[1] == 30.0


async def test_the_last_failure_is_raised(face: Face) -> None:
    with pytest.raises(RateLimitedError):
        await face.run(answering(Response(429)), get("/x"))
    assert len(face.slept) == 5


@pytest.mark.parametrize(
    ("raised", "kind", "tries"),
    [
        (ConnectError("refused"), ConnectionFailedError, 4),
        (ReadError("reset"), ConnectionFailedError, 4),
        (RemoteProtocolError("gone"), ConnectionFailedError, 4),
        (HTTPError("undecodable"), ConnectionFailedError, 4),
        (InvalidURL("no"), ConnectionFailedError, 4),
        (ConnectTimeout("slow"), RequestTimeoutError, 1),
        (ReadTimeout("slow"), RequestTimeoutError, 1),
        (PoolTimeout("slow"), RequestTimeoutError, 1),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_failures_of_the_transport_are_sorted(
    face: Face, raised: Exception, kind: type[ConductorError], tries: int
) -> None:
    server = answering(raised)
    with pytest.raises(kind) as caught:
        await face.run(server, get("/x"))
    assert len(server.requests) == tries
    assert caught.value.__cause__ is raised


async def test_a_body_that_cannot_be_unpacked_is_no_bare_error(face: Face) -> None:
    def serve(_request: Request) -> Response:
        return Response(200, headers={"Content-Encoding": "gzip"}, content=b"this is no gzip")

    with pytest.raises(ConnectionFailedError, match="DecodingError"):
        await face.run(serve, get("/x", returns=int))


async def test_timeouts_of_settings_and_of_a_call(face: Face) -> None:
    server = answering(Response(200))
    settings = settings_for(request_timeout=7.0, connect_timeout=3.0)
    await face.run(server, get("/x"), settings)
    await face.run(server, get("/x", timeout=5.0), settings)
    await face.run(server, get("/x", timeout=0.5), settings)
    seen = [request.extensions["timeout"] for request in server.requests]
    assert seen == [
        {"connect": 3.0, "read": 7.0, "write": 7.0, "pool": 7.0},
        {"connect": 3.0, "read": 5.0, "write": 5.0, "pool": 5.0},
        {"connect": 0.5, "read": 0.5, "write": 0.5, "pool": 0.5},
    ]


async def test_the_budget_is_measured_with_the_injected_clock(face: Face) -> None:
    now = iter([0.0, 0.0, 3.0, 100.0, 200.0])
    server = answering(Response(429))
    with pytest.raises(RateLimitedError):
        await face.run(server, get("/x", retry_budget=6.0), clock=lambda: next(now))
    assert len(face.slept) == 2  # 1 s after 0 s, 2 s after 3 s, and 4 s after 100 s would be too late


async def test_a_flow_calls_sleeps_and_returns(face: Face) -> None:
    def flow() -> Generator[Any, Any, list[int]]:
        first = yield from get("/1", returns=int)
        yield Sleep(2.5)
        second = yield from get("/2", returns=int)
        return [first, second]

    assert await face.run(answering(Response(200, json=1), Response(200, json=2)), flow()) == [1, 2]
    assert face.slept == [2.5]


async def test_errors_are_thrown_into_a_flow(face: Face) -> None:
    def flow() -> Generator[Any, Any, str]:
        try:
            yield from get("/1", returns=int)
        except NotFoundError:
            yield Sleep(1.0)
        try:
            yield get("/2", returns=int)
        except DecodeError as error:
            return str(error)
        return "no error"

    server = answering(Response(404), Response(200, json="text"))
    assert "is not a int" in await face.run(server, flow())
    assert face.slept == [1.0]


async def test_what_a_flow_does_not_catch_is_raised(face: Face) -> None:
    cleaned: list[str] = []

    def flow() -> Generator[Any, Any, None]:
        try:
            yield from get("/1")
        finally:
            cleaned.append("up")

    with pytest.raises(NotFoundError):
        await face.run(answering(Response(404)), flow())
    assert cleaned == ["up"]


async def test_a_flow_is_closed_when_a_defect_ends_it(face: Face) -> None:
    def flow() -> Generator[Any, Any, None]:
        try:
            yield from get("/1")
        finally:
            closed.append(True)

    closed: list[bool] = []
    running = flow()
    with pytest.raises(ZeroDivisionError):
        await face.run(answering(ZeroDivisionError()), running)
    assert closed == [True]
    assert inspect.getgeneratorstate(running) == inspect.GEN_CLOSED


async def test_a_flow_without_any_call_needs_no_server(face: Face) -> None:
    def flow() -> Generator[Any, Any, int]:
        yield from ()
        return 5

    server = FakeServer()
    assert await face.run(server, flow()) == 5
    assert server.requests == []


async def test_a_redirect_keeps_to_the_origin(face: Face) -> None:
    server = answering(Response(302, headers={"Location": "/api/y"}), Response(200, json=1))
    assert await face.run(server, get("/x", returns=int)) == 1
    assert server.paths == ["/api/x", "/api/y"]
    foreign = answering(Response(302, headers={"Location": "http://evil/api/y"}))
    with pytest.raises(ConductorError, match="http://evil"):
        await face.run(foreign, get("/x"), settings_for(auth_token="tok"))
    assert {request.url.host for request in foreign.requests} == {"server"}
