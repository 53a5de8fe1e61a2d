"""For tests: the fixture `conductor_engine`, an engine of one test's own on a virtual clock, and the mark `orkes_backend`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conductor_embedded.testing import VirtualEngine

_VARIABLE = "ORKES_BACKEND_VERSION"


@pytest.fixture
def conductor_engine() -> Iterator[VirtualEngine]:
    """An engine in memory whose time moves when the test says so: `conductor_engine.advance(seconds)`."""
    from conductor_embedded.testing import VirtualEngine  # noqa: PLC0415 - installed, but unused, it costs nothing

    with VirtualEngine() as engine:
        yield engine


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark."""
    text = f"orkes_backend(*versions): runs where {_VARIABLE} is one of these whole numbers, and is skipped elsewhere"
    config.addinivalue_line("markers", text)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test of other versions of the server than the one that the tests run against."""
    mark = item.get_closest_marker("orkes_backend")
    if mark is None:
        return
    wanted = [version for version in mark.args if isinstance(version, int)]
    if not wanted or len(wanted) < len(mark.args):
        pytest.fail("orkes_backend takes the versions that the test is for, as whole numbers: orkes_backend(4, 5)")
    version = os.environ.get(_VARIABLE, "").strip()
    if version not in [str(one) for one in wanted]:
        versions = " or ".join(str(one) for one in wanted)
        pytest.skip(f"for version {versions} of the server; {_VARIABLE} is {version or 'not set'}")
