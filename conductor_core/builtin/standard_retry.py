"""Retry ``standard``: 429 exponentially, broken connections linearly, timeouts never; each wait with jitter.

The numbers are those of the official SDKs. 401 and 403 are final here: the auth flow owns them. A request is sent again only
when that does no harm, or when it is known that the server did nothing: it refused it (429), or was never reached.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from conductor_core.hookspecs import hookimpl
from conductor_core.interfaces import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.interfaces import Attempt
    from conductor_core.settings import Settings

RATE_LIMIT_RETRIES = 5
TRANSPORT_RETRIES = 3
JITTER = 0.1  # a wait varies by this share in both directions
_TOO_MANY_REQUESTS = 429
_PASSING = frozenset({502, 503, 504})


class StandardRetry(RetryPolicy):
    """The retry table of the official SDKs.

    Args:
        settings: ``retry_server_errors`` lets it repeat safe requests after 502, 503 and 504.
        draw: a random number in [0, 1), for the jitter.
    """

    name = "standard"

    def __init__(self, settings: Settings, *, draw: Callable[[], float] = random.random) -> None:
        super().__init__(settings)
        self._draw = draw

    def wait(self, attempt: Attempt) -> float | None:
        """Return 1, 2, 4, 8, 16 s for 429; 1, 2, 3 s for failures to connect and, where safe, broken connections.

        The same 1, 2, 3 s hold for 502, 503 and 504 where safe and switched on.
        """
        if attempt.status == _TOO_MANY_REQUESTS:
            return self._jittered(2.0 ** (attempt.number - 1)) if attempt.number <= RATE_LIMIT_RETRIES else None
        if attempt.number > TRANSPORT_RETRIES:
            return None
        if attempt.failure == "connect" or (attempt.repeatable and self._may_pass(attempt)):
            return self._jittered(float(attempt.number))
        return None

    def _may_pass(self, attempt: Attempt) -> bool:
        return attempt.failure == "broken" or (attempt.status in _PASSING and self.settings.retry_server_errors)

    def _jittered(self, seconds: float) -> float:
        return seconds * (1 + JITTER * (2 * self._draw() - 1))


@hookimpl
def conductor_register_retry() -> type[StandardRetry]:
    """Offer the driver."""
    return StandardRetry
