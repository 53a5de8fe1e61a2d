"""Prometheus' own checker, from Debian's package prometheus."""

from __future__ import annotations

import os
import shutil

import pytest

# Read before any fixture cleans the environment: with the value "required" a missing promtool is a failure.
REQUIRED = os.environ.get("CONDUCTOR_TEST_PROMTOOL") == "required"


def promtool() -> str:
    """Return the program, or skip the test when there is none; fail it where that is required."""
    found = shutil.which("promtool")
    if found is None:
        reason = "needs promtool (Debian: apt-get install prometheus)"
        if REQUIRED:
            pytest.fail(reason)
        pytest.skip(reason)
    return found
