"""The short way of polls and updates: the same bytes as the ordinary one, and nobody who has a say is passed by."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, cast

import pytest

from conductor_core import AuthProvider, TransportFactory, hookimpl
from conductor_core._drivers import AsyncDriver
from conductor_core.errors import (
    AuthenticationError,
    ConnectionFailedError,
    DecodeError,
    PermissionDeniedError,
    ServerError,
)
from conductor_core.http import AsyncBaseTransport, Auth, BaseTransport, ConnectError, MockTransport, Request, Response
from conductor_core.http1._parser import Answer
from conductor_core.worker._hot import TaskClient
from tests._support.fake_server import answering, parts_for, settings_for
from tests._support.strangers import Impatient, SigningAuth, Stamping, TokenAuth, offering, signature_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from conductor_core.http1._request import Origin, Timeouts
    from conductor_core.interfaces import StaticHeaders

RESULT: dict[str, Any] = {"taskId": "1", "status": "COMPLETED", "outputData": {"text": "é"}}
TASK = {"taskId": "2", "workflowInstanceId": "w", "taskDefName": "pay"}


@dataclass
class Lean(AsyncBaseTransport):
    """A transport that takes prepared requests, and says which way each one came."""

    serve: Callable[[Request], Response]
    ways: list[str] = field(default_factory=list[str])
    timeouts: list[Timeouts | None] = field(default_factory=list["Timeouts | None"])
    intercepted: bool = False

    async def handle_async_request(self, request: Request) -> Response:
        self.ways.append("ordinary")
        return self.serve(request)

    async def exchange(
        self,
        origin: Origin,
        method: bytes,
        target: bytes,
        headers: bytes,
        body: bytes = b"",
        *,
        timeouts: Timeouts | None = None,
        repeatable: bool = False,
    ) -> Answer:
        self.ways.append("direct")
        self.timeouts.append(timeouts)
        lines = [line.split(": ", 1) for line in headers.decode().splitlines()]
        url = f"{origin.scheme}://{origin.host}:{origin.port}{target.decode()}"
        pairs = [(name, value) for name, value in lines]
        length = [("content-length", str(len(body)))] if method == b"POST" else []
        response = self.serve(
            Request(
                method.decode(), url, headers=[*pairs, *length], content=body, extensions={"repeatable": repeatable}
            )
        )
        content = b"".join(cast("Any", response.stream))
        return Answer(response.status_code, b"", b"HTTP/1.1", response.headers.raw, content)


class LeanServer:
    """A server behind that transport."""

    def __init__(self, *answers: Response | BaseException, **settings: Any) -> None:
        self.server = answering(*answers)
        self.lean = Lean(self.server)
        self.settings = settings_for(**{"transport": "lean", **settings})

    @hookimpl
    def conductor_register_transport(self) -> type[TransportFactory]:
        lean = self.lean

        class LeanFactory(TransportFactory):
            name = "lean"

            def sync_transport(self) -> BaseTransport:
                return MockTransport(lean.serve)

            def async_transport(self) -> AsyncBaseTransport:
                return lean

        return LeanFactory

    def client(self, *plugins: object) -> TaskClient:
        return TaskClient(AsyncDriver(parts_for(self.server, self.settings, plugins=[self, *plugins])))


async def poll(client: TaskClient) -> list[str]:
    tasks = await client.poll("pay me", worker_id="w 1", count=3, timeout_ms=100, domain="blue")
    return [task.task_id for task in tasks]


def shown(request: Request) -> tuple[Any, ...]:
    """What a server sees of a request, but for encodings that only the ordinary way can undo."""
    headers = {name.lower(): value for name, value in request.headers.items() if name.lower() != "accept-encoding"}
    return request.method, request.url.raw_path, headers, request.content


async def test_both_ways_send_the_same() -> None:
    answers = [Response(200, json=[TASK]), Response(200, text="ok"), Response(200, json=TASK)]
    seen: list[list[tuple[Any, ...]]] = []
    for intercepted in (False, True):
        server = LeanServer(*answers)
        server.lean.intercepted = intercepted
        client = server.client()
        assert await poll(client) == ["2"]
        await client.update(RESULT)
        following = await client.update_v2(RESULT)
        assert following is not None
        assert following.task_id == "2"
        assert server.lean.ways == ["ordinary" if intercepted else "direct"] * 3
        seen.append([shown(request) for request in server.server.requests])
    assert seen[0] == seen[1]
    assert seen[0][0][1] == b"/api/tasks/poll/batch/pay%20me?workerid=w%201&count=3&timeout=100&domain=blue"


async def test_a_poll_has_the_time_that_the_server_may_hold_it_and_a_margin() -> None:
    server = LeanServer(Response(200, json=[]))
    await poll(server.client())
    (limits,) = server.lean.timeouts
    assert limits is not None
    assert limits.read == pytest.approx(6.6)


@pytest.mark.parametrize("nothing", [Response(204), Response(200, content=b""), Response(200, content=b"null")])
async def test_no_task_is_no_task(nothing: Response) -> None:
    client = LeanServer(nothing).client()
    assert await poll(client) == []
    assert await client.update_v2(RESULT) is None


async def test_a_wrapper_is_not_passed_by() -> None:
    server = LeanServer(Response(200, json=[]))
    await poll(server.client(Stamping()))
    assert server.lean.ways == ["ordinary"]
    assert server.server.requests[0].headers["x-stamps"] == "wrapped"


class Forwarding(AsyncBaseTransport):
    """A wrapper that hands on whatever it has not itself."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def handle_async_request(self, request: Request) -> Response:
        request.headers["x-stamps"] = "forwarded"
        response: Response = await self._inner.handle_async_request(request)
        return response


class ForwardingPlugin:
    @hookimpl
    def conductor_wrap_transport(self, next: Any) -> Any:  # noqa: A002 - the hook's name for it
        return Forwarding(next)


async def test_a_wrapper_that_forwards_what_it_has_not_is_not_passed_by() -> None:
    server = LeanServer(Response(200, json=[]), Response(200, text="ok"))
    client = server.client(ForwardingPlugin())
    await poll(client)
    await client.update(RESULT)
    assert server.lean.ways == ["ordinary", "ordinary"]
    assert [request.headers["x-stamps"] for request in server.server.requests] == ["forwarded", "forwarded"]


class Subclass(Lean):
    """Handles requests in its own way, and inherits the short one."""

    async def handle_async_request(self, request: Request) -> Response:
        request.headers["x-stamps"] = "subclass"
        return await super().handle_async_request(request)


class Complete(Subclass):
    """Says what its way means for prepared requests too."""

    async def exchange(self, *arguments: Any, **options: Any) -> Answer:
        self.ways.append("its own")
        return await super().exchange(*arguments, **options)


@pytest.mark.parametrize(("kind", "ways"), [(Subclass, ["ordinary"]), (Complete, ["its own", "direct"])])
async def test_a_subclass_that_handles_requests_itself_is_not_passed_by(kind: type[Lean], ways: list[str]) -> None:
    server = LeanServer(Response(200, json=[]))
    server.lean = kind(server.server)
    await poll(server.client())
    assert server.lean.ways == ways


async def test_an_auth_that_signs_each_request_is_not_passed_by() -> None:
    server = LeanServer(Response(200, text="ok"), auth="signing")
    await server.client(offering("conductor_register_auth", SigningAuth)).update(RESULT)
    (request,) = server.server.requests
    assert server.lean.ways == ["ordinary"]
    assert request.headers["x-signature"] == signature_of(request)


class Rotating(AuthProvider):
    """Offers headers that change with every number, and sometimes has none to offer."""

    name = "rotating"
    offers: ClassVar[list[StaticHeaders | None]] = []

    def auth(self) -> Auth:
        return _Flow()

    def static_headers(self) -> StaticHeaders | None:
        return self.offers.pop(0)


class _Flow(Auth):
    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        request.headers["X-Token"] = "by the flow"
        yield request


async def test_headers_that_stand_for_the_auth_are_prepared_and_change_with_it() -> None:
    one: StaticHeaders = (1, {"X-Token": "one"})
    # The ordinary way asks once more.
    Rotating.offers[:] = [one, one, None, None, (2, {"X-Token": "two"})]
    server = LeanServer(Response(200, text="ok"), auth="rotating")
    client = server.client(offering("conductor_register_auth", Rotating))
    for _ in range(4):
        await client.update(RESULT)
    assert server.lean.ways == ["direct", "direct", "ordinary", "direct"]
    assert [request.headers["x-token"] for request in server.server.requests] == ["one", "one", "by the flow", "two"]


async def test_a_refused_header_leaves_it_to_the_flow_which_is_told_that_answer() -> None:
    server = LeanServer(Response(401), auth="bearer", auth_token="old")
    with pytest.raises(AuthenticationError):
        await server.client().update(RESULT)
    assert server.lean.ways == ["direct"]
    server = LeanServer(Response(403), auth="bearer", auth_token="old")
    with pytest.raises(PermissionDeniedError):
        await poll(server.client())
    assert server.lean.ways == ["direct"]


async def test_a_flow_with_other_headers_sends_the_refused_request_again_with_those() -> None:
    one: StaticHeaders = (1, {"X-Token": "one"})
    Rotating.offers[:] = [one, one]
    server = LeanServer(Response(401), Response(200, text="ok"), auth="rotating")
    await server.client(offering("conductor_register_auth", Rotating)).update(RESULT)
    assert server.lean.ways == ["direct", "ordinary"]
    assert [request.headers["x-token"] for request in server.server.requests] == ["one", "by the flow"]


async def test_headers_that_changed_meanwhile_are_tried_before_the_flow_hears_of_a_refusal() -> None:
    Rotating.offers[:] = [(1, {"X-Token": "one"}), (2, {"X-Token": "two"})]
    server = LeanServer(Response(401), Response(200, text="ok"), auth="rotating")
    await server.client(offering("conductor_register_auth", Rotating)).update(RESULT)
    assert [request.headers["x-token"] for request in server.server.requests] == ["one", "two"]


async def test_an_auth_without_such_headers_drives_its_flow() -> None:
    server = LeanServer(Response(401), Response(200, text="ok"), auth="token")
    await server.client(offering("conductor_register_auth", TokenAuth)).update(RESULT)
    assert server.lean.ways == ["ordinary", "ordinary"]


async def test_the_policy_decides_about_a_failed_update_and_never_about_a_poll() -> None:
    Impatient.seen.clear()
    policy = offering("conductor_register_retry", Impatient)
    server = LeanServer(Response(503), Response(200, text="ok"), retry="impatient")
    await server.client(policy).update(RESULT)
    assert server.lean.ways == ["direct", "ordinary"]
    assert [attempt.status for attempt in Impatient.seen] == [503]
    server = LeanServer(Response(503), retry="impatient")
    with pytest.raises(ServerError):
        await poll(server.client(policy))
    assert server.lean.ways == ["direct"]
    assert len(Impatient.seen) == 1


async def test_an_answer_that_is_encoded_all_the_same_is_decoded() -> None:
    body = gzip.compress(b'[{"taskId": "2", "workflowInstanceId": "w"}]')
    answer = Response(200, headers={"content-encoding": "gzip", "content-type": "application/json"}, content=body)
    server = LeanServer(answer)
    server.lean.serve = lambda _request: Response(
        200, headers={"content-encoding": "gzip", "content-type": "application/json"}, stream=_raw(body)
    )
    assert await poll(server.client()) == ["2"]
    assert server.lean.ways == ["direct"]


async def test_an_answer_that_is_packed_over_and_over_is_an_error() -> None:
    body = gzip.compress(gzip.compress(bytes(2**20)))
    server = LeanServer()
    server.lean.serve = lambda _request: Response(200, headers={"content-encoding": "gzip, gzip"}, stream=_raw(body))
    with pytest.raises(ConnectionFailedError, match="packed as 'gzip, gzip'"):
        await poll(server.client())
    assert server.lean.ways == ["direct"]


@pytest.mark.parametrize("way", ["update", "update_v2"])
async def test_a_result_counts_as_taken_only_where_its_answer_can_be_read(way: str) -> None:
    server = LeanServer()
    server.lean.serve = lambda _request: Response(200, headers={"content-encoding": "gzip"}, stream=_raw(b"no gzip"))
    with pytest.raises(ConnectionFailedError, match="cannot be unpacked"):
        await getattr(server.client(), way)(RESULT)
    assert server.lean.ways[0] == "direct"


async def test_an_answer_to_a_result_may_be_encoded() -> None:
    server = LeanServer()
    server.lean.serve = lambda _request: Response(
        200, headers={"content-encoding": "gzip"}, stream=_raw(gzip.compress(b"task-1"))
    )
    await server.client().update(RESULT)
    assert server.lean.ways == ["direct"]


@pytest.mark.parametrize("body", [b"{}", b"no json", b"7"])
async def test_an_answer_that_is_no_list_of_tasks_is_an_error(body: bytes) -> None:
    client = LeanServer(Response(200, headers={"content-type": "application/json"}, content=body)).client()
    with pytest.raises(DecodeError):
        await poll(client)


async def test_a_failed_connection_is_an_error_of_the_tree() -> None:
    client = LeanServer(ConnectError("refused")).client()
    with pytest.raises(ConnectionFailedError):
        await poll(client)


def _raw(body: bytes) -> Any:
    from conductor_core.http import ByteStream  # noqa: PLC0415 - beside its only use

    return ByteStream(body)


@pytest.mark.parametrize("name", ["content-type", "Content-Type"])
async def test_a_web_page_is_no_answer(name: str) -> None:
    page = Response(200, content=b"<html>", headers={name: "Text/HTML; charset=utf-8"})
    server = LeanServer(page, page, page)
    client = server.client()
    for send in (client.update, client.update_v2):
        with pytest.raises(DecodeError, match="web page"):
            await send(RESULT)
    with pytest.raises(DecodeError, match="web page"):
        await poll(client)
    assert server.lean.ways == ["direct"] * 3
