"""``make check`` asks of every distribution whether its exported names have known types; here are both of its answers."""

from __future__ import annotations

from tools.verify_types import verify


def test_every_exported_name_has_a_known_type() -> None:
    verdict = verify("conductor_secrets")
    assert verdict.problems == ()
    assert verdict.score == 1


def test_a_package_without_types_is_found() -> None:
    assert verify("tests").score == 0
