"""Auth, wrappers and retry act on everything that is sent: calls, polls, updates, heartbeats and late results."""

from __future__ import annotations

import asyncio
import contextvars
import json
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import ExecuteInput, PluginError, Plugins, Settings, get, hookimpl, ordered, post
from conductor_core._plugins import Catalog, Offer
from conductor_core.errors import ConductorError
from conductor_core.http import BaseTransport, MockTransport, Request, Response
from conductor_core.models import Task
from conductor_core.worker import TaskHandler, define_worker
from conductor_core.worker._config import WorkerOptions
from tests._support.fake_server import (
    answering,
    async_conductor_for,
    conductor_for,
    plugins_for,
    settings_for,
    transport_plugin,
)
from tests._support.strangers import Impatient, SigningAuth, Stamping, offering, signature_of
from tests._support.virtual_time import VirtualTimeLoop

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.interfaces import Execute

SIGNING = offering("conductor_register_auth", SigningAuth)
IMPATIENT = offering("conductor_register_retry", Impatient)
INPUT = ExecuteInput(task=Task(task_id="1"), worker_id="w")
TASK = {"taskId": "t", "workflowInstanceId": "w", "taskType": "sign", "taskDefName": "sign", "status": "IN_PROGRESS"}
place: contextvars.ContextVar[str] = contextvars.ContextVar("place", default="nowhere")


# Around the transport.


def _stamping(name: str, **order: Any) -> object:
    """Return a wrapping plugin with a declared order; the order of wrappers is the order of stamps."""
    kind = type(f"Stamping{name}", (Stamping,), {})
    return ordered(**order)(kind)(name)


def test_the_first_in_order_is_outermost_on_the_sync_face() -> None:
    server = answering(Response(200))
    plugins = [_stamping("c"), _stamping("b", before=["Stampinga"]), _stamping("a", priority=-5)]
    with conductor_for(server, plugins=plugins) as conductor:
        conductor.run(get("/x"))
        conductor.run(get("/x"))
    assert [request.headers["x-stamps"] for request in server.requests] == ["b c a"] * 2


async def test_the_first_in_order_is_outermost_on_the_async_face() -> None:
    server = answering(Response(200))
    plugins = [_stamping("late", priority=-1), _stamping("early", priority=1)]
    async with async_conductor_for(server, plugins=plugins) as conductor:
        await conductor.run(get("/x"))
    assert server.requests[0].headers["x-stamps"] == "early late"


def test_wrappers_are_applied_once_and_closed_once() -> None:
    wrapping = Stamping()
    server = answering(Response(200))
    plugins = plugins_for(server, plugins=[wrapping])
    for _ in range(2):  # conductors that share plugins each get their own wrapper, and only one
        with conductor_for(server) as unwrapped:
            unwrapped.run(get("/x"))
        from conductor_core import Conductor  # noqa: PLC0415 - beside its only use

        with Conductor(plugins=plugins) as conductor:
            for _ in range(3):
                conductor.run(get("/x"))
    assert len(wrapping.made) == 2
    assert [stamp.closed for stamp in wrapping.made] == [1, 1]
    stamps = [request.headers.get("x-stamps") for request in server.requests]
    assert stamps == [None, "wrapped", "wrapped", "wrapped"] * 2


def test_a_wrapper_stands_inside_of_auth_so_it_sees_what_is_sent() -> None:
    seen: list[str | None] = []

    class Watching:
        @hookimpl
        def conductor_wrap_transport(self, next: BaseTransport) -> BaseTransport:  # noqa: A002 - the hook's name for it
            def handle(request: Request) -> Response:
                seen.append(request.headers.get("authorization"))
                return next.handle_request(request)

            return MockTransport(handle)

    settings = settings_for(auth_token="tok")
    with conductor_for(answering(Response(200)), settings, plugins=[Watching()]) as conductor:
        conductor.run(get("/x"))
    assert seen == ["Bearer tok"]


class Returning:
    """A wrapper that is wrong in one way or another."""

    def __init__(self, result: Callable[[], Any]) -> None:
        self._result = result

    @hookimpl
    def conductor_wrap_transport(self) -> Any:
        return self._result()

    @hookimpl
    def conductor_wrap_execute(self) -> Any:
        return self._result()


WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: None, r"code:Returning returned NoneType from conductor_wrap_\w+, which .*; return the wrapper"),
    (lambda: "text", r"code:Returning returned str from conductor_wrap_\w+, which .*; return the wrapper"),
    (lambda: 1 // 0, r"code:Returning failed in conductor_wrap_\w+: ZeroDivisionError"),
]


@pytest.mark.parametrize(("result", "message"), WRONG)
def test_a_wrong_wrapper_fails_each_time_and_nothing_is_sent(result: Callable[[], Any], message: str) -> None:
    server = answering(Response(200))
    with conductor_for(server, plugins=[Returning(result)]) as conductor:
        for _ in range(2):
            with pytest.raises(PluginError, match=message):
                conductor.run(get("/x"))
    assert server.requests == []


def test_two_wrapping_plugins_of_one_name_send_nothing_unwrapped() -> None:
    offers = tuple(Offer("conductor.plugins", "signer", module) for module in ("signer_one", "signer_two"))
    server = answering(Response(200))
    settings = settings_for()
    catalog = Catalog(added=offers, installed=False)
    from conductor_core import Conductor  # noqa: PLC0415 - beside its only use

    plugins = Plugins(settings, plugins=[transport_plugin(server)], catalog=catalog)
    for _ in range(2):
        with pytest.raises(PluginError, match="offered twice"):
            Conductor(plugins=plugins)
    assert server.requests == []


# Around the execution.


async def _function(given: ExecuteInput) -> str:
    return f"{given.task.task_id} {place.get()}"


def _around(name: str, told: list[str], **order: Any) -> object:
    class Around:
        @hookimpl
        def conductor_wrap_execute(self, next: Execute) -> Execute:  # noqa: A002 - the hook's name for it
            async def execute(given: ExecuteInput) -> object:
                told.append(f"{name} in")
                try:
                    return await next(given)
                finally:
                    told.append(f"{name} out")

            return execute

    Around.__name__ = name
    return ordered(**order)(Around)()


async def test_execution_wrappers_nest_in_the_declared_order() -> None:
    told: list[str] = []
    plugins = plugins_for(answering(Response(200)), plugins=[_around("b", told), _around("a", told, after=["b"])])
    assert await plugins.wrap_execute(_function)(INPUT) == "1 nowhere"
    assert told == ["b in", "a in", "a out", "b out"]


async def test_an_execution_wrapper_may_set_context_change_the_result_and_see_the_error() -> None:
    class Placing:
        @hookimpl
        def conductor_wrap_execute(self, next: Execute) -> Execute:  # noqa: A002 - the hook's name for it
            async def execute(given: ExecuteInput) -> object:
                token = place.set("inside")
                try:
                    return f"<{await next(given)}>"
                except ZeroDivisionError:
                    return "divided"
                finally:
                    place.reset(token)

            return execute

    async def failing(_given: ExecuteInput) -> object:
        raise ZeroDivisionError

    plugins = plugins_for(answering(Response(200)), plugins=[Placing()])
    assert await plugins.wrap_execute(_function)(INPUT) == "<1 inside>"
    assert await plugins.wrap_execute(failing)(INPUT) == "divided"
    assert place.get() == "nowhere"


async def test_an_execution_wrapper_may_change_what_the_function_gets() -> None:
    class Doubling:
        @hookimpl
        def conductor_wrap_execute(self, next: Execute, settings: Settings) -> Execute:  # noqa: A002 - the hook's name for it
            async def execute(given: ExecuteInput) -> object:
                number = given.polled.input_data["n"]
                assert isinstance(number, int)
                return await next(given.with_input({"n": number * settings.max_connections}))

            return execute

    async def inner(given: ExecuteInput) -> object:
        return given.task.input_data, given.worker_id, given.domain

    settings = settings_for(max_connections=3)
    plugins = plugins_for(answering(Response(200)), settings, plugins=[Doubling()])
    given = ExecuteInput(task=Task(task_id="1", input_data={"n": 2}), worker_id="w", domain="d")
    assert await plugins.wrap_execute(inner)(given) == ({"n": 6}, "w", "d")
    assert given.with_task(Task(task_id="2")).polled.task_id == "2"


async def test_without_wrappers_nothing_stands_around() -> None:
    plugins = plugins_for(answering(Response(200)))
    assert plugins.wrap_execute(_function) is _function
    transport = MockTransport(lambda _request: Response(200))
    assert plugins.wrap_transport(transport, Settings()) is transport


@pytest.mark.parametrize(("result", "message"), WRONG)
def test_a_wrong_execution_wrapper_is_an_error(result: Callable[[], Any], message: str) -> None:
    plugins = plugins_for(answering(Response(200)), plugins=[Returning(result)])
    with pytest.raises(PluginError, match=message):
        plugins.wrap_execute(_function)


# Everything that a worker sends.


class Workshop:
    """A server for one task type; every request must be signed and stamped, and each kind fails once with 503."""

    def __init__(self) -> None:
        self.seen: dict[str, list[bool]] = {}
        self.failed: set[str] = set()
        self.tasks = [
            {
                "taskId": f"t{number}",
                "workflowInstanceId": "w",
                "taskType": "sign",
                "taskDefName": "sign",
                "status": "IN_PROGRESS",
                "responseTimeoutSeconds": 2,
            }
            for number in (1, 2)
        ]
        self.late = True
        self.done: list[str] = []

    def __call__(self, request: Request) -> Response:
        kind = self._kind(request)
        accepted = request.headers.get("x-signature") == signature_of(request)
        stamped = request.headers.get("x-stamps") == "wrapped"
        self.seen.setdefault(kind, []).append(accepted and stamped)
        if kind != "poll" and kind not in self.failed:
            self.failed.add(kind)
            return Response(503)
        return self._answer(kind, request)

    def _kind(self, request: Request) -> str:
        path = request.url.path
        if "/poll/" in path:
            return "poll"
        if path.endswith("update-v2"):
            return "update-v2"
        return "heartbeat" if json.loads(request.content).get("extendLease") else "update"

    def _answer(self, kind: str, request: Request) -> Response:
        if kind == "poll":
            return Response(200, json=[self.tasks.pop(0)] if self.tasks else [])
        if kind == "update-v2":  # the server of this test has none
            return Response(404, json={"message": "No static resource api/tasks/update-v2."})
        if kind == "update":
            self.done.append(json.loads(request.content)["taskId"])
        return Response(200, text="ok")


async def test_a_signature_a_wrapper_and_a_policy_act_on_all_that_a_worker_sends() -> None:
    Impatient.seen.clear()
    workshop = Workshop()

    async def sign(task_id: str = "") -> str:
        while len(workshop.seen.get("heartbeat", [])) < 2:  # noqa: ASYNC110 - it comes from another thread
            await asyncio.sleep(0.01)
        return f"signed {task_id}"

    worker = define_worker("sign", sign, WorkerOptions(lease_extend_enabled=True))
    settings = settings_for(auth="signing", retry="impatient")
    wrapping = Stamping()
    plugins = plugins_for(workshop, settings, plugins=[SIGNING, IMPATIENT, wrapping])
    async with TaskHandler(plugins=plugins, workers=[worker], environ={}), asyncio.timeout(20):
        while len(workshop.done) < 2:  # noqa: ASYNC110 - the server has no event loop
            await asyncio.sleep(0.01)

    assert sorted(workshop.done) == ["t1", "t2"]
    assert sorted(workshop.seen) == ["heartbeat", "poll", "update", "update-v2"]
    assert [kind for kind, accepted in workshop.seen.items() if not all(accepted)] == []
    # The policy was asked about reports; polls and heartbeats are repeated by their own loops.
    assert {attempt.template for attempt in Impatient.seen} == {"/tasks/update-v2", "/tasks"}
    assert all(stamp.closed <= 1 for stamp in wrapping.made)


def test_a_result_from_the_outbox_is_signed_and_stamped() -> None:
    updates: list[tuple[float, bool]] = []

    def serve(request: Request) -> Response:
        now = asyncio.get_running_loop().time()
        if "/poll/" in request.url.path:
            return Response(200, json=[TASK] if now == 0 else [])
        accepted = request.headers.get("x-signature") == signature_of(request)
        updates.append((now, accepted and request.headers.get("x-stamps") == "wrapped"))
        return Response(503) if now < 100 else Response(200, text="ok")

    async def main() -> None:
        worker = define_worker("sign", work, WorkerOptions())
        plugins = plugins_for(serve, settings_for(auth="signing"), plugins=[SIGNING, Stamping()])
        async with TaskHandler(plugins=plugins, workers=[worker], environ={}):
            await asyncio.sleep(250)

    async def work() -> str:
        return "done"

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(main())
    assert updates[0][0] < 1
    assert updates[-1][0] > 100
    assert {accepted for _, accepted in updates} == {True}


def test_a_call_and_its_second_try_are_signed_and_stamped() -> None:
    server = answering(Response(503), Response(200))
    settings = settings_for(auth="signing", retry="impatient")
    with conductor_for(server, settings, plugins=[SIGNING, IMPATIENT, Stamping()]) as conductor:
        conductor.run(post("/x", body={"a": 1}))
    assert len(server.requests) == 2
    for request in server.requests:
        assert request.headers["x-signature"] == signature_of(request)
        assert request.headers["x-stamps"] == "wrapped"


def test_what_wrappers_raise_on_a_request_is_the_callers_error() -> None:
    class Refusing:
        @hookimpl
        def conductor_wrap_transport(self, next: BaseTransport) -> BaseTransport:  # noqa: A002 - the hook's name for it
            def handle(_request: Request) -> Response:
                raise ConductorError("not on a Sunday")

            return MockTransport(handle)

    with (
        conductor_for(answering(Response(200)), plugins=[Refusing()]) as conductor,
        pytest.raises(ConductorError, match="not on a Sunday"),
    ):
        conductor.run(get("/x"))
