"""Every exported name of the largest distributions has a known type; ``make check`` looks at all of them."""

from __future__ import annotations

import pytest

from tools.verify_types import verify


@pytest.mark.parametrize("name", ["conductor_core", "conductor_workflows"])
def test_every_exported_name_has_a_known_type(name: str) -> None:
    verdict = verify(name)
    assert verdict.problems == ()
    assert verdict.score == 1


def test_a_package_without_types_is_found() -> None:
    assert verify("tests").score == 0
