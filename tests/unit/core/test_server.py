"""Which server it is: asked once, in both faces alike, and only when somebody wants to know."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import AsyncConductor, Conductor, ServerInfo, Sleep, get, post
from conductor_core._exchange import Outcome, Send
from conductor_core._server import ServerProbe
from conductor_core.errors import (
    ConductorError,
    ConnectionFailedError,
    NotFoundError,
    NotSupportedByServerError,
    RequestTimeoutError,
    ServerError,
)
from conductor_core.http import ConnectError, Request, Response
from tests._support.fake_server import URL, async_conductor_for, conductor_for

if TYPE_CHECKING:
    from collections.abc import Callable

NO_ROUTE = Response(404, json={"status": 404, "message": "No static resource api/x.", "retryable": False})
NO_THING = Response(404, json={"status": 404, "message": "No such workflow", "retryable": False})
WHITELABEL = Response(404, json={"timestamp": "now", "status": 404, "error": "Not Found", "path": "/api/x"})
PAGE = Response(404, html="<h1>404 Not Found</h1>")
JUMP = post("/workflow/{}/jump/{}", "id", "ref", hint="use rerun")


class Server:
    """Answers by path: what it is, and one answer for everything else."""

    def __init__(
        self, version: Response | None = None, user: Response | None = None, other: Response = NO_ROUTE
    ) -> None:
        self.version = version or Response(200, text="3.32.2")
        self.user = user or NO_ROUTE
        self.other = other
        self.asked: list[str] = []

    def __call__(self, request: Request) -> Response:
        path = request.url.path.removeprefix("/api")
        self.asked.append(f"{request.method} {path}")
        found = {"/version": self.version, "/token/userInfo": self.user}.get(path, self.other)
        return Response(found.status_code, headers=found.headers, content=found.content)


def open_source(other: Response = NO_ROUTE) -> Server:
    return Server(other=other)


def orkes(other: Response = NO_ROUTE) -> Server:
    return Server(Response(200, text="5.1.0"), Response(401, json={"message": "no token"}), other)


def embedded(other: Response = NO_ROUTE) -> Server:
    return Server(Response(200, text="0.1.0 (embedded)"), None, other)


def elsewhere() -> Server:
    return Server(PAGE, PAGE, PAGE)


PROBED = ["GET /version", "GET /token/userInfo"]
SERVERS: list[tuple[Callable[[], Server], ServerInfo, str]] = [
    (open_source, ServerInfo("oss", "3.32.2"), "open-source Conductor 3.32.2"),
    (orkes, ServerInfo("orkes", "5.1.0"), "Orkes Conductor 5.1.0"),
    (embedded, ServerInfo("embedded", "0.1.0"), "the embedded engine 0.1.0"),
    (elsewhere, ServerInfo("unknown"), "this server"),
]


@pytest.mark.parametrize(("make", "info", "text"), SERVERS)
async def test_a_server_is_known_on_both_faces(make: Callable[[], Server], info: ServerInfo, text: str) -> None:
    with conductor_for(make()) as conductor:
        assert conductor.server_info() == info
    async with async_conductor_for(make()) as conductor:
        assert await conductor.server_info() == info
    assert str(info) == text


@pytest.mark.parametrize(
    ("version", "user", "kind"),
    [
        (Response(200, text="5.0"), Response(200, json={"id": "me"}), "orkes"),
        (Response(200, text="5.0"), Response(403), "orkes"),
        (Response(200, text="3.0"), Response(405), "oss"),
        (Response(200, text="3.0"), Response(503), "unknown"),
        (Response(401), Response(401), "unknown"),
        (Response(403), Response(200, json={"id": "me"}), "orkes"),
        (Response(200, html="<html>any page</html>"), Response(200, html="<html>any page</html>"), "unknown"),
        (Response(200, text="x" * 101), Response(404), "unknown"),
        (Response(200, json={"some": "thing"}), Response(404), "unknown"),
        (Response(200, content=b"\xff\x00\x1b[31m"), Response(404), "unknown"),
        (Response(200, text='"3.21"'), Response(404), "oss"),
        (Response(404, text="(embedded)"), Response(404), "unknown"),
    ],
)
def test_what_the_two_answers_mean(version: Response, user: Response, kind: str) -> None:
    with conductor_for(Server(version, user)) as conductor:
        assert conductor.server_info().kind == kind


def test_it_is_asked_once_and_again_only_to_refresh() -> None:
    server = open_source()
    with conductor_for(server) as conductor:
        assert server.asked == []
        for _ in range(3):
            conductor.server_info()
        assert conductor.with_options(timeout=1).server_info().kind == "oss"
        assert server.asked == PROBED
        server.version = Response(200, text="4.0")
        assert conductor.server_info().version == "3.32.2"
        assert conductor.server_info(refresh=True).version == "4.0"
        assert conductor.server_info().version == "4.0"
    assert server.asked == PROBED * 2


def test_one_that_did_not_say_is_asked_again() -> None:
    server = elsewhere()
    with conductor_for(server) as conductor:
        assert conductor.server_info().kind == "unknown"
        server.version, server.user = Response(200, text="3.32.2"), NO_ROUTE
        assert conductor.server_info().kind == "oss"


def test_no_answer_is_the_error_of_any_call() -> None:
    def refuse(_: Request) -> Response:
        raise ConnectError("refused")

    with conductor_for(refuse) as conductor, pytest.raises(ConnectionFailedError, match=r"GET .*/version failed"):
        conductor.server_info()


@pytest.mark.parametrize(
    ("date", "skew"),
    [
        ("Sat, 21 Nov 2026 07:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 06:00:00 GMT", -3600.0),
        ("", None),
        ("yesterday", None),
        ("Sat, 99 Nov 2026 06:00:00 GMT", None),
    ],
)
def test_the_clocks_are_compared(date: str, skew: float | None) -> None:
    probe = ServerProbe(URL, clock=lambda: 1795244400.0)
    steps = probe.asked()
    next(steps)
    steps.send(Outcome(200, {"date": date, "content-type": "text/plain"}, b"3.32.2"))
    with pytest.raises(StopIteration) as ended:
        steps.send(Outcome(404))
    assert ended.value.value == ServerInfo("oss", "3.32.2", skew)


# Calls that a server lacks.


async def run_on_both(make: Callable[[], Server], call: Any) -> tuple[NotFoundError, Server]:
    """Run a call that fails on a sync and an async conductor; their errors must be the same."""
    sync_server, async_server = make(), make()
    with conductor_for(sync_server) as conductor, pytest.raises(NotFoundError) as on_sync:
        conductor.run(call)
    async with async_conductor_for(async_server) as conductor:
        with pytest.raises(NotFoundError) as on_async:
            await conductor.run(call)
    assert (type(on_sync.value), str(on_sync.value)) == (type(on_async.value), str(on_async.value))
    assert sync_server.asked == async_server.asked
    return on_sync.value, sync_server


@pytest.mark.parametrize("answer", [NO_ROUTE, WHITELABEL, Response(405, json={"message": "no"}), Response(501)])
@pytest.mark.parametrize(("make", "_info", "text"), SERVERS[:3])
async def test_a_call_that_the_server_lacks_names_operation_server_and_alternative(
    make: Callable[[Response], Server], _info: ServerInfo, text: str, answer: Response
) -> None:
    error, server = await run_on_both(lambda: make(answer), JUMP)
    assert type(error) is NotSupportedByServerError
    assert f"({text} does not offer POST /workflow/{{}}/jump/{{}}; use rerun)" in str(error)
    assert (error.operation, error.server, error.alternative) == ("POST /workflow/{}/jump/{}", text, "use rerun")
    assert error.status == answer.status_code
    assert server.asked[0] == "POST /workflow/id/jump/ref"
    assert server.asked[1:] == PROBED[: 1 if "embedded" in text else 2]


async def test_without_an_alternative_the_error_says_where_to_look() -> None:
    error, _ = await run_on_both(open_source, get("/x"))
    assert "open-source Conductor 3.32.2 does not offer GET /x; a newer version or Orkes Conductor may" in str(error)


async def test_a_missing_thing_is_no_missing_operation_and_asks_nothing() -> None:
    error, server = await run_on_both(lambda: open_source(NO_THING), JUMP)
    assert type(error) is NotFoundError
    assert server.asked == ["POST /workflow/id/jump/ref"]


@pytest.mark.parametrize("answer", [Response(404), PAGE, Response(404, json=[])])
async def test_a_404_without_a_document_counts_by_the_server_that_is_there(answer: Response) -> None:
    error, server = await run_on_both(lambda: open_source(answer), JUMP)
    assert type(error) is NotSupportedByServerError
    assert server.asked[1:] == PROBED
    error, _ = await run_on_both(lambda: open_source(answer), get("/workflow/{}", "id"))
    assert type(error) is NotFoundError
    error, _ = await run_on_both(lambda: orkes(answer), JUMP)
    assert type(error) is NotFoundError


async def test_a_base_url_without_a_server_behind_is_told() -> None:
    error, _ = await run_on_both(elsewhere, get("/workflow/{}", "id"))
    assert type(error) is NotFoundError
    assert f"{URL} does not look like the API of a Conductor server; check server_url" in str(error)


def test_each_call_is_told_so_and_the_url_is_looked_at_once_a_minute() -> None:
    server = elsewhere()
    with conductor_for(server) as conductor:
        for _ in range(5):
            with pytest.raises(NotFoundError, match="check server_url"):
                conductor.run(get("/workflow/{}", "id"))
    assert [path for path in server.asked if path in PROBED] == PROBED


def test_many_calls_that_the_server_lacks_ask_once() -> None:
    server = open_source()
    with conductor_for(server) as conductor:
        for _ in range(20):
            with pytest.raises(NotSupportedByServerError, match=r"3\.32\.2"):
                conductor.run(JUMP)
    assert [path for path in server.asked if path in PROBED] == PROBED


@pytest.mark.parametrize(("make", "text"), [(open_source, "3.32.2"), (elsewhere, "check server_url")])
async def test_a_hundred_at_once_ask_once(make: Callable[[], Server], text: str) -> None:
    server = make()
    async with async_conductor_for(server) as conductor:
        errors = await asyncio.gather(*(conductor.run(JUMP) for _ in range(100)), return_exceptions=True)
    assert {str(error) for error in errors if isinstance(error, NotFoundError)} == {str(errors[0])}
    assert text in str(errors[0])
    assert [path for path in server.asked if path in PROBED] == PROBED


def test_threads_ask_once() -> None:
    server = open_source()
    arrived = threading.Barrier(8)
    found: list[ServerInfo] = []
    with conductor_for(server) as conductor:

        def ask() -> None:
            arrived.wait(20)
            found.append(conductor.server_info())

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert [info.kind for info in found] == ["oss"] * 8
    assert server.asked == PROBED


def test_a_server_that_says_nothing_costs_the_error_its_name_and_is_left_alone_for_a_minute() -> None:
    now = [0.0]
    probe = ServerProbe(URL, monotonic=lambda: now[0])

    def steps(_: object) -> Any:
        yield Send("POST", URL, (), None, None)
        raise NotSupportedByServerError(method="POST", url=URL, status=405)

    def run() -> tuple[NotSupportedByServerError, int]:
        exchange, sent = probe.explained(JUMP, steps), 0
        action = next(exchange)
        while True:
            assert isinstance(action, Send)
            sent += 1
            try:
                action = exchange.send(Outcome(failure="timeout", reason="late"))
            except NotSupportedByServerError as error:
                return error, sent

    error, sent = run()
    assert (error.server, sent) == ("", 2)
    assert "this server does not offer POST" in str(error)
    assert run()[1] == 1
    now[0] = 61.0
    assert run()[1] == 2


def test_a_caller_that_left_in_the_middle_leaves_the_turn_to_the_next() -> None:
    probe = ServerProbe(URL)
    first, second = probe.asked(), probe.asked()
    assert isinstance(next(first), Send)
    assert isinstance(next(second), Sleep)
    first.close()
    assert isinstance(next(second), Send)
    with pytest.raises(RequestTimeoutError):
        second.send(Outcome(failure="timeout"))
    assert isinstance(next(probe.asked()), Send)


def test_who_comes_while_another_asks_gets_that_answer_and_who_wants_a_new_one_asks() -> None:
    probe = ServerProbe(URL)
    first, second, third = probe.asked(), probe.asked(), probe.asked(refresh=True)
    assert isinstance(next(first), Send)
    assert isinstance(next(second), Sleep)
    assert isinstance(next(third), Sleep)
    first.send(Outcome(200, body=b"3.32.2"))
    with pytest.raises(StopIteration) as told:
        first.send(Outcome(404, body=NO_ROUTE.content))
    assert told.value.value == ServerInfo("oss", "3.32.2")
    with pytest.raises(StopIteration) as same:
        next(second)
    assert same.value.value is told.value.value
    assert isinstance(next(third), Send)


def test_a_turn_that_never_ends_is_not_waited_for_for_ever() -> None:
    probe = ServerProbe(URL)
    holder = probe.asked()
    next(holder)
    slept: list[float] = []
    with pytest.raises(ConductorError, match="still asking"):
        slept.extend(action.seconds for action in probe.asked() if isinstance(action, Sleep))
    assert sum(slept) == pytest.approx(10.0)


# Calls that an open-source server takes for others.


async def test_what_an_open_source_server_would_take_for_another_operation_is_not_sent() -> None:
    call = get("/event/message", returns=list[str], hint="use get_event_handlers", orkes_only=True)
    error, server = await run_on_both(lambda: open_source(Response(200, json=[])), call)
    assert isinstance(error, NotSupportedByServerError)
    assert not error.sent
    assert str(error) == (
        f"GET {URL}/event/message was not sent: "
        "open-source Conductor 3.32.2 does not offer GET /event/message; use get_event_handlers"
    )
    assert server.asked == PROBED


@pytest.mark.parametrize("make", [orkes, embedded, elsewhere])
async def test_any_other_server_is_sent_it(make: Callable[..., Server]) -> None:
    call = get("/event/message", returns=list[str], orkes_only=True)

    def server() -> Server:
        made = make()
        made.other = Response(200, json=["a"])
        return made

    with conductor_for(server()) as conductor:
        assert conductor.run(call) == ["a"]
    async with async_conductor_for(server()) as awaiting:
        assert await awaiting.run(call) == ["a"]


def test_a_server_that_fails_is_not_asked_what_it_is() -> None:
    server = open_source(Response(500, json={"message": "broken"}))
    with conductor_for(server) as conductor, pytest.raises(ServerError):
        conductor.run(JUMP)
    assert server.asked == ["POST /workflow/id/jump/ref"]


def test_both_conductors_offer_it() -> None:
    assert Conductor.server_info.__doc__ == AsyncConductor.server_info.__doc__
