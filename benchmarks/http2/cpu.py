"""CPU per request of the HTTP/2 transport, beside the one that comes with httpx, on nginx in a process of its own.

Transports are called directly, as workers do it, so that the client layer of httpx is not in the figures. Rounds are
interleaved and each figure is compared with the stock one of its own round, since machines are noisy.
"""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from benchmarks.http2.server import answering
from benchmarks.transport.asynchronous import (
    BODY,
    LIMITS,
    SECONDS,
    _headers,  # pyright: ignore[reportPrivateUsage] - the same requests as for HTTP/1.1
    direct,
    measure,
)
from benchmarks.transport.run import show
from conductor_core.http import URL, AsyncHTTPTransport
from conductor_core.http1 import Timeouts, header_block, origin_of
from conductor_transport_http2 import AsyncHttp2Transport, Http2Options

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

OURS = Http2Options(prior_knowledge=True, max_connections=1)


async def prebuilt(port: int, requests: int, concurrency: int) -> float:
    """Measure the transport without httpx' types."""
    block = header_block([(name.encode(), value.encode()) for name, value in _headers(port)])
    origin, timeouts = origin_of(URL(f"http://127.0.0.1:{port}/")), Timeouts(SECONDS, SECONDS, SECONDS, SECONDS)
    async with AsyncHttp2Transport(OURS) as transport:

        async def send(number: int) -> None:
            if number % 2:
                await transport.exchange(origin, b"POST", b"/api/tasks", block, BODY, timeouts=timeouts)
            else:
                await transport.exchange(origin, b"GET", b"/api/tasks/poll/batch/benchmark", block, timeouts=timeouts)

        return await measure(send, requests, concurrency)


def cases(port: int, requests: int, concurrency: int) -> dict[str, Callable[[], Awaitable[float]]]:
    """Return what is measured; the first one is the baseline."""
    stock: Callable[[], AsyncHTTPTransport] = lambda: AsyncHTTPTransport(http1=False, http2=True, limits=LIMITS)  # noqa: E731
    return {
        "httpx http2, direct": lambda: direct(stock(), port, requests, concurrency),
        "http2, direct": lambda: direct(AsyncHttp2Transport(OURS), port, requests, concurrency),
        "http2, exchange": lambda: prebuilt(port, requests, concurrency),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=4000, help="requests of a case in a round")
    parser.add_argument("--streams", type=int, default=100, help="requests at a time, on one connection")
    arguments = parser.parse_args()
    found: list[dict[str, float]] = []
    with answering() as server:
        measured = cases(server.port, arguments.requests, arguments.streams)
        for _ in range(arguments.rounds):
            found.append({name: asyncio.run(_awaited(case)) for name, case in measured.items()})  # noqa: PERF401 - slow steps
    show(f"{arguments.streams} streams on one connection, half GET, half POST (CPU)", found)


async def _awaited(case: Callable[[], Awaitable[float]]) -> float:
    return await case()


if __name__ == "__main__":
    main()
