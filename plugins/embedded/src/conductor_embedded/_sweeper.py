"""The background work: does what is due, and sleeps until something is."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Final

from conductor_embedded.decider import Looked

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_embedded._core import Core
    from conductor_embedded._errands import Errands

_logger = logging.getLogger(__name__)
_STEPS_AT_ONCE: Final = 20
_MAX_STEPS: Final = 10_000
_LONG_STEP_MS: Final = 20
_LONGEST_REST_MS: Final = 1000
"""A step of more than the first is followed by a rest as long as itself: half of the time is for those who ask."""


class Sweeper:
    """Runs effects and timers in the order of their times.

    `call` is to be called with the time (epoch milliseconds) of new work; it wakes the background task when that is
    earlier than what it waits for.
    """

    def __init__(self) -> None:
        self._core: Core | None = None
        self._errands: Errands | None = None
        self._called = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._planned: int | None = 0
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def attach(self, core: Core, errands: Errands) -> None:
        """Say what the sweeper works on."""
        self._core = core
        self._errands = errands

    def call(self, due_ms: int) -> None:
        """Note that there is work at this time."""
        if self._planned is None or due_ms < self._planned:
            self._called.set()

    def start(self) -> None:
        """Begin the background task, on the running loop."""
        core = self._need_core()
        self._loop = asyncio.get_running_loop()
        self._unsubscribe = core.clock.on_move(self._clock_moved)
        self._task = self._loop.create_task(self._run(), name="conductor-embedded-sweeper")

    async def stop(self) -> None:
        """End the background task."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def next_due(self) -> int | None:
        """Return when something is due next (epoch milliseconds)."""
        core = self._need_core()
        times = (core.agenda.next_due(), core.queues.next_due())
        return min((time for time in times if time is not None), default=None)

    def run_due(self) -> None:
        """Do everything that is due.

        Raises:
            RuntimeError: There is no end of it: workflows keep starting each other without waiting for anything.
        """
        for _ in range(_MAX_STEPS):
            if not self.step():
                return
        raise RuntimeError(f"more than {_MAX_STEPS} steps are due at one time; do workflows start each other for ever?")

    def run_some(self) -> None:
        """Do a little of what is due, so that a caller sees its most direct consequences."""
        for _ in range(_STEPS_AT_ONCE):
            if not self.step():
                return

    def step(self) -> bool:
        """Do the next thing that is due; tells whether there was one."""
        core = self._need_core()
        now = core.clock.now_ms()
        stored = core.agenda.pop_effect(now)
        if stored is not None:
            if self._errands is not None:
                self._errands.run(stored)
            return True
        if core.queues.release_due(now):
            return True
        workflow_id = core.agenda.pop_wake(now)
        if workflow_id is None:
            return False
        if core.find(workflow_id) is not None:
            core.apply(workflow_id, Looked())
        return True

    def _clock_moved(self) -> None:
        # A test moves the clock on whatever thread it runs.
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._called.set)

    async def _run(self) -> None:
        while True:
            self._called.clear()
            self._planned = 0
            rest_seconds = self._some_steps()
            if rest_seconds is not None:
                await asyncio.sleep(rest_seconds)
                continue
            self._planned = self.next_due()
            await self._sleep()

    def _some_steps(self) -> float | None:
        """Do some of what is due; returns how many seconds to rest before the others, None when nothing is left."""
        clock = self._need_core().clock
        try:
            for _ in range(_STEPS_AT_ONCE):
                began = clock.now_ms()
                if not self.step():
                    return None
                took = clock.now_ms() - began
                if took > _LONG_STEP_MS:
                    return min(took, _LONGEST_REST_MS) / 1000
        except Exception:
            # What failed stays in the store and is taken up at the next start; the rest must go on.
            _logger.exception("background work of the embedded engine failed")
        return 0.0

    async def _sleep(self) -> None:
        core = self._need_core()
        seconds: float | None = None
        if core.clock.runs and self._planned is not None:
            seconds = max(0.0, (self._planned - core.clock.now_ms()) / 1000)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._called.wait()

    def _need_core(self) -> Core:
        if self._core is None:
            raise RuntimeError("the sweeper is not attached to an engine")
        return self._core
