"""The number of covered operations at the end of the test output."""

from __future__ import annotations

from typing import Final

import pytest

from tests.contract import _spec
from tests.contract._calls import all_sent

COVERAGE: Final = pytest.StashKey[str]()


@pytest.fixture(autouse=True, scope="session")
def coverage_of_operations(pytestconfig: pytest.Config) -> None:
    """Count the operations that the installed clients reach."""
    operations = _spec.operations()
    covered = {sent.key for sent in all_sent()} & set(operations)
    pytestconfig.stash[COVERAGE] = f"{len(covered)} of {len(operations)}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many operations of the OpenAPI document the installed clients reach."""
    if COVERAGE in config.stash:
        terminalreporter.write_line(f"operations of the OpenAPI document in clients: {config.stash[COVERAGE]}")
