"""The real Conductor server as a fixture: one for the whole run, from the first test that asks for it to the last one."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tools.real_server import RealServer, ServerUnavailableError, running

if TYPE_CHECKING:
    from collections.abc import Iterator

# Read before any fixture cleans the environment: with the value "required" a missing server is a failure.
REQUIRED = os.environ.get("CONDUCTOR_TEST_REAL_SERVER") == "required"

_server = pytest.StashKey[ExitStack]()
_last_user = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def real_server(request: pytest.FixtureRequest) -> Iterator[RealServer]:
    """A healthy real server on a free port; its ``url`` ends in /api."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running())
        except ServerUnavailableError as reason:
            if REQUIRED:
                pytest.fail(f"the real server is required: {reason}")
            pytest.skip(f"real server: {reason}")
        request.config.stash[_server] = stack
        yield server


def pytest_collection_finish(session: pytest.Session) -> None:
    """Find the last test that needs the server."""
    for item in reversed(session.items):
        if item.get_closest_marker("real_server"):
            session.config.stash[_last_user] = item.nodeid
            return


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Stop the server after that test: an idle one takes a quarter of a core from those that are left."""
    stash = item.config.stash
    if item.nodeid == stash.get(_last_user, "") and _server in stash:
        stash[_server].close()
