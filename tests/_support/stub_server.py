"""A small Conductor server for worker tests: queues of tasks, update-v2, and a log of every request with its time."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class Seen:
    """One request: when it arrived (``time.monotonic``), what it asked for and its JSON body."""

    at: float
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any

    @property
    def is_poll(self) -> bool:
        return self.path.startswith("/api/tasks/poll/")


@dataclass(slots=True)
class StubServer:
    """Serves on 127.0.0.1 inside a running loop; ``async with StubServer() as server``.

    Attributes:
        v2: whether update-v2 exists.
        requests: what arrived, in order.
        results: bodies of updates by task id, in order of arrival; heartbeats are in ``heartbeats``.
    """

    v2: bool = True
    port: int = 0
    requests: list[Seen] = field(default_factory=list)
    results: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    heartbeats: list[dict[str, Any]] = field(default_factory=list)
    queues: dict[tuple[str, str], deque[dict[str, Any]]] = field(default_factory=lambda: defaultdict(deque))
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _types: dict[str, tuple[str, str]] = field(default_factory=dict)
    _connections: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def polls(self) -> list[Seen]:
        return [request for request in self.requests if request.is_poll]

    def add(self, task_type: str, task_id: str, *, domain: str = "", **fields: Any) -> None:
        """Put one task into a queue; it is handed to the next poll."""
        document = {
            "taskId": task_id,
            "workflowInstanceId": f"w-{task_id}",
            "taskType": task_type,
            "taskDefName": task_type,
            "status": "IN_PROGRESS",
            "inputData": {},
            **fields,
        }
        self._types[task_id] = (task_type, domain)
        self.queues[task_type, domain].append(document)
        self._arrived.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._connections):
            writer.close()
        if self._server is not None:
            await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while (request := await _read(reader)) is not None:
                self.requests.append(request)
                status, answer = await self._answer(request)
                body = b"" if answer is None else json.dumps(answer).encode()
                head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _answer(self, request: Seen) -> tuple[int, Any]:
        if request.path.startswith("/api/tasks/poll/batch/"):
            key = (unquote(request.path.rpartition("/")[2]), request.query.get("domain", ""))
            return 200, await self._take(key, int(request.query["count"]), int(request.query["timeout"]) / 1000)
        if request.path == "/api/tasks" and request.method == "POST":
            self._store(request.body)
            return 200, request.body["taskId"]
        if request.path == "/api/tasks/update-v2" and self.v2:
            self._store(request.body)
            following = await self._take(self._types.get(request.body["taskId"], ("", "")), 1, 0.0)
            return (200, following[0]) if following else (204, None)
        return 404, {"status": 404, "message": f"No static resource {request.path.lstrip('/')}."}

    def _store(self, body: dict[str, Any]) -> None:
        if body.get("extendLease"):
            self.heartbeats.append(body)
        else:
            self.results[body["taskId"]].append(body)

    async def _take(self, key: tuple[str, str], count: int, timeout: float) -> list[dict[str, Any]]:
        queue = self.queues[key]
        deadline = time.monotonic() + timeout
        while not queue and (left := deadline - time.monotonic()) > 0:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), left)
            except TimeoutError:
                break
        return [queue.popleft() for _ in range(min(count, len(queue)))]


async def _read(reader: asyncio.StreamReader) -> Seen | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    at = time.monotonic()
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    raw = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    return Seen(at, method, parts.path, query, headers, json.loads(raw) if raw else None)
