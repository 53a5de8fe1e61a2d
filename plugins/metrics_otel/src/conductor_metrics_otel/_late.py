"""What is over is ended a little later, several together: one by one each span would find the processor's caches cold."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger("conductor.otel")

TOGETHER: Final = 32
"""Steps that are taken together: the ends and the updates of sixteen tasks, about a millisecond of an SDK."""

SECONDS: Final = 0.05
"""How long a step waits at most, on a loop that has other things to do."""


class Late:
    """Takes steps together, in order: when there are enough of them, after a short time, or when it is told to.

    Steps are added on the loop; on a thread without one they are taken at once.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[Any], object], Any]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._settling = threading.Lock()

    def add(self, step: Callable[[Any], object], argument: object) -> None:
        """Note a step.

        Args:
            step: what to call.
            argument: what to call it with.
        """
        self._waiting.append((step, argument))
        if len(self._waiting) >= TOGETHER:
            self.settle()
        elif self._timer is None:
            self._wait()

    def settle(self) -> None:
        """Take the steps that wait."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        with self._settling:
            steps = self._waiting[:]
            del self._waiting[: len(steps)]
            for step, argument in steps:
                try:
                    step(argument)
                except Exception:
                    logger.exception("a span could not be handed to OpenTelemetry")

    def _wait(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # the listener was slow, and has a thread of its own
            self.settle()
        else:
            self._timer = loop.call_later(SECONDS, self._in_time)

    def _in_time(self) -> None:
        self._timer = None
        self.settle()
