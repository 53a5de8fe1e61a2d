"""Several calls as one step of a flow: bounded, in order, each with its own error, on both faces."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor, ConductorError, Flow, NotFoundError, Settings, Together, get
from conductor_core._plugins import Catalog, Plugins
from conductor_core.client import AsyncConductor
from conductor_core.http import AsyncBaseTransport, BaseTransport, Request, Response
from conductor_core.interfaces import TransportFactory
from tests._support.strangers import offering

if TYPE_CHECKING:
    from collections.abc import Callable

DEADLINE = 20


class Crowd:
    """Answers nobody before so many requests are there at once, and counts how many ever were."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._full = threading.Event()
        self.here = 0
        self.most = 0
        self.paths: list[str] = []

    def enter(self, request: Request) -> bool:
        with self._lock:
            self.here += 1
            self.most = max(self.most, self.here)
            self.paths.append(request.url.path)
            if self.here == self._size:
                self._full.set()
            return self._full.is_set()

    def leave(self, request: Request) -> Response:
        with self._lock:
            self.here -= 1
        name = request.url.path.rpartition("/")[2]
        return Response(404, json={"message": f"no {name}"}) if name == "3" else Response(200, json=int(name))

    def wait(self) -> None:
        assert self._full.wait(DEADLINE)

    @property
    def is_full(self) -> bool:
        return self._full.is_set()


class Blocking(BaseTransport):
    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd

    def handle_request(self, request: Request) -> Response:
        if not self._crowd.enter(request):
            self._crowd.wait()
        return self._crowd.leave(request)


class OnLoop(AsyncBaseTransport):
    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd

    async def handle_async_request(self, request: Request) -> Response:
        self._crowd.enter(request)
        while not self._crowd.is_full:  # noqa: ASYNC110 - the crowd counts for threads too
            await asyncio.sleep(0.005)
        return self._crowd.leave(request)


def plugins_for(crowd: Crowd) -> Plugins:
    class Factory(TransportFactory):
        name = "crowd"

        def sync_transport(self) -> BaseTransport:
            return Blocking(crowd)

        def async_transport(self) -> AsyncBaseTransport:
            return OnLoop(crowd)

    settings = Settings(server_url="http://server:8080", transport="crowd")
    return Plugins(
        settings, plugins=[offering("conductor_register_transport", Factory)], catalog=Catalog(installed=False)
    )


def numbers(count: int, limit: int) -> Flow[list[int | ConductorError]]:
    return (yield from Together(tuple(get("/x/{}", number, returns=int) for number in range(count)), limit))


def blocking(crowd: Crowd, flow: Flow[Any]) -> Any:
    with Conductor(plugins=plugins_for(crowd)) as conductor:
        return conductor.run(flow)


def on_loop(crowd: Crowd, flow: Flow[Any]) -> Any:
    async def main() -> Any:
        async with AsyncConductor(plugins=plugins_for(crowd)) as conductor:
            return await asyncio.wait_for(conductor.run(flow), DEADLINE)

    return asyncio.run(main())


each_face = pytest.mark.parametrize("run", [blocking, on_loop])


@each_face
def test_answers_and_errors_stand_in_the_order_of_the_calls(run: Callable[[Crowd, Flow[Any]], Any]) -> None:
    crowd = Crowd(4)
    answers = run(crowd, numbers(10, 4))
    assert [answer if isinstance(answer, int) else type(answer) for answer in answers] == [
        0, 1, 2, NotFoundError, 4, 5, 6, 7, 8, 9,
    ]  # fmt: skip
    assert crowd.most == 4
    assert len(crowd.paths) == 10


@each_face
@pytest.mark.parametrize(("count", "limit"), [(0, 4), (1, 4), (3, 1)])
def test_nothing_one_and_one_after_the_other(run: Callable[[Crowd, Flow[Any]], Any], count: int, limit: int) -> None:
    crowd = Crowd(1)
    assert run(crowd, numbers(count, limit)) == list(range(count))
    assert crowd.paths == [f"/api/x/{number}" for number in range(count)]
    assert crowd.most <= 1


class Broken(Crowd):
    def leave(self, request: Request) -> Response:
        raise ZeroDivisionError("a fault of the transport")


@each_face
def test_what_is_no_error_of_a_call_ends_the_step(run: Callable[[Crowd, Flow[Any]], Any]) -> None:
    crowd = Broken(1)
    with pytest.raises(ZeroDivisionError):
        run(crowd, numbers(50, 2))
    assert len(crowd.paths) < 50


def test_options_hold_for_each_of_the_calls() -> None:
    crowd = Crowd(2)
    with Conductor(plugins=plugins_for(crowd)) as conductor:
        answers = conductor.with_options(retry_budget=0).run(numbers(3, 2))
    assert answers == [0, 1, 2]
