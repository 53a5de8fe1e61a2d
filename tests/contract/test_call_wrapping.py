"""Wrappers around calls: one generator for both faces, which sees every try and every wait."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import PluginError, get, hookimpl, ordered
from conductor_core._call import Sleep
from conductor_core.errors import ServerError
from conductor_core.http import Response
from tests._support.fake_server import answering, async_conductor_for, conductor_for, plugins_for

if TYPE_CHECKING:
    from collections.abc import Generator

    from conductor_core import Call
    from conductor_core.interfaces import CallSteps, Exchange, Outcome, Send

OVERLOADED = Response(429, headers={"retry-after": "0"})


def watching(name: str, seen: list[str], **order: Any) -> object:
    """A plugin that writes down what passes, and adds a header line of its own."""

    class Watching:
        @hookimpl
        def conductor_wrap_call(self, next: CallSteps) -> CallSteps:  # noqa: A002 - the hook's name for it
            def steps(call: Call[Any]) -> Exchange:
                seen.append(f"{name} {call.method} {call.template}")
                try:
                    answer = yield from watched(next(replace(call, headers=(*call.headers, (f"x-{name}", "1")))))
                except ServerError as error:
                    seen.append(f"{name} failed {error.status}")
                    raise
                seen.append(f"{name} done")
                return answer

            def watched(inner: Exchange) -> Generator[Send | Sleep, Outcome | None, Any]:
                outcome: Outcome | None = None
                while True:
                    try:
                        action = inner.send(outcome)
                    except StopIteration as stop:
                        return stop.value
                    seen.append(f"{name} {'wait' if isinstance(action, Sleep) else 'send'}")
                    outcome = yield action

            return steps

    Watching.__name__ = name
    return ordered(**order)(Watching)()


def test_a_wrapper_sees_each_try_and_each_wait() -> None:
    seen: list[str] = []
    server = answering(OVERLOADED, Response(200, json={"a": 1}))
    with conductor_for(server, plugins=[watching("w", seen)]) as conductor:
        assert conductor.run(get("/x/{}", "1", returns=dict[str, int])) == {"a": 1}
    assert seen == ["w GET /x/{}", "w send", "w wait", "w send", "w done"]
    assert [request.headers["x-w"] for request in server.requests] == ["1", "1"]


async def test_the_async_face_runs_the_same_wrapper() -> None:
    seen: list[str] = []
    server = answering(OVERLOADED, Response(200, json={"a": 1}))
    async with async_conductor_for(server, plugins=[watching("w", seen)]) as conductor:
        assert await conductor.run(get("/x/{}", "1", returns=dict[str, int])) == {"a": 1}
    assert seen == ["w GET /x/{}", "w send", "w wait", "w send", "w done"]


def test_wrappers_nest_in_the_declared_order_and_see_errors() -> None:
    seen: list[str] = []
    plugins = [watching("b", seen), watching("a", seen, before=["b"])]
    with conductor_for(answering(Response(500)), plugins=plugins) as conductor, pytest.raises(ServerError):
        conductor.run(get("/x"))
    assert seen == ["a GET /x", "b GET /x", "b send", "a send", "b failed 500", "a failed 500"]


def test_without_wrappers_nothing_stands_around() -> None:
    def steps(call: Call[Any]) -> Exchange:
        raise AssertionError(call)

    class Off:
        @hookimpl
        def conductor_wrap_call(self, next: CallSteps) -> CallSteps:  # noqa: A002 - the hook's name for it
            return next

    plugins = plugins_for(answering(Response(200)), plugins=[Off()])
    assert plugins.wrap_call(steps, plugins.settings) is steps


def test_a_wrong_wrapper_fails_each_call_and_nothing_is_sent() -> None:
    class Wrong:
        @hookimpl
        def conductor_wrap_call(self) -> object:
            return None

    server = answering(Response(200))
    with conductor_for(server, plugins=[Wrong()]) as conductor:
        for _ in range(2):
            with pytest.raises(PluginError, match="returned NoneType from conductor_wrap_call, which cannot be called"):
                conductor.run(get("/x"))
    assert server.requests == []
