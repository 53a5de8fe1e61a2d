"""A small Conductor server for worker tests: queues of tasks, update-v2, and a log of every request with its time.

``StubServer`` listens on a socket; ``stub_settings`` puts the same logic behind an in-memory transport, which also
works on a loop with virtual time.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from conductor_core import Plugins, Settings, TransportFactory, hookimpl
from conductor_core.http import AsyncBaseTransport, MockTransport, ReadError, Request, Response

if TYPE_CHECKING:
    from types import TracebackType

Document: TypeAlias = dict[str, Any]
Answer: TypeAlias = tuple[int, Any] | tuple[int, Any, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """One request: when it arrived (the loop's clock), what it asked for and its JSON body."""

    at: float
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any

    @property
    def is_poll(self) -> bool:
        return self.path.startswith("/api/tasks/poll/")

    @property
    def is_update(self) -> bool:
        return self.path in {"/api/tasks", "/api/tasks/update-v2"} and self.method == "POST"


# May answer a request itself, raise in its place, or return None to let the stub answer.
Script: TypeAlias = Callable[[Seen], "Answer | None"]


@dataclass(slots=True)
class StubConductor:
    """What the server knows.

    Attributes:
        v2: whether update-v2 exists.
        requests: what arrived, in order.
        results: bodies of accepted updates by task id, in order of arrival.
        heartbeats: bodies of lease extensions.
        script: looks at each request first.
        cut: tells whether the answer to a request is lost on the wire, after the server has worked on it.
        silent: whether requests get no answer at all.
        update_seconds: how long the answer to an update takes.
    """

    v2: bool = True
    script: Script | None = None
    cut: Callable[[Seen, Answer], bool] | None = None
    silent: bool = False
    update_seconds: float = 0.0
    requests: list[Seen] = field(default_factory=list[Seen])
    results: dict[str, list[Document]] = field(default_factory=dict[str, list[Document]])
    heartbeats: list[Document] = field(default_factory=list[Document])
    queues: dict[tuple[str, str], deque[Document]] = field(default_factory=dict[tuple[str, str], deque[Document]])
    types: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def polls(self) -> list[Seen]:
        return [request for request in self.requests if request.is_poll]

    @property
    def updates(self) -> list[Seen]:
        return [request for request in self.requests if request.is_update]

    def add(self, task_type: str, task_id: str, *, domain: str = "", **fields: Any) -> None:
        """Put one task into a queue; it is handed to the next poll."""
        document: Document = {
            "taskId": task_id,
            "workflowInstanceId": f"w-{task_id}",
            "taskType": task_type,
            "taskDefName": task_type,
            "status": "IN_PROGRESS",
            "inputData": {},
            **fields,
        }
        self.types[task_id] = (task_type, domain)
        self.queue(task_type, domain).append(document)
        self.arrived.set()

    def queue(self, task_type: str, domain: str = "") -> deque[Document]:
        return self.queues.setdefault((task_type, domain), deque())

    def result(self, task_id: str) -> Document:
        """Return the one accepted result of a task."""
        (only,) = self.results[task_id]
        return only

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds; it is looked at after every request."""
        async with asyncio.timeout(3600):
            while not condition():  # noqa: ASYNC110 - conditions look at anything, not at one event
                await asyncio.sleep(0.005)

    async def answer(self, request: Seen) -> Answer:
        answer = await self._answer(request)
        if self.update_seconds and request.is_update:
            await asyncio.sleep(self.update_seconds)
        return answer

    async def _answer(self, request: Seen) -> Answer:
        self.requests.append(request)
        scripted = self.script(request) if self.script is not None else None
        if scripted is not None:
            return scripted
        if request.path.startswith("/api/tasks/poll/batch/"):
            key = (unquote(request.path.rpartition("/")[2]), request.query.get("domain", ""))
            return 200, await self._take(key, int(request.query["count"]), int(request.query["timeout"]) / 1000)
        if request.path == "/api/tasks" and request.method == "POST":
            self.store(request.body)
            return 200, request.body["taskId"]
        if request.path == "/api/tasks/update-v2" and self.v2:
            self.store(request.body)
            following = await self._take(self.types.get(request.body["taskId"], ("", "")), 1, 0.0)
            return (200, following[0]) if following else (204, None)
        return 404, {"status": 404, "message": f"No static resource {request.path.lstrip('/')}."}

    def store(self, body: Document) -> None:
        if body.get("extendLease"):
            self.heartbeats.append(body)
        else:
            self.results.setdefault(body["taskId"], []).append(body)

    async def _take(self, key: tuple[str, str], count: int, seconds: float) -> list[Document]:
        queue = self.queue(*key)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not queue and (left := deadline - loop.time()) > 0:
            self.arrived.clear()
            try:
                await asyncio.wait_for(self.arrived.wait(), left)
            except TimeoutError:
                break
        return [queue.popleft() for _ in range(min(count, len(queue)))]


class StubServer(StubConductor):
    """The stub on 127.0.0.1, inside the running loop: ``async with StubServer() as server``."""

    def __init__(self, port: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self.port = port
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, backlog=1000)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
            for writer in list(self._connections):
                writer.close()
            await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while True:
                request = await _read(reader)
                if self.silent:
                    self.requests.append(request)
                    await asyncio.Event().wait()
                answer = await self.answer(request)
                raw = _raw(answer)
                if self.cut is not None and self.cut(request, answer):
                    writer.write(raw[: len(raw) // 2])
                    await writer.drain()
                    writer.transport.abort()
                    return
                writer.write(raw)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the test has ended, or its client has
        finally:
            self._connections.discard(writer)
            writer.close()


def _raw(answer: Answer) -> bytes:
    status, document, *headers = answer
    body = b"" if document is None else json.dumps(document).encode()
    given = {"content-type": "application/json", "content-length": str(len(body)), **(headers[0] if headers else {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + body


async def _read(reader: asyncio.StreamReader) -> Seen:
    head = await reader.readuntil(b"\r\n\r\n")
    at = asyncio.get_running_loop().time()
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    raw = await reader.readexactly(int(headers.get("content-length", "0")))
    return _seen(at, method, target, headers, raw)


def _seen(at: float, method: str, target: str, headers: dict[str, str], raw: bytes) -> Seen:
    parts = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    return Seen(at, method, parts.path, query, headers, json.loads(raw) if raw else None)


class _InMemory(AsyncBaseTransport):
    def __init__(self, stub: StubConductor) -> None:
        self._stub = stub

    async def handle_async_request(self, request: Request) -> Response:
        raw = await request.aread()
        at = asyncio.get_running_loop().time()
        target = request.url.raw_path.decode()
        seen = _seen(at, request.method, target, dict(request.headers), raw)
        answer = await self._stub.answer(seen)
        if self._stub.cut is not None and self._stub.cut(seen, answer):
            raise ReadError("the connection was reset")
        status, document, *headers = answer
        given = headers[0] if headers else {}
        return (
            Response(status, json=document, headers=given) if document is not None else Response(status, headers=given)
        )


def stub_plugins(stub: StubConductor, *plugins: object, **settings: Any) -> Plugins:
    """Return a plugin set whose transport is the stub, without any socket."""

    class StubTransport(TransportFactory):
        name = "stub"

        def sync_transport(self) -> MockTransport:
            def handle(request: Request) -> Response:
                seen = _seen(0.0, request.method, request.url.raw_path.decode(), {}, request.read())
                scripted = stub.script(seen) if stub.script is not None else None
                if scripted is not None:
                    return Response(scripted[0], json=scripted[1])
                stub.requests.append(seen)
                stub.store(seen.body)
                return Response(200, text="ok")

            return MockTransport(handle)

        def async_transport(self) -> AsyncBaseTransport:
            return _InMemory(stub)

    class StubPlugin:
        @hookimpl
        def conductor_register_transport(self) -> type[TransportFactory]:
            return StubTransport

    chosen = Settings(server_url="http://stub/api", transport="stub", **settings)
    return Plugins.from_settings(chosen, plugins=[StubPlugin(), *plugins])
