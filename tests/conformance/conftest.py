"""The same flows against the embedded engine and the real server: tests ask for ``conductor_settings``."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from conductor_core import Settings

if TYPE_CHECKING:
    from tools.real_server import RealServer

SERVERS = [
    pytest.param("embedded", id="embedded"),
    pytest.param("real", id="real", marks=pytest.mark.real_server),
]

_engines = itertools.count()


@pytest.fixture(params=SERVERS)
def conductor_settings(request: pytest.FixtureRequest) -> Settings:
    """Settings of a server to test against: a fresh embedded engine, or the session's real server."""
    if request.param == "embedded":
        return Settings(server_url=f"embedded://memory/conformance-{next(_engines)}", transport="embedded")
    server: RealServer = request.getfixturevalue("real_server")
    return Settings(server_url=server.url)
