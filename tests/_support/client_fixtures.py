"""What the tests of every client get: a server of respx's, and a conductor of each face for it.

A distribution's ``tests/conftest.py`` imports the names; nothing else is needed.
"""

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
    """Answers what a test tells it to, and refuses the rest; asked which server it is, it does not know."""
    with respx.mock(base_url=URL, assert_all_called=False) as router:
        own = [router.get(path).respond(404, json={"message": "not here"}) for path in ("/version", "/token/userInfo")]
        yield router
        assert all(route.called for route in router.routes if route not in own)


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
