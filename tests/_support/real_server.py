"""The real Conductor server as a fixture: one for the whole session, started by the first test that asks for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tools.real_server import RealServer, ServerUnavailableError, running

if TYPE_CHECKING:
    from collections.abc import Iterator

# Read before any fixture cleans the environment: with the value "required" a missing server is a failure.
REQUIRED = os.environ.get("CONDUCTOR_TEST_REAL_SERVER") == "required"


@pytest.fixture(scope="session")
def real_server() -> Iterator[RealServer]:
    """A healthy real server on a free port; its ``url`` ends in /api."""
    try:
        with running() as server:
            yield server
    except ServerUnavailableError as reason:
        if REQUIRED:
            pytest.fail(f"the real server is required: {reason}")
        pytest.skip(f"real server: {reason}")
