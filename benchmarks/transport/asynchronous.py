"""The ways to send a request on a loop, from a bare protocol up to the client layer."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, cast

from conductor_core.http import (
    URL,
    AsyncClient,
    AsyncHTTPTransport,
    ByteStream,
    Headers,
    Limits,
    Request,
)
from conductor_core.http1 import AsyncHttp1Transport, Timeouts
from conductor_core.http1._request import header_block, origin_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from conductor_core.http import AsyncBaseTransport

TOKEN = "t" * 300
BODY = b'{"taskId":"0b5b7b2e-6c0c-4d2d-9df6-5a1b0a4e9c55","status":"COMPLETED","outputData":{"result":42}}'
SECONDS = 30.0
TIMEOUT = {"connect": SECONDS, "read": SECONDS, "write": SECONDS, "pool": SECONDS}
LIMITS = Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=30.0)
Send = "Callable[[int], Awaitable[object]]"


class Floor(asyncio.Protocol):
    """The least a client can do: write bytes, wait for bytes, one connection each."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take whatever came as the answer."""
        if self.answer is not None:
            self.answer.set_result(data)

    async def ask(self, request: bytes) -> bytes:
        """Send one request."""
        if self.transport is None:
            raise RuntimeError("not connected")
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.answer


def _headers(port: int) -> list[tuple[str, str]]:
    return [
        ("Host", f"127.0.0.1:{port}"),
        ("Accept", "application/json"),
        ("User-Agent", "benchmark"),
        ("X-Authorization", TOKEN),
        ("Content-Type", "application/json"),
    ]


def _requests(port: int) -> tuple[Callable[[], Request], Callable[[], Request]]:
    poll, update = (
        URL(f"http://127.0.0.1:{port}/api/tasks/poll/batch/benchmark"),
        URL(f"http://127.0.0.1:{port}/api/tasks"),
    )
    plain = Headers(_headers(port))
    sized = Headers([*_headers(port), ("Content-Length", str(len(BODY)))])
    extensions = {"timeout": TIMEOUT}
    return (
        lambda: Request("GET", poll, headers=plain, stream=ByteStream(b""), extensions=extensions),
        lambda: Request("POST", update, headers=sized, stream=ByteStream(BODY), extensions=extensions),
    )


async def measure(send: Callable[[int], Awaitable[object]], requests: int, concurrency: int) -> float:
    """Return microseconds of CPU for one request, of this whole process."""
    numbers = iter(range(requests))

    async def loop() -> None:
        for number in numbers:
            await send(number)

    await asyncio.gather(*(loop() for _ in range(concurrency)))  # warm: connections are open, caches filled
    numbers = iter(range(requests))
    started = time.process_time()
    await asyncio.gather(*(loop() for _ in range(concurrency)))
    return (time.process_time() - started) / requests * 1e6


async def floor(port: int, requests: int, concurrency: int) -> float:
    """Measure a bare asyncio.Protocol."""
    loop = asyncio.get_running_loop()
    free = [(await loop.create_connection(Floor, "127.0.0.1", port))[1] for _ in range(concurrency)]
    block = header_block([(name.encode(), value.encode()) for name, value in _headers(port)])
    get = b"GET /api/tasks/poll/batch/benchmark HTTP/1.1\r\n" + block + b"\r\n"
    post = b"POST /api/tasks HTTP/1.1\r\n" + block + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY

    async def send(number: int) -> None:
        connection = free.pop()
        await connection.ask(post if number % 2 else get)
        free.append(connection)

    try:
        return await measure(send, requests, concurrency)
    finally:
        for connection in free:
            if connection.transport is not None:
                connection.transport.abort()


async def prebuilt(port: int, requests: int, concurrency: int) -> float:
    """Measure the lean transport without httpx' types."""
    block = header_block([(name.encode(), value.encode()) for name, value in _headers(port)])
    origin, timeouts = origin_of(URL(f"http://127.0.0.1:{port}/")), Timeouts(SECONDS, SECONDS, SECONDS, SECONDS)
    async with AsyncHttp1Transport() as transport:

        async def send(number: int) -> None:
            if number % 2:
                await transport.exchange(origin, b"POST", b"/api/tasks", block, BODY, timeouts=timeouts)
            else:
                await transport.exchange(origin, b"GET", b"/api/tasks/poll/batch/benchmark", block, timeouts=timeouts)

        return await measure(send, requests, concurrency)


async def direct(transport: AsyncBaseTransport, port: int, requests: int, concurrency: int) -> float:
    """Measure a transport called with prebuilt URLs and headers."""
    get, post = _requests(port)
    async with transport:

        async def send(number: int) -> None:
            response = await transport.handle_async_request(post() if number % 2 else get())
            await response.aread()

        return await measure(send, requests, concurrency)


async def client(transport: AsyncBaseTransport, port: int, requests: int, concurrency: int) -> float:
    """Measure the whole client layer above a transport."""
    base = f"http://127.0.0.1:{port}/api"
    headers = dict(_headers(port)[1:])
    async with AsyncClient(transport=transport, timeout=SECONDS, trust_env=False) as http:

        async def send(number: int) -> None:
            if number % 2:
                await http.post(f"{base}/tasks", content=BODY, headers=headers)
            else:
                await http.get(f"{base}/tasks/poll/batch/benchmark", headers=headers)

        return await measure(send, requests, concurrency)


def cases(port: int, requests: int, concurrency: int) -> dict[str, Callable[[], Awaitable[float]]]:
    """Return what is compared, the baseline first."""
    stock_requests = max(requests // 10, 200)
    return {
        "bare asyncio.Protocol": lambda: floor(port, requests, concurrency),
        "http1, prebuilt bytes": lambda: prebuilt(port, requests, concurrency),
        "http1, transport direct": lambda: direct(AsyncHttp1Transport(), port, requests, concurrency),
        "http1, httpx.AsyncClient": lambda: client(AsyncHttp1Transport(), port, requests // 2, concurrency),
        "stock, transport direct": lambda: direct(AsyncHTTPTransport(limits=LIMITS), port, stock_requests, concurrency),
        "stock, httpx.AsyncClient": lambda: client(
            AsyncHTTPTransport(limits=LIMITS), port, stock_requests, concurrency
        ),
    }
