"""Both faces of the transport behind one awaitable, so that each test is written once."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.http import AsyncClient, Client
from conductor_core.http1 import AsyncHttp1Transport, Http1Options, Http1Transport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from conductor_core.http import Response


class SyncFace:
    """The blocking transport on threads."""

    def __init__(self, **arguments: Any) -> None:
        self.transport = Http1Transport(**arguments)
        self.client = Client(transport=self.transport, trust_env=False, timeout=5.0)

    async def request(self, method: str, url: str, **arguments: Any) -> Response:
        return await asyncio.to_thread(self.client.request, method, url, **arguments)

    def body(self, pieces: Iterable[bytes]) -> object:
        return iter(pieces)

    def open_connections(self) -> int:
        return self.transport._shared_state.pool.open  # pyright: ignore[reportPrivateUsage] - the state under test

    async def close(self) -> None:
        self.client.close()


class AsyncFace:
    """The asyncio transport on the loop of the test."""

    def __init__(self, **arguments: Any) -> None:
        self.transport = AsyncHttp1Transport(**arguments)
        self.client = AsyncClient(transport=self.transport, trust_env=False, timeout=5.0)

    async def request(self, method: str, url: str, **arguments: Any) -> Response:
        return await self.client.request(method, url, **arguments)

    async def body(self, pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
            await asyncio.sleep(0)

    def open_connections(self) -> int:
        return self.transport._pool.open  # pyright: ignore[reportPrivateUsage] - the state under test

    async def close(self) -> None:
        await self.client.aclose()


class Faces:
    """Makes faces of one kind and closes them."""

    def __init__(self, kind: type[SyncFace | AsyncFace]) -> None:
        self.kind = kind
        self._made: list[SyncFace | AsyncFace] = []

    def __call__(self, *, ssl_context: Any = None, **options: Any) -> SyncFace | AsyncFace:
        face = self.kind(options=Http1Options(**options), ssl_context=ssl_context)
        self._made.append(face)
        return face

    async def close(self) -> None:
        for face in self._made:
            await face.close()


@pytest.fixture(params=[SyncFace, AsyncFace], ids=["sync", "async"])
async def faces(request: pytest.FixtureRequest) -> AsyncIterator[Faces]:
    made = Faces(request.param)
    yield made
    await made.close()


@pytest.fixture
def face(faces: Faces) -> SyncFace | AsyncFace:
    return faces()


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()
