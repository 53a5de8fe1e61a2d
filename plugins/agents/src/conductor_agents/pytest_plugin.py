"""For tests: the fixture ``agent_recording``, runs that are recorded once and read ever after."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conductor_agents.testing import Transcript

_OPTION = "--record-agents"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the option that records."""
    parser.addoption(_OPTION, action="store_true", help="run agents for real, and record what happens")


@pytest.fixture
def agent_recording(request: pytest.FixtureRequest) -> Callable[[Callable[[], Transcript]], Transcript]:
    """Give the transcript of this test: ``agent_recording(run)`` calls ``run`` under ``--record-agents`` only.

    Recordings are files beside the test, ``recordings/MODULE.TEST.json``, to be committed with it; a second one of a test
    has a number.
    """
    from conductor_agents.testing import Transcript as Recorded  # noqa: PLC0415 - installed, but unused, it costs nothing

    taken: list[Path] = []

    def recorded(run: Callable[[], Transcript]) -> Transcript:
        number = f".{len(taken) + 1}" if taken else ""
        name = re.sub(r"[^\w.-]+", "_", f"{request.path.stem}.{request.node.name}")
        file = request.path.parent / "recordings" / f"{name}{number}.json"
        taken.append(file)
        if request.config.getoption(_OPTION):
            run().save(file)
        if not file.is_file():
            pytest.fail(f"no recording {file.name} in {file.parent}: run this test with {_OPTION} once")
        return Recorded.load(file)

    return recorded
