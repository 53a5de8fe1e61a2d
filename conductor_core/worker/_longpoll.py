"""How long a poll may be held open by the server, and how many may be at the same time."""

from __future__ import annotations

from typing import Final

IDLE_POLL_TIMEOUT_MS: Final = 1000
MAX_LONG_POLLS: Final = 100


class LongPolls:
    """Counts open long polls; beyond the limit further types poll without waiting, and take turns.

    Args:
        limit: most long polls open at the same time.
    """

    def __init__(self, limit: int = MAX_LONG_POLLS) -> None:
        self._limit = limit
        self._open = 0
        self._had_one: set[object] = set()
        self._refused: set[object] = set()

    def timeout_ms(self, asker: object, configured: int, *, chosen: bool, idle: bool) -> int:
        """Return the milliseconds to send with the next poll.

        Args:
            asker: whose poll it is; one that had its turn lets others go first.
            configured: the worker's poll timeout.
            chosen: whether somebody set it; a chosen one is left alone.
            idle: whether the queue has been empty for some polls.
        """
        if self._open >= self._limit:
            self._refused.add(asker)
            return 0
        if self._refused and asker in self._had_one:
            self._had_one.discard(asker)
            return 0
        self._refused.discard(asker)
        self._had_one.add(asker)
        return IDLE_POLL_TIMEOUT_MS if idle and not chosen else configured

    def opened(self, timeout_ms: int) -> None:
        """Note that a poll is sent."""
        self._open += timeout_ms > 0

    def closed(self, timeout_ms: int) -> None:
        """Note that it was answered or failed."""
        self._open -= timeout_ms > 0
