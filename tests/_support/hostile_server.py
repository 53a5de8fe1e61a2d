"""A server that answers as its test tells it to, byte for byte, on a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, TypeAlias

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable

START_SECONDS = 5.0
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass(frozen=True)
class Received:
    """One request as it came over the wire."""

    head: bytes
    body: bytes

    @property
    def start(self) -> bytes:
        """The request line."""
        return self.head.partition(b"\r\n")[0]


@dataclass
class Peer:
    """One connection, as its handler sees it."""

    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    received: list[Received]

    async def request(self) -> Received:
        """Read one request, body included."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        found = Received(head, await self._body(head.lower()))
        self.received.append(found)
        return found

    async def send(self, *parts: bytes, pause: float = 0.0) -> None:
        """Write the parts, each as a packet of its own when there is a pause."""
        for number, part in enumerate(parts):
            if number:
                await asyncio.sleep(pause)
            self.writer.write(part)
            await self.writer.drain()

    def reset(self) -> None:
        """Close without a farewell: the client sees a reset connection."""
        self.writer.transport.abort()

    async def _body(self, head: bytes) -> bytes:
        _, length, rest = head.partition(b"\r\ncontent-length:")
        if length:
            return await self.reader.readexactly(int(rest.partition(b"\r\n")[0]))
        body = b""
        while b"\r\ntransfer-encoding: chunked" in head:
            size = int(await self.reader.readline(), 16)
            body += (await self.reader.readexactly(size + 2))[:-2]
            if not size:
                break
        return body


Handler: TypeAlias = "Callable[[Peer], Awaitable[None]]"


def answers(*answers_: bytes, pause: float = 0.0) -> Handler:
    """Return a handler that gives each request of a connection the next answer, and closes after the last."""

    async def handler(peer: Peer) -> None:
        for answer in answers_:
            await peer.request()
            await peer.send(answer, pause=pause)

    return handler


async def always_ok(peer: Peer) -> None:
    """Answer every request with 200 and ``ok``."""
    while True:
        await peer.request()
        await peer.send(OK)


@dataclass
class HostileServer:
    """Listens on a free port of 127.0.0.1 between ``__enter__`` and ``__exit__``; a connection runs ``handler``."""

    handler: Handler = always_ok
    tls: ssl.SSLContext | None = None
    received: list[Received] = field(default_factory=list[Received])
    connections: int = 0
    open: int = 0
    most_open: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise RuntimeError("the server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(START_SECONDS)
        self._loop.close()

    @property
    def url(self) -> str:
        """The base URL."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        # asyncio's own server loses a connection that comes while it is being closed, so this one accepts itself.
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(0)
            self.port = listening.getsockname()[1]
            loop = asyncio.get_running_loop()
            loop.add_reader(listening, self._accept, listening)
            self._ready.set()
            await self._stop.wait()
            loop.remove_reader(listening)
            for task in (tasks := tuple(self._tasks)):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(3):
            await asyncio.sleep(0)  # transports say goodbye

    def _accept(self, listening: socket.socket) -> None:
        accepted, _ = listening.accept()
        task = asyncio.create_task(self._carry(accepted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: accepted.close())  # also when it never began

    async def _carry(self, accepted: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=2**22)
        protocol = asyncio.StreamReaderProtocol(reader)
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            transport, _ = await loop.connect_accepted_socket(lambda: protocol, accepted, ssl=self.tls)
            try:
                await self._handle(reader, asyncio.StreamWriter(transport, protocol, reader, loop))
            finally:
                transport.abort()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            with contextlib.suppress(OSError, EOFError):
                await self.handler(Peer(self.connections, reader, writer, self.received))
            writer.close()
            await writer.wait_closed()
        finally:
            self.open -= 1
