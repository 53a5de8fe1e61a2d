"""Notices that the event loop stands still, from a thread of its own, and says which task holds it."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conductor_core._logging import logging_as_here

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.worker._polled import PolledTask

logger = logging.getLogger("conductor.worker")

TICK_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Frozen:
    """A loop that stands still.

    Attributes:
        since: when its last turn was seen, on the watch's clock.
        stack: where its thread is, as a traceback's text.
        task: the task whose worker function holds it; None when the loop is held by something else.
    """

    since: float
    stack: str
    task: PolledTask | None

    def as_data(self) -> dict[str, str | None]:
        """Return task and stack as plain data."""
        return {
            "task_type": self.task.task_type if self.task else None,
            "task_id": self.task.task_id if self.task else None,
            "workflow_instance_id": self.task.workflow_instance_id if self.task else None,
            "stack": self.stack,
        }


class LoopWatch:
    """Asks the loop for a sign of life each second; made on the loop that it watches.

    Args:
        limit: seconds without a turn after which the loop counts as frozen; 0 never does.
        find: returns the task that an asyncio task of this name serves.
        on_tick: called each second on the watch's thread, also while the loop stands still.
        clock: seconds of real time.
    """

    def __init__(
        self,
        limit: float,
        find: Callable[[str], PolledTask | None],
        on_tick: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._find = find
        self._on_tick = on_tick
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._ended = threading.Event()
        self._asked_at: float | None = None
        self._frozen: Frozen | None = None

    @property
    def frozen(self) -> Frozen | None:
        """What holds the loop; None while it turns."""
        return self._frozen

    @property
    def silent_seconds(self) -> float:
        """How long the loop has owed a sign of life; about 0 while it turns."""
        asked_at = self._asked_at
        return 0.0 if asked_at is None else max(0.0, self._clock() - asked_at)

    def start(self) -> None:
        """Start the thread."""
        threading.Thread(target=logging_as_here(self._run), name="conductor-watch", daemon=True).start()

    def close(self) -> None:
        """Let the thread end."""
        self._ended.set()

    def look(self, slept: float) -> None:
        """Do what the thread does each second.

        Args:
            slept: seconds that the thread itself has slept; far too long when the whole process stood still.
        """
        now = self._clock()
        if slept > TICK_SECONDS * 3 and self._asked_at is not None and self._frozen is None:
            # The process was stopped, or the machine asleep; the loop gets its time anew.
            self._asked_at = now
        if self._asked_at is None:
            self._ask(now)
        elif self._limit and self._frozen is None and now - self._asked_at >= self._limit:
            self._frozen = self._look_into_it(self._asked_at)
            _report(self._frozen, now - self._asked_at)

    def _run(self) -> None:
        before = self._clock()
        while not self._ended.wait(TICK_SECONDS):
            now = self._clock()
            try:
                self.look(now - before)
                self._on_tick()
            except Exception:
                logger.exception("the watch over the workers' event loop failed; it goes on")
            before = now

    def _ask(self, now: float) -> None:
        self._asked_at = now
        try:
            self._loop.call_soon_threadsafe(self._answer)
        except RuntimeError:
            # The loop is closed: there is nothing to watch any more.
            self._ended.set()

    def _answer(self) -> None:
        """Run on the loop: it turns."""
        frozen, self._frozen = self._frozen, None
        self._asked_at = None
        if frozen is not None:
            logger.warning("the workers' event loop turns again after %.1f s", self._clock() - frozen.since)

    def _look_into_it(self, since: float) -> Frozen:
        frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the documented way to another thread's stack
        stack = "".join(traceback.format_stack(frame)) if frame is not None else "(no stack)\n"
        current = asyncio.current_task(self._loop)
        return Frozen(since, stack, self._find(current.get_name()) if current is not None else None)


def _report(frozen: Frozen, seconds: float) -> None:
    task = frozen.task
    whose = (
        f"task {task.task_id} of workflow {task.workflow_instance_id}, type {task.task_type}"
        if task is not None
        else "no task of a worker"
    )
    logger.error(
        "the workers' event loop has been blocked for %.1f s by %s: no poll, result or other task goes on; an async "
        "worker must not block (make it `def`, or await); its stack:\n%s",
        seconds,
        whose,
        frozen.stack,
    )
