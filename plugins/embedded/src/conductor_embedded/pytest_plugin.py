"""The pytest fixture `conductor_engine`: an engine of one test's own, on a virtual clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conductor_embedded.testing import VirtualEngine


@pytest.fixture
def conductor_engine() -> Iterator[VirtualEngine]:
    """An engine in memory whose time moves when the test says so: `conductor_engine.advance(seconds)`."""
    from conductor_embedded.testing import VirtualEngine  # noqa: PLC0415 - installed, but unused, it costs nothing

    with VirtualEngine() as engine:
        yield engine
