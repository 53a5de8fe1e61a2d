"""One request and who waits for its answer: a poll that nobody waits for any more hands out nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.requests import Request
    from starlette.types import Receive, Scope

_KEY = "conductor_embedded.exchange"
T = TypeVar("T")


class Waits:
    """The requests of a server that wait for something; they end when the server stops."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[Any]] = set()
        self._stopping = False

    def add(self, future: asyncio.Future[Any]) -> None:
        """Let a future be cancelled at the stop."""
        if self._stopping:
            future.cancel()
            return
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)

    def stop(self) -> None:
        """End all waits, and those to come."""
        self._stopping = True
        for future in list(self._waiting):
            future.cancel()


class Exchange:
    """What an endpoint needs to know about the other side.

    Args:
        receive: Tells that the other side has gone; None when it cancels the endpoint instead, as a caller inside the
            process does.
        waits: Where waits are listed for the stop.
    """

    def __init__(self, receive: Receive | None, waits: Waits | None = None) -> None:
        self._waits = waits or Waits()
        self._receive = receive
        self._undo: list[Callable[[], None]] = []

    @classmethod
    def of(cls, request: Request) -> Exchange:
        """Return the exchange that a request belongs to."""
        found = request.scope.get(_KEY)
        return found if isinstance(found, Exchange) else cls(None)

    def attach(self, scope: Scope) -> None:
        """Make it known to the endpoint."""
        scope[_KEY] = self

    def when_lost(self, undo: Callable[[], None]) -> None:
        """Take back what an answer gives away, should the answer not arrive."""
        self._undo.append(undo)

    def lost(self) -> None:
        """Say that the answer did not arrive; call it on the engine's loop."""
        while self._undo:
            self._undo.pop()()

    async def wait(self, work: Coroutine[Any, Any, T], undo: Callable[[T], None] | None = None) -> T | None:
        """Wait for work as long as somebody wants its result.

        Args:
            work: A poll, or the like.
            undo: Takes the result back when it comes too late or does not arrive.

        Returns:
            The result, or None when the other side has gone or the server stops.
        """
        if self._receive is None:
            result = await work
        else:
            task = asyncio.ensure_future(work)
            self._waits.add(task)
            if not await self._is_wanted(task, self._receive):
                _abandon(task, undo)
                return None
            result = task.result()
        if undo is not None:
            self.when_lost(lambda: undo(result))
        return result

    @staticmethod
    async def _is_wanted(task: asyncio.Task[Any], receive: Receive) -> bool:
        await asyncio.sleep(0)
        if task.done():  # the usual case of a busy queue needs no watcher
            return not task.cancelled()
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            return task.done() and not task.cancelled() and not gone.done()
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            gone.cancel()
            with suppress(asyncio.CancelledError):
                await gone


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _abandon(task: asyncio.Task[T], undo: Callable[[T], None] | None) -> None:
    def settle(done: asyncio.Task[T]) -> None:
        if not done.cancelled() and done.exception() is None and undo is not None:
            undo(done.result())

    task.cancel()
    task.add_done_callback(cast("Callable[[asyncio.Task[T]], None]", settle))
