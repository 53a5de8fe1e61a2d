"""When a copy that died is started again: pure arithmetic on a clock that the caller reads."""

from __future__ import annotations

from typing import Final

from conductor_core.worker._backoff import restart_delay

HEALTHY_SECONDS: Final = 60.0


class RestartPlan:
    """Growing waits between restarts; they begin anew after a time of health.

    Args:
        max_restarts: restarts after which a copy stays down; 0 means no limit.
    """

    def __init__(self, max_restarts: int = 0) -> None:
        self._max_restarts = max_restarts
        self._in_a_row = 0
        self._started = 0.0
        self.restarts = 0

    def started(self, now: float) -> None:
        """Note that the copy was started."""
        self._started = now

    def died(self, now: float) -> float | None:
        """Note that it died; return the seconds until it is started again, or None when it stays down."""
        if self._max_restarts and self.restarts >= self._max_restarts:
            return None
        if now - self._started >= HEALTHY_SECONDS:
            self._in_a_row = 0
        delay = restart_delay(self._in_a_row)
        self._in_a_row += 1
        self.restarts += 1
        return delay
