"""The workbench as fixtures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plugins.embedded.tests.engine.workbench import Definitions, Lab

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def define() -> Definitions:
    return Definitions()


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    workbench = Lab()
    yield workbench
    await workbench.engine.stop()


@pytest.fixture
async def file_lab(tmp_path: Path) -> AsyncIterator[Lab]:
    workbench = Lab(str(tmp_path / "engine.db"))
    yield workbench
    await workbench.engine.stop()
