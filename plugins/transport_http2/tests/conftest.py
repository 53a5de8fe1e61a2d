"""Both faces of the transport behind one awaitable, so that each test is written once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.http import AsyncClient, Client
from conductor_transport_http2 import AsyncHttp2Transport, Http2Options, Http2Transport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from conductor_core.http import Response

SECONDS = 20.0


class SyncFace:
    """The blocking transport on threads."""

    def __init__(self, **arguments: Any) -> None:
        self.transport = Http2Transport(**arguments)
        self.client = Client(transport=self.transport, trust_env=False, timeout=SECONDS)

    async def request(self, method: str, url: str, **arguments: Any) -> Response:
        return await asyncio.to_thread(self.client.request, method, url, **arguments)

    def body(self, pieces: Iterable[bytes]) -> object:
        return iter(pieces)

    @property
    def connections(self) -> int:
        shared = self.transport._shared_state  # pyright: ignore[reportPrivateUsage] - the state under test
        return len(shared.transport.connections)

    async def exchange(self, *parts: Any, **arguments: Any) -> Any:
        return await asyncio.to_thread(self.transport.exchange, *parts, **arguments)

    async def close(self) -> None:
        await asyncio.to_thread(self.client.close)


class AsyncFace:
    """The asyncio transport on the loop of the test."""

    def __init__(self, **arguments: Any) -> None:
        self.transport = AsyncHttp2Transport(**arguments)
        self.client = AsyncClient(transport=self.transport, trust_env=False, timeout=SECONDS)

    async def request(self, method: str, url: str, **arguments: Any) -> Response:
        return await self.client.request(method, url, **arguments)

    async def body(self, pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
            await asyncio.sleep(0)

    @property
    def connections(self) -> int:
        return len(self.transport.connections)

    async def exchange(self, *parts: Any, **arguments: Any) -> Any:
        return await self.transport.exchange(*parts, **arguments)

    async def close(self) -> None:
        await self.client.aclose()


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds that happens on another thread."""
    async with asyncio.timeout(SECONDS):
        while not holds():  # noqa: ASYNC110 - another thread
            await asyncio.sleep(0.01)


class Faces:
    """Makes faces of one kind and closes them."""

    def __init__(self, kind: type[SyncFace | AsyncFace]) -> None:
        self.kind = kind
        self._made: list[SyncFace | AsyncFace] = []

    def __call__(self, *, ssl_context: Any = None, unix_path: str = "", **options: Any) -> SyncFace | AsyncFace:
        chosen = Http2Options(**{"prior_knowledge": True, **options})
        face = self.kind(options=chosen, ssl_context=ssl_context, unix_path=unix_path)
        self._made.append(face)
        return face

    async def close(self) -> None:
        for face in self._made:
            await face.close()


@pytest.fixture(params=["sync", "async"])
async def faces(request: pytest.FixtureRequest) -> AsyncIterator[Faces]:
    made = Faces(SyncFace if request.param == "sync" else AsyncFace)
    yield made
    await made.close()


@pytest.fixture
def face(faces: Faces) -> SyncFace | AsyncFace:
    return faces()


@pytest.fixture(name="until")
def _until() -> Any:
    return until
