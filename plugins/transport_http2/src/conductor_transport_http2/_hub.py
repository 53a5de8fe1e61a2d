"""Which connection carries which request to one server: the first with room, then a new one, then in turn."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, cast

from conductor_core.http import CloseError, ConnectTimeout, PoolTimeout, TransportError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from conductor_core.http1 import Timeouts
    from conductor_transport_http2._connection import Connection


class Hub:
    """All connections to one server.

    Args:
        limit: most connections that take requests.
        open_: opens one, within seconds; None from it means that the server speaks HTTP/1.1 only.

    Attributes:
        http1: the server speaks HTTP/1.1 only.
    """

    def __init__(
        self,
        limit: int,
        open_: Callable[[float | None, Callable[[Connection], None]], Awaitable[Connection | None]],
    ) -> None:
        self.http1 = False
        self._limit = limit
        self._open = open_
        self._connections: list[Connection] = []
        self._leaving: set[Connection] = set()
        self._waiting: deque[tuple[asyncio.Future[Connection | None], float | None]] = deque()
        self._opening: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def connections(self) -> tuple[Connection, ...]:
        """All open connections, those that take no more requests included."""
        return (*self._connections, *self._leaving)

    async def acquire(self, timeouts: Timeouts) -> Connection | None:
        """Return a connection with room for a request that begins at once; None when the server speaks HTTP/1.1.

        Raises:
            TransportError: ``ConnectError``, ``ConnectTimeout`` or ``PoolTimeout``.
        """
        while not self.http1:
            connection = None if self._waiting else self._with_room()
            if connection is None:
                connection = await self._wait(timeouts)
            if connection is None or not connection.doubtful:
                return connection
            await connection.check()
            if connection.room > 0:
                return connection
        return None

    async def close(self) -> None:
        """Close all connections; who waits for one gets an error."""
        self._closed = True
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait([self._opening])
        self._fail(CloseError("the transport was closed"))
        connections = self.connections
        for connection in connections:
            connection.close()
        for connection in connections:
            await connection.wait_closed()

    def _with_room(self) -> Connection | None:
        for connection in self._connections:
            if connection.room > 0:
                return connection
        return None

    async def _wait(self, timeouts: Timeouts) -> Connection | None:
        future: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        waiter = (future, timeouts.connect)
        self._waiting.append(waiter)
        self._serve()
        connecting = not self._connections
        try:
            async with asyncio.timeout(timeouts.connect if connecting else timeouts.pool):
                connection = await future
        except BaseException as error:
            self._leave(waiter)
            if isinstance(error, TimeoutError):
                kind = ConnectTimeout if connecting else PoolTimeout
                raise kind(
                    "no connection in time" if connecting else "all connections were full for too long"
                ) from None
            raise
        if connection is not None:
            connection.reserved -= 1
        return connection

    def _leave(self, waiter: tuple[asyncio.Future[Connection | None], float | None]) -> None:
        if waiter in self._waiting:
            self._waiting.remove(waiter)
        future = waiter[0]
        if future.done() and not future.cancelled() and future.exception() is None:
            granted = future.result()  # in the very moment it gave up
            if granted is not None:
                granted.reserved -= 1
                self._serve()

    def _serve(self) -> None:
        """Give places to those who wait, in the order they came; open a connection when there are too few."""
        while self._waiting:
            connection = self._with_room()
            if connection is None:
                break
            future, _ = self._waiting.popleft()
            if not future.done():
                connection.reserved += 1
                future.set_result(connection)
        if not self._waiting or self._opening is not None or self._closed or len(self._connections) >= self._limit:
            return
        limits = [seconds for _, seconds in self._waiting]
        seconds = None if None in limits else max(cast("list[float]", limits))
        # A task of its own: who asked first may give up, and the others still want the connection.
        self._opening = asyncio.get_running_loop().create_task(self._open_one(seconds))

    async def _open_one(self, seconds: float | None) -> None:
        try:
            connection = await self._open(seconds, self._changed)
        except Exception as error:  # noqa: BLE001 - goes to those who wait for the connection
            self._opening = None
            self._not_opened(error, timed=seconds is not None)
            return
        except BaseException:
            self._opening = None
            raise
        self._opening = None
        if connection is None:
            self.http1 = True
            self._release()
            return
        self._connections.append(connection)
        self._changed(connection)

    def _not_opened(self, error: Exception, *, timed: bool) -> None:
        if timed and isinstance(error, ConnectTimeout):
            self._serve()  # who still waits came later, and ends the wait when its own time is over
        elif not self._connections:
            self._fail(error)

    def _release(self) -> None:
        while self._waiting:
            future, _ = self._waiting.popleft()
            if not future.done():
                future.set_result(None)

    def _fail(self, error: Exception) -> None:
        """Tell everybody who waits, each with an error of their own."""
        while self._waiting:
            future, _ = self._waiting.popleft()
            if not future.done():
                own = type(error)(str(error)) if isinstance(error, TransportError) else error
                own.__cause__ = error.__cause__
                future.set_exception(own)

    def _changed(self, connection: Connection) -> None:
        if connection.ending and connection in self._connections:
            self._connections.remove(connection)
            self._leaving.add(connection)
        if connection.closed:
            self._leaving.discard(connection)
        if self._waiting:
            self._serve()
