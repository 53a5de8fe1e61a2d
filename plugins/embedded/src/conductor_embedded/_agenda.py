"""What the engine has to do next without being called: effects, and executions that want to be looked at."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_embedded.store import StoredEffect


class Agenda:
    """Keeps effects and wake-up times by time.

    Args:
        on_earlier: Called with the time (epoch milliseconds) of each new entry.
    """

    def __init__(self, on_earlier: Callable[[int], None]) -> None:
        self._on_earlier = on_earlier
        self._effects: list[tuple[int, int, StoredEffect]] = []
        self._wakes: list[tuple[int, str]] = []
        self._wake_of: dict[str, int] = {}

    def clear(self) -> None:
        """Forget everything."""
        for kept in (self._effects, self._wakes, self._wake_of):
            kept.clear()

    def add_effect(self, stored: StoredEffect) -> None:
        """Plan an effect."""
        heapq.heappush(self._effects, (stored.effect.due_ms, stored.number, stored))
        self._on_earlier(stored.effect.due_ms)

    def set_wake(self, workflow_id: str, wake_ms: int | None) -> None:
        """Plan to look at an execution; None takes it off the agenda."""
        if wake_ms is None:
            self._wake_of.pop(workflow_id, None)
        elif self._wake_of.get(workflow_id) != wake_ms:
            self._wake_of[workflow_id] = wake_ms
            heapq.heappush(self._wakes, (wake_ms, workflow_id))
            self._on_earlier(wake_ms)

    def pop_effect(self, now_ms: int) -> StoredEffect | None:
        """Take the next effect that is due."""
        if self._effects and self._effects[0][0] <= now_ms:
            return heapq.heappop(self._effects)[2]
        return None

    def pop_wake(self, now_ms: int) -> str | None:
        """Take the id of the next execution that is due."""
        next_wake = self._next_wake()
        if next_wake is None or next_wake > now_ms:
            return None
        _, workflow_id = heapq.heappop(self._wakes)
        del self._wake_of[workflow_id]
        return workflow_id

    def next_due(self) -> int | None:
        """Return when something is due next (epoch milliseconds)."""
        times = [self._next_wake(), self._effects[0][0] if self._effects else None]
        return min((time for time in times if time is not None), default=None)

    def _next_wake(self) -> int | None:
        while self._wakes:
            wake_ms, workflow_id = self._wakes[0]
            if self._wake_of.get(workflow_id) == wake_ms:
                return wake_ms
            heapq.heappop(self._wakes)
        return None
