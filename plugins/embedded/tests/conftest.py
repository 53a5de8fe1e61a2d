from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core.http import ASGITransport, AsyncClient
from conductor_embedded._assembly import Plan
from conductor_embedded.address import Address
from conductor_embedded.api import EngineApp, Safety

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from conductor_embedded.engine import Engine


@pytest.fixture
async def engine_and_app() -> AsyncIterator[tuple[Engine, EngineApp]]:
    """An engine in memory on the test's own loop, and its app with the safety of a server without a token."""
    engine, app = Plan(address=Address(name="test")).build(Safety())
    await engine.start()
    yield engine, app
    await engine.stop()


@pytest.fixture
def engine(engine_and_app: tuple[Engine, EngineApp]) -> Engine:
    return engine_and_app[0]


@pytest.fixture
async def client(engine_and_app: tuple[Engine, EngineApp]) -> AsyncIterator[AsyncClient]:
    """A client of the engine's app."""
    async with AsyncClient(transport=ASGITransport(engine_and_app[1]), base_url="http://localhost/api") as made:
        yield made
