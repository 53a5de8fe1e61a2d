"""A conductor for each server, and the workflow that most tests run; ``real_conductor`` is for what only the real server has."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from conductor_core import Conductor, Settings, TaskDef
from conductor_workflows import ConductorWorkflow, SimpleTask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.real_server import RealServer


@pytest.fixture
def conductor(conductor_settings: Settings) -> Iterator[Conductor]:
    """A conductor of the embedded engine, then one of the real server."""
    with Conductor(conductor_settings) as connected:
        yield connected


@pytest.fixture
def real_conductor(real_server: RealServer) -> Iterator[Conductor]:
    """A conductor of the real server alone; its tests carry the mark ``real_server``."""
    with Conductor(server_url=real_server.url) as connected:
        yield connected


@pytest.fixture
def name() -> str:
    """A name that nothing else has."""
    return f"clients_{uuid.uuid4().hex[:12]}"


@pytest.fixture
def flow(conductor: Conductor, name: str) -> ConductorWorkflow:
    """A registered workflow of two worker tasks, the second of which may be retried once at once."""
    conductor.metadata.register_tasks(
        [TaskDef(name=f"{name}_a", retry_count=0), TaskDef(name=f"{name}_b", retry_count=0)]
    )
    workflow = ConductorWorkflow(conductor, name=name, version=2)
    first = SimpleTask(f"{name}_a", "a", inputs={"n": workflow.input("n")})
    workflow >>= first
    workflow >>= SimpleTask(f"{name}_b", "b", inputs={"n": first.output("n")})
    conductor.workflows.register_workflow(workflow.output_parameters({"n": first.output("n")}), overwrite=True)
    return workflow
