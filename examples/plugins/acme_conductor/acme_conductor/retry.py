"""Acme's server restarts at night: safe requests are worth more patience than usual."""

from __future__ import annotations

from conductor_core import Attempt, RetryPolicy, hookimpl


class AcmePatience(RetryPolicy):
    """Tries what is safe to repeat five times, half a second apart; leaves everything else to the caller."""

    name = "acme-patience"

    def wait(self, attempt: Attempt) -> float | None:
        """Look at the attempt alone: a policy is a pure function."""
        passing = attempt.failure in ("connect", "broken") or attempt.status in (429, 502, 503, 504)
        return 0.5 if passing and attempt.repeatable and attempt.number < 5 else None  # noqa: PLR2004 - tries


@hookimpl
def conductor_register_retry() -> type[RetryPolicy]:
    """Offer the policy named ``acme-patience``."""
    return AcmePatience
