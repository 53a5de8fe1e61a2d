"""The examples as tests see them: programs of their own, and the parts of the orders example as a package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.distributions import ROOT

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = ROOT / "examples"


@pytest.fixture
def examples() -> Path:
    """The folder of the examples."""
    return EXAMPLES
