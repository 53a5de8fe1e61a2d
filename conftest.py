"""What every test of every distribution gets: a clean environment, and the real server for those that ask for it."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

pytest_plugins = ["tests._support.measured", "tests._support.parallel", "tests._support.real_server"]

# Examples of properties are many and small; how long one of them takes is up to what else the machine does.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the CONDUCTOR_* variables of the machine, so that its settings change no test."""
    for name in list(os.environ):
        if name.startswith("CONDUCTOR_"):
            monkeypatch.delenv(name)
