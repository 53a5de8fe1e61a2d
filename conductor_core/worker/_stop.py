"""The state of stopping: asked for from any thread, waited for on the loop."""

from __future__ import annotations

import asyncio
from typing import Final

# What is left of the limit for last tries and for giving tasks back.
_LAST_SECONDS: Final = 1.0
_SHORTEST_WAIT: Final = 0.1


class StopState:
    """Tells everything that waits in a runtime that polling, and later waiting, is over.

    Args:
        limit: seconds that running tasks get to finish after stop was asked for.
    """

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._forced = asyncio.Event()
        self._deadline: float | None = None
        self.requested = False
        self.force_requested = False

    def request(self) -> None:
        """Ask for stop, from any thread or signal handler: no poll is sent from here on."""
        self.requested = True
        self._call(self._begin)

    def force(self) -> None:
        """Ask to give unfinished tasks back now, from any thread or signal handler."""
        self.requested = self.force_requested = True
        self._call(self._begin_force)

    @property
    def deadline(self) -> float | None:
        """Loop time at which waiting for tasks ends; None while nobody asked for stop."""
        return self._deadline

    async def wait_requested(self) -> None:
        """Wait until stop is asked for."""
        await self._stopping.wait()

    async def wait_forced(self) -> None:
        """Wait until stop is forced, by a second signal or by the limit."""
        await self._forced.wait()

    async def wait_requested_or(self, event: asyncio.Event) -> None:
        """Wait until stop is asked for or the event is set."""
        await first_of(None, self._stopping, event)

    async def pause(self, seconds: float, *wakers: asyncio.Event) -> None:
        """Sleep, but no longer than until stop is asked for or a waker is set."""
        if not self.requested and seconds > 0:
            await first_of(seconds, self._stopping, *wakers)

    async def wait_between_tries(self, seconds: float, tries_left: int) -> None:
        """Sleep between two tries of an update; a stop spreads the tries that are left over its limit.

        Args:
            seconds: the wait when nothing stops.
            tries_left: tries that follow, the next one included.
        """
        end = self._loop.time() + seconds
        await self.pause(seconds)
        if self._deadline is not None:
            now = self._loop.time()
            share = (self._deadline - _LAST_SECONDS - now) / (tries_left + 1)
            await first_of(min(end - now, max(share, _SHORTEST_WAIT)), self._forced)

    def _begin(self) -> None:
        if self._deadline is None:
            self._deadline = self._loop.time() + self._limit
            self._stopping.set()

    def _begin_force(self) -> None:
        self._begin()
        self._forced.set()

    def _call(self, function: object) -> None:
        try:
            self._loop.call_soon_threadsafe(function)  # type: ignore[arg-type]  # bound methods without arguments
        except RuntimeError:
            # The loop is closed: everything has ended already.
            return


def is_cancelling() -> bool:
    """Tell whether the runtime cancels this code, as opposed to something in it that was cancelled by somebody else."""
    current = asyncio.current_task()
    return current is not None and current.cancelling() > 0


async def first_of(seconds: float | None, *events: asyncio.Event) -> None:
    """Wait until one of the events is set, at most this many seconds; None waits for an event alone."""
    if (seconds is not None and seconds <= 0) or any(event.is_set() for event in events):
        return
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    timer = loop.call_later(seconds, _finish, done) if seconds is not None else None
    waits = [loop.create_task(_tell(event, done)) for event in events]
    try:
        await done
    finally:
        if timer is not None:
            timer.cancel()
        for wait in waits:
            wait.cancel()


async def _tell(event: asyncio.Event, done: asyncio.Future[None]) -> None:
    await event.wait()
    _finish(done)


def _finish(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)
