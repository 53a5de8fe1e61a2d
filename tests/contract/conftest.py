"""The number of covered operations at the end of the test output, and what is still without a client."""

from __future__ import annotations

from typing import Final

import pytest

from tests.contract._coverage import report

LINES: Final = pytest.StashKey[list[str]]()


@pytest.fixture(autouse=True, scope="session")
def coverage_of_operations(pytestconfig: pytest.Config) -> None:
    """Count the operations that the installed clients reach."""
    pytestconfig.stash[LINES] = report()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many operations of the OpenAPI document the installed clients reach, and name the others."""
    if LINES in config.stash:
        for line in config.stash[LINES]:
            terminalreporter.write_line(line)
