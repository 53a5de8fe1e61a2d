"""Every flow on the embedded engine and on the real server, and both notes compared word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core import Settings
from tests.conformance.differences import IN_ONE_FLOW, differences
from tests.conformance.runs import Run, all_flows, run_all

if TYPE_CHECKING:
    from tools.real_server import RealServer

NAMES = list(all_flows())


def _wanted(request: pytest.FixtureRequest) -> list[str]:
    """The flows of the tests that were chosen, so that choosing one test runs one flow."""
    functions = (item for item in request.session.items if item.path == request.path)
    chosen = {str(item.callspec.params["name"]) for item in functions if isinstance(item, pytest.Function)}
    return [name for name in NAMES if name in chosen]


@pytest.fixture(scope="module")
def embedded_runs(request: pytest.FixtureRequest) -> dict[str, Run]:
    """All wanted flows on the embedded engine."""
    return run_all(Settings(server_url="embedded://memory/conformance-flows", transport="embedded"), _wanted(request))


@pytest.fixture(scope="module")
def real_runs(request: pytest.FixtureRequest, real_server: RealServer) -> dict[str, Run]:
    """All wanted flows on the real server."""
    return run_all(Settings(server_url=real_server.url), _wanted(request))


@pytest.mark.parametrize("name", NAMES)
def test_embedded_engine(embedded_runs: dict[str, Run], name: str) -> None:
    _check(embedded_runs[name])


@pytest.mark.real_server
@pytest.mark.parametrize("name", NAMES)
def test_real_server(real_runs: dict[str, Run], name: str) -> None:
    _check(real_runs[name])


@pytest.mark.real_server
@pytest.mark.parametrize("name", [name for name in NAMES if name not in IN_ONE_FLOW])
def test_both_show_the_same(embedded_runs: dict[str, Run], real_runs: dict[str, Run], name: str) -> None:
    embedded, real = embedded_runs[name].notes, real_runs[name].notes
    assert [label for label, _ in embedded] == [label for label, _ in real]
    for (label, ours), (_, theirs) in zip(embedded, real, strict=True):
        found = [".".join(path) for path in differences(ours, theirs)]
        assert found == [], f"{label}: embedded engine {ours}, real server {theirs}"


def _check(run: Run) -> None:
    if run.error is not None:
        raise run.error
