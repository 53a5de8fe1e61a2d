"""Many requests on one transport, a fixed number at a time, and what became of them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conductor_core.http import ByteStream, Headers, Request

if TYPE_CHECKING:
    from conductor_core.http import AsyncBaseTransport

SECONDS: Final = 60.0
TIMEOUT: Final = {"connect": SECONDS, "read": SECONDS, "write": SECONDS, "pool": SECONDS}
SIZES: Final = (0, 100, 2_000, 40_000)  # bytes of bodies, in turn; nothing means GET
OK: Final = 200


@dataclass
class Done:
    """What became of a load.

    Attributes:
        answers: how many requests were answered with 200.
        errors: what the others came to.
        seconds: how long it took.
        cpu: seconds of CPU of this process.
        slowest: seconds of the slowest request.
    """

    answers: int = 0
    errors: list[str] = field(default_factory=list[str])
    seconds: float = 0.0
    cpu: float = 0.0
    slowest: float = 0.0


async def load(transport: AsyncBaseTransport, url: str, requests: int, streams: int) -> Done:
    """Send requests of several sizes, so many at a time, and count."""
    done = Done()
    numbers = iter(range(requests))
    host = url.rpartition("/")[2]

    async def one(number: int) -> None:
        size = SIZES[number % len(SIZES)]
        headers = [("Host", host), ("Accept", "*/*"), *([("Content-Length", str(size))] if size else [])]
        request = Request(
            "POST" if size else "GET",
            f"{url}/api/tasks/{number % 50}",
            headers=Headers(headers),
            stream=ByteStream(b"x" * size),
            extensions={"timeout": TIMEOUT},
        )
        response = await transport.handle_async_request(request)
        await response.aread()
        if response.status_code == OK:
            done.answers += 1
        else:
            done.errors.append(f"status {response.status_code}")

    async def sender() -> None:
        for number in numbers:
            started = time.perf_counter()
            try:
                await one(number)
            except Exception as error:  # noqa: BLE001 - counted, whatever it is
                done.errors.append(f"{type(error).__name__}: {error}")
            done.slowest = max(done.slowest, time.perf_counter() - started)

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(sender() for _ in range(streams)))
    done.seconds, done.cpu = time.perf_counter() - wall, time.process_time() - cpu
    return done
