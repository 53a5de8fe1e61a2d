"""A server of respx's for both faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
import respx

from conductor_core import AsyncConductor, Conductor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

URL = "http://conductor.test/api"


@pytest.fixture
def server() -> Iterator[respx.MockRouter]:
    """Answers what a test tells it to, and refuses the rest."""
    with respx.mock(base_url=URL) as router:
        yield router


@pytest.fixture
def conductor() -> Iterator[Conductor]:
    """A conductor of that server."""
    with Conductor(server_url=URL) as blocking:
        yield blocking


@pytest_asyncio.fixture
async def async_conductor() -> AsyncIterator[AsyncConductor]:
    """Its awaitable twin."""
    async with AsyncConductor(server_url=URL) as awaiting:
        yield awaiting
