"""Time, as the engine sees it: real, or moved by a test."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Clock", "RealClock", "VirtualClock"]


class Clock(ABC):
    """Tells the time in epoch milliseconds."""

    @property
    def runs(self) -> bool:
        """Whether time passes by itself; the sweeper sleeps on a clock that runs and waits for one that does not."""
        return True

    @abstractmethod
    def now_ms(self) -> int:
        """Return the time in epoch milliseconds."""

    def on_move(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` (from any thread) whenever time jumps; returns a function that ends this."""
        del callback
        return _nothing


class RealClock(Clock):
    """The clock of the machine; it never goes back, whatever is done to the machine's clock."""

    def __init__(self) -> None:
        self._last = 0

    def now_ms(self) -> int:
        """Return the time in epoch milliseconds."""
        self._last = max(self._last, time.time_ns() // 1_000_000)
        return self._last


class VirtualClock(Clock):
    """A clock that stands still until it is moved.

    Args:
        start_ms: The first time it shows, in epoch milliseconds.
    """

    def __init__(self, start_ms: int = 1_700_000_000_000) -> None:
        self._now = start_ms
        self._callbacks: list[Callable[[], None]] = []

    @property
    def runs(self) -> bool:
        """False: time passes only through `advance`."""
        return False

    def now_ms(self) -> int:
        """Return the time in epoch milliseconds."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move time forward; an engine that runs on this clock does what became due.

        All that is due is done at the new time. `Engine.advance` stops at each timer in between instead.

        Raises:
            ValueError: `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError(f"seconds must not be negative, time does not go back: {seconds}")
        self.move_to(self._now + round(seconds * 1000))

    def move_to(self, now_ms: int) -> None:
        """Set the time, in epoch milliseconds; a time in the past changes nothing."""
        self._now = max(self._now, now_ms)
        for callback in tuple(self._callbacks):
            callback()

    def on_move(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after each move; returns a function that ends this."""
        self._callbacks.append(callback)

        def remove() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return remove


def _nothing() -> None:
    """End a subscription that never was."""
