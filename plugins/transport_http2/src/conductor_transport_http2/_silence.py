"""When a silent connection is asked whether it still works, and when it is given up."""

from __future__ import annotations

import enum
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_transport_http2._options import Http2Options


class Due(enum.Enum):
    """What has to be done about a silent connection."""

    NOTHING = enum.auto()
    PING = enum.auto()
    DEAD = enum.auto()
    CLOSE = enum.auto()


class Silence:
    """Pure bookkeeping of one connection: loop times go in, what is due comes out.

    Args:
        options: how long silence may last.
        now: loop time at which the connection was made.
    """

    __slots__ = ("_heard_at", "_idle_since", "_options", "_pinged_at")

    def __init__(self, options: Http2Options, now: float) -> None:
        self._options = options
        self._heard_at = self._idle_since = now
        self._pinged_at: float | None = None

    def heard(self, now: float) -> None:
        """Something arrived, so the connection works."""
        self._heard_at = now
        self._pinged_at = None

    def idle(self, now: float) -> float:
        """Nothing is awaited from now on; return when that has lasted too long."""
        self._idle_since = now
        return now + self._options.keepalive_seconds

    def busy(self, now: float) -> float:
        """Something is awaited from now on; return when to look."""
        return now + self._options.ping_interval

    def pinged(self, now: float) -> float:
        """A ping was sent; return when something must have arrived."""
        if self._pinged_at is None:
            self._pinged_at = now
        return self._pinged_at + self._options.ping_timeout

    def is_doubtful(self, now: float) -> bool:
        """Whether an unused connection should be asked before it is used again."""
        return now - self._heard_at >= self._options.ping_interval

    def due(self, now: float, *, awaited: bool) -> tuple[Due, float]:
        """Return what is due, and when to look again.

        Args:
            now: the loop's time.
            awaited: whether a request waits for its answer.
        """
        if self._pinged_at is not None:
            end = self._pinged_at + self._options.ping_timeout
            return (Due.NOTHING, end) if now < end else (Due.DEAD, inf)
        if not awaited:
            end = self._idle_since + self._options.keepalive_seconds
            return (Due.NOTHING, end) if now < end else (Due.CLOSE, inf)
        end = self._heard_at + self._options.ping_interval
        return (
            (Due.NOTHING, end)
            if now < end
            else (Due.PING, now + min(self._options.ping_timeout, self._options.ping_interval))
        )
