"""What every retry policy keeps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from conductor_core.contracts._faces import kept
from conductor_core.interfaces import Attempt

if TYPE_CHECKING:
    from conductor_core.interfaces import RetryPolicy
    from conductor_core.settings import Settings

_FACTS: Final[tuple[dict[str, Any], ...]] = (
    *({"status": status} for status in (400, 401, 403, 404, 409, 429, 500, 502, 503, 504)),
    *({"failure": failure} for failure in ("connect", "timeout", "broken")),
    {"status": 429, "retry_after": 7.0},
)
_MOST: Final = 200
_REFUSED: Final = (401, 403)


def check_retry(kind: type[RetryPolicy], settings: Settings) -> None:
    """Check a retry policy: it is a pure function, gives waits that can be waited, gives up, and leaves 401 and 403 to the auth.

    Args:
        kind: the class.
        settings: what it is configured with.

    Raises:
        AssertionError: something is not kept; the sentence says what.
    """
    for facts in _FACTS:
        for method, repeatable in (("GET", True), ("POST", False)):
            _gives_up(kind, settings, {"method": method, "repeatable": repeatable, **facts})


def _gives_up(kind: type[RetryPolicy], settings: Settings, facts: dict[str, Any]) -> None:
    policy, other = kind(settings), kind(settings)
    waited = 0.0
    for number in range(1, _MOST + 1):
        attempt = Attempt(number=number, template="/x", elapsed=waited, **facts)
        wait = policy.wait(attempt)
        kept(
            wait is None or (wait >= 0 and math.isfinite(wait)),
            f"{kind.name}: wait() must give None or seconds, 0 or more, got {wait!r} for {attempt}",
        )
        same = (other.wait(attempt) is None) == (wait is None)
        kept(
            same,
            f"{kind.name}: two policies of the same settings do not agree on {attempt}; it must be a pure function",
        )
        if wait is None:
            return
        kept(
            facts.get("status") not in _REFUSED,
            f"{kind.name}: {facts.get('status')} is sent again; what to do about it is the auth's to decide",
        )
        waited += wait
    raise AssertionError(f"{kind.name}: it has not given up after {_MOST} tries of {facts}")
