"""When the next poll may start: pure arithmetic on a clock that the caller reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

JITTER: Final = 0.1
MAX_AUTH_DELAY: Final = 60.0
MAX_FAILURE_DELAY: Final = 120.0
MAX_RESTART_DELAY: Final = 60.0
IDLE_AFTER_EMPTY_POLLS: Final = 5
_MAX_EXPONENT: Final = 10
# Exponents beyond this one are all far above the caps; a bound keeps the power a small number.
_LARGE_EXPONENT: Final = 20


def empty_poll_delay(empty_polls: int, poll_interval: float) -> float:
    """Return the seconds between the start of one poll and the next, after empty polls in a row.

    The delay doubles from 2 ms to 1024 ms and never exceeds the interval; after the tenth empty poll it is the
    interval itself, so that intervals above 1024 ms are honoured.

    Args:
        empty_polls: empty polls in a row; 0 means that the last poll brought tasks.
        poll_interval: the worker's interval in seconds.
    """
    if empty_polls <= 0:
        return 0.0
    if empty_polls > _MAX_EXPONENT:
        return poll_interval
    return min(0.001 * 2.0**empty_polls, poll_interval)


def auth_delay(failures: int) -> float:
    """Return the seconds without a poll after this many 401 or 403 answers in a row."""
    return _doubling(failures, MAX_AUTH_DELAY)


def failure_delay(failures: int) -> float:
    """Return the seconds without a poll after this many other failures in a row."""
    return _doubling(failures, MAX_FAILURE_DELAY)


def restart_delay(restarts: int) -> float:
    """Return the seconds before a runner that died is started again; ``restarts`` counts the earlier ones."""
    return min(2.0 ** min(restarts, _LARGE_EXPONENT), MAX_RESTART_DELAY)


def _doubling(failures: int, limit: float) -> float:
    return min(2.0 ** min(failures, _LARGE_EXPONENT), limit) if failures > 0 else 0.0


def jittered(seconds: float, random: Callable[[], float]) -> float:
    """Spread a delay evenly over plus and minus ten percent, so that workers do not return in step.

    Args:
        seconds: the delay.
        random: gives numbers from 0 up to 1.
    """
    return seconds * (1.0 - JITTER + 2.0 * JITTER * random())


class PollPacing:
    """Remembers how the last polls of one runner went and says how long the next one must wait.

    Args:
        random: gives numbers from 0 up to 1, for the jitter of failure delays.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._last_start: float | None = None
        self._blocked_until: float | None = None
        self.empty_polls = 0
        self.auth_failures = 0
        self.failures = 0

    @property
    def idle(self) -> bool:
        """Whether the queue has been empty long enough for longer polls."""
        return self.empty_polls >= IDLE_AFTER_EMPTY_POLLS

    def wait(self, now: float, poll_interval: float) -> float:
        """Return the seconds until the next poll may start; zero or less means now."""
        delays = [0.0]
        if self._blocked_until is not None:
            delays.append(self._blocked_until - now)
        if self._last_start is not None:
            delays.append(self._last_start + empty_poll_delay(self.empty_polls, poll_interval) - now)
        return max(delays)

    def started(self, now: float) -> None:
        """Note that a poll is being sent."""
        self._last_start = now

    def answered(self, tasks: int) -> None:
        """Note an answered poll: failures are over, and an empty one makes the next wait longer."""
        self._blocked_until = None
        self.auth_failures = self.failures = 0
        self.empty_polls = 0 if tasks else self.empty_polls + 1

    def busy(self) -> None:
        """Note a task that came without a poll, by an update's answer."""
        self.empty_polls = 0

    def auth_failed(self, now: float) -> float:
        """Note a poll answered 401 or 403; return the seconds to stay away."""
        self.auth_failures += 1
        return self._block(now, auth_delay(self.auth_failures))

    def failed(self, now: float, asked: float | None = None) -> float:
        """Note any other failed poll; return the seconds to stay away.

        Args:
            now: seconds of the caller's clock.
            asked: seconds that the server asked to wait; they count when they are more, up to the limit of all waits.
        """
        self.failures += 1
        return self._block(now, failure_delay(self.failures), min(asked or 0.0, MAX_FAILURE_DELAY))

    def _block(self, now: float, delay: float, least: float = 0.0) -> float:
        delay = max(jittered(delay, self._random), least)
        self._blocked_until = now + delay
        return delay
