from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor, get, post
from conductor_core.errors import ConfigurationError
from conductor_embedded._assembly import Plan
from conductor_embedded.address import Address
from conductor_embedded.runtime import ENGINES
from conductor_embedded.testing import VirtualEngine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

YEAR = 365 * 24 * 3600


@pytest.fixture
def conductor(conductor_engine: VirtualEngine) -> Iterator[Conductor]:
    with Conductor(conductor_engine.settings) as made:
        yield made


def register(conductor: Conductor, *tasks: dict[str, Any]) -> None:
    conductor.run(post("/metadata/workflow", body={"name": "w", "version": 1, "tasks": list(tasks)}))


def start(conductor: Conductor) -> str:
    return conductor.run(post("/workflow", body={"name": "w"}, returns=str))


def document(conductor: Conductor, workflow_id: str) -> dict[str, Any]:
    return conductor.run(get("/workflow/{}", workflow_id, returns=dict[str, Any]))


def test_a_year_passes_at_once(conductor_engine: VirtualEngine, conductor: Conductor) -> None:
    register(
        conductor,
        {"name": "w", "taskReferenceName": "w1", "type": "WAIT", "inputParameters": {"duration": "364 days"}},
        {"name": "w", "taskReferenceName": "w2", "type": "WAIT", "inputParameters": {"duration": "23 hours"}},
    )
    workflow_id = start(conductor)
    began = time.monotonic()
    conductor_engine.advance(YEAR - 3601)
    before = document(conductor, workflow_id)
    conductor_engine.advance(1)
    after = document(conductor, workflow_id)

    assert time.monotonic() - began < 2
    assert (before["status"], after["status"]) == ("RUNNING", "COMPLETED")
    assert after["endTime"] - after["startTime"] == (YEAR - 3600) * 1000


def test_time_stands_still_until_it_is_moved(conductor_engine: VirtualEngine, conductor: Conductor) -> None:
    register(
        conductor,
        {"name": "w", "taskReferenceName": "w", "type": "WAIT", "inputParameters": {"duration": "1s"}},
    )
    workflow_id = start(conductor)
    time.sleep(0.05)
    conductor_engine.run_due()

    assert document(conductor, workflow_id)["status"] == "RUNNING"
    assert document(conductor, workflow_id)["startTime"] == 1_700_000_000_000


def test_each_test_has_an_engine_of_its_own(conductor_engine: VirtualEngine, conductor: Conductor) -> None:
    with VirtualEngine() as other, Conductor(other.settings) as theirs:
        register(conductor, {"name": "t", "taskReferenceName": "t", "type": "SIMPLE"})

        assert other.url != conductor_engine.url
        assert theirs.run(get("/metadata/workflow", returns=list[dict[str, Any]])) == []


def test_it_ends_with_its_last_user() -> None:
    engine = VirtualEngine()
    with engine:
        conductor = Conductor(engine.settings)
        conductor.run(get("/version", returns=str))
    assert conductor.run(get("/version", returns=str))
    conductor.close()

    with pytest.raises(RuntimeError, match="not started"):
        engine.advance(1)


def test_time_does_not_go_back() -> None:
    with VirtualEngine() as engine, pytest.raises(ValueError, match="must not be negative"):
        engine.advance(-1)


def test_an_address_is_given_once() -> None:
    plan = Plan(address=Address(name="given-once"))
    ENGINES.add(plan)
    try:
        with pytest.raises(ConfigurationError, match="already"):
            ENGINES.add(plan)
    finally:
        ENGINES.leave(plan.address)


def test_the_pytest_plugin_costs_nothing_until_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text(
        "import sys\n"
        "def test_nothing():\n"
        "    names = {name for name in sys.modules if name.startswith(('conductor_', 'starlette', 'uvicorn'))}\n"
        "    plugins = {name for name in names if name.endswith('.pytest_plugin')}  # other distributions have one too\n"
        "    assert 'conductor_embedded.pytest_plugin' in plugins\n"
        "    assert names == plugins | {name.partition('.')[0] for name in plugins}\n"
    )
    code = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]

    done = subprocess.run(code, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert done.returncode == 0, done.stdout
