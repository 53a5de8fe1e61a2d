"""A proxy that writes down when each task passed to the worker, and when the first byte of its result came back.

Run as its own process, so that it does not wait for whoever measures: ``python recorder.py SERVER_PORT``. It prints its
port, and answers each line on its input: ``reset`` forgets, ``took`` prints all times as one line of JSON, in milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time

TASK = re.compile(rb'"taskId": ?"(task-\d+)"')


class Book:
    """When tasks came, and how long their results took."""

    def __init__(self) -> None:
        self.came: dict[bytes, float] = {}
        self.took: list[float] = []

    def arrived(self, data: bytes) -> None:
        """Note the tasks in bytes that go to the worker."""
        now = time.perf_counter()
        for task in TASK.findall(data):
            self.came[task] = now

    def sent(self, data: bytes) -> None:
        """Note the results in bytes that come from the worker."""
        now = time.perf_counter()
        for task in TASK.findall(data):
            started = self.came.pop(task, None)
            if started is not None:
                self.took.append((now - started) * 1000)


class Side(asyncio.Protocol):
    """One end of a connection that passes everything on to the other."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.other: Side | None = None
        self.transport: asyncio.Transport | None = None
        self.early = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to answer."""
        self.transport = transport  # type: ignore[assignment]  # a socket's transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Close the other end too."""
        del exc
        if self.other is not None and self.other.transport is not None:
            self.other.transport.close()

    def pass_on(self, data: bytes) -> None:
        """Hand bytes to the other end."""
        if self.other is None or self.other.transport is None:
            self.early += data
        else:
            self.other.transport.write(data)


class ServerSide(Side):
    """The end at the server."""

    def data_received(self, data: bytes) -> None:
        """Note tasks before they leave for the worker."""
        self.book.arrived(data)
        self.pass_on(data)


class WorkerSide(Side):
    """The end at the worker."""

    def __init__(self, book: Book, port: int) -> None:
        super().__init__(book)
        self.port = port
        self.connecting: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connect to the server."""
        super().connection_made(transport)
        self.connecting = asyncio.get_running_loop().create_task(self.connect())

    async def connect(self) -> None:
        """Open the other end, and hand over what came in the meantime."""
        other = ServerSide(self.book)
        await asyncio.get_running_loop().create_connection(lambda: other, "127.0.0.1", self.port)
        self.other, other.other = other, self
        early, self.early = self.early, b""
        if early:
            self.pass_on(early)

    def data_received(self, data: bytes) -> None:
        """Note results as they come."""
        self.book.sent(data)
        self.pass_on(data)


async def serve(port: int) -> None:
    """Pass bytes on until the input ends."""
    book, loop = Book(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: WorkerSide(book, port), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip() == "took":
            print(json.dumps(book.took), flush=True)
        else:
            book.came, book.took = {}, []
            print("{}", flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
