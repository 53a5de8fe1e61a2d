"""Which connection carries which request: pure decisions, without I/O and without locks.

The newest idle connection is used first, so that the others grow old and are closed. When all connections are in use,
requests wait in the order they came.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from conductor_core.http1._request import Origin


class Pooled(Protocol):
    """What the pool needs of a connection."""

    origin: Origin
    idle_since: float

    def is_usable(self, now: float) -> bool:
        """Whether it may carry another request: open, and not closed by the peer."""
        ...

    def close(self) -> None:
        """Close it; doing so twice is allowed."""
        ...


C = TypeVar("C", bound=Pooled)
C_contra = TypeVar("C_contra", bound=Pooled, contravariant=True)


class Waiter(Protocol[C_contra]):
    """A request that waits for a connection."""

    origin: Origin

    def grant(self, connection: C_contra | None, /) -> bool:
        """Hand over a connection, or with None the right to open one; False when the request gave up."""
        ...

    def fail(self) -> None:
        """Wake the request with an error: the transport is closed."""
        ...


class Pool(Generic[C]):
    """All connections of one transport.

    Args:
        limit: most connections at a time, those in use and those being opened included.
        keepalive: seconds that an unused connection is kept.
    """

    def __init__(self, limit: int, keepalive: float) -> None:
        self._limit = limit
        self._keepalive = keepalive
        self._open = 0
        self._idle: dict[Origin, deque[C]] = {}
        self._waiting: deque[Waiter[C]] = deque()

    @property
    def open(self) -> int:
        """Connections that are open, or that somebody has the right to open."""
        return self._open

    @property
    def idle(self) -> list[C]:
        """Connections that wait for a request, the oldest of each origin first."""
        return [connection for kept in self._idle.values() for connection in kept]

    def take(self, origin: Origin, now: float) -> C | None:
        """Return the newest usable idle connection, now in use; the unusable ones on the way are closed."""
        kept = self._idle.get(origin)
        while kept:
            connection = kept.pop()
            if now - connection.idle_since < self._keepalive and connection.is_usable(now):
                return connection
            connection.close()
            self._open -= 1
        return None

    def reserve(self) -> bool:
        """Take the right to open a connection; an idle one to elsewhere makes room for it."""
        if self._open >= self._limit:
            oldest = min(self.idle, key=_idle_since, default=None)
            if oldest is None:
                return False
            self._idle[oldest.origin].remove(oldest)
            oldest.close()
            self._open -= 1
        self._open += 1
        return True

    def wait(self, waiter: Waiter[C]) -> None:
        """Queue a request that could neither take nor reserve."""
        self._waiting.append(waiter)

    def dismiss(self) -> list[Waiter[C]]:
        """Return all requests that wait, and forget them."""
        waiting = list(self._waiting)
        self._waiting.clear()
        return waiting

    def leave(self, waiter: Waiter[C]) -> None:
        """Remove a request that gave up; nothing happens when it was served."""
        if waiter in self._waiting:
            self._waiting.remove(waiter)

    def put(self, connection: C, now: float) -> None:
        """Take back a connection that can be used again, and give it to who waits the longest."""
        connection.idle_since = now
        while self._waiting:
            waiter = self._waiting.popleft()
            if waiter.origin == connection.origin:
                if waiter.grant(connection):
                    return
            elif waiter.grant(None):
                connection.close()
                return
        kept = self._idle.setdefault(connection.origin, deque())
        while kept and now - kept[0].idle_since >= self._keepalive:
            kept.popleft().close()
            self._open -= 1
        kept.append(connection)

    def drop(self) -> None:
        """Take back the right to one connection, which is closed or was never opened."""
        while self._waiting:
            if self._waiting.popleft().grant(None):
                return
        self._open -= 1

    def lost(self, connection: C) -> None:
        """Forget an idle connection that its peer closed; nothing happens when it is in use."""
        kept = self._idle.get(connection.origin)
        if kept and connection in kept:
            kept.remove(connection)
            self.drop()

    def clear(self) -> None:
        """Close all idle connections."""
        for connection in self.idle:
            connection.close()
            self._open -= 1
        self._idle.clear()


def _idle_since(connection: Pooled) -> float:
    return connection.idle_since
