"""Every flow on the embedded engine and on the real server, and both notes compared word by word.

The flows run side by side, and a slow machine can make one of them look at the wrong moment (a WAIT of seconds is over
before its first look). What differs is therefore run again, alone on both servers: a real difference shows itself again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from conductor_core import Settings
from tests._support.parallel import REAL_SERVER
from tests.conformance.differences import IN_ONE_FLOW, differences
from tests.conformance.runs import Run, all_flows, run_all

if TYPE_CHECKING:
    from tools.real_server import RealServer

pytestmark = pytest.mark.xdist_group(REAL_SERVER)  # its tests share what all flows left on both servers

NAMES = list(all_flows())
TRIES_ALONE = 2


@dataclass
class Server:
    """One server, and what became of each flow on it."""

    settings: Settings
    runs: dict[str, Run]

    def again(self, name: str) -> None:
        """Run a flow once more, with nothing beside it."""
        self.runs.update(run_all(self.settings, [name]))


def _wanted(request: pytest.FixtureRequest) -> list[str]:
    """The flows of the tests that were chosen, so that choosing one test runs one flow."""
    functions = (item for item in request.session.items if item.path == request.path)
    chosen = {str(item.callspec.params["name"]) for item in functions if isinstance(item, pytest.Function)}
    return [name for name in NAMES if name in chosen]


@pytest.fixture(scope="module")
def embedded(request: pytest.FixtureRequest) -> Server:
    """All wanted flows on the embedded engine."""
    settings = Settings(server_url="embedded://memory/conformance-flows", transport="embedded")
    return Server(settings, run_all(settings, _wanted(request)))


@pytest.fixture(scope="module")
def real(request: pytest.FixtureRequest, real_server: RealServer) -> Server:
    """All wanted flows on the real server."""
    settings = Settings(server_url=real_server.url)
    return Server(settings, run_all(settings, _wanted(request)))


@pytest.mark.parametrize("name", NAMES)
def test_embedded_engine(embedded: Server, name: str) -> None:
    if "jq" in name:
        pytest.importorskip("jq", reason="the library jq has no wheels for Windows")
    _check(embedded.runs[name])


@pytest.mark.real_server
@pytest.mark.parametrize("name", NAMES)
def test_real_server(real: Server, name: str) -> None:
    if real.runs[name].error is not None:
        real.again(name)
    _check(real.runs[name])


@pytest.mark.real_server
@pytest.mark.parametrize("name", [name for name in NAMES if name not in IN_ONE_FLOW])
def test_both_show_the_same(embedded: Server, real: Server, name: str) -> None:
    for _ in range(TRIES_ALONE):
        if not _found(embedded.runs[name], real.runs[name]):
            return
        embedded.again(name)
        real.again(name)
    found = _found(embedded.runs[name], real.runs[name])
    assert not found, "\n".join(found)


def _found(ours: Run, theirs: Run) -> list[str]:
    """What differs between two runs, a line each."""
    labels = [label for label, _ in ours.notes], [label for label, _ in theirs.notes]
    if labels[0] != labels[1]:
        return [f"not the same notes: embedded engine {labels[0]}, real server {labels[1]}"]
    found: list[str] = []
    for (label, mine), (_, other) in zip(ours.notes, theirs.notes, strict=True):
        paths = [".".join(path) for path in differences(mine, other)]
        if paths:
            found.append(f"{label}: {', '.join(paths)} differ: embedded engine {mine}, real server {other}")
    return found


def _check(run: Run) -> None:
    if run.error is not None:
        raise run.error
