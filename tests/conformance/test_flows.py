"""Every flow on the embedded engine and on the real server, and both notes compared word by word."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from conductor_core import Settings
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
@pytest.mark.parametrize("name", NAMES)
def test_both_show_the_same(embedded_runs: dict[str, Run], real_runs: dict[str, Run], name: str) -> None:
    embedded, real = embedded_runs[name], real_runs[name]
    for (embedded_label, embedded_value), (real_label, real_value) in itertools.zip_longest(
        embedded.notes, real.notes, fillvalue=("nothing more", None)
    ):
        assert embedded_label == real_label
        assert embedded_value == real_value, embedded_label


def _check(run: Run) -> None:
    if run.error is not None:
        raise run.error
