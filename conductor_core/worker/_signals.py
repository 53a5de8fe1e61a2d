"""SIGTERM and SIGINT for a program of workers: the first asks for stop, the second for stop at once."""

from __future__ import annotations

import logging
import signal
import threading
from typing import TYPE_CHECKING, Any, Final

from conductor_core.errors import WorkerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

logger = logging.getLogger("conductor.worker")

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class SignalOwner:
    """Installs handlers, also as process 1 and where a parent ignored the signals, and restores what was there.

    Args:
        on_first: called for the first signal.
        on_second: called for every further one.
    """

    def __init__(self, on_first: Callable[[], None], on_second: Callable[[], None]) -> None:
        self._on_first = on_first
        self._on_second = on_second
        self._before: dict[signal.Signals, Any] = {}
        self._received = 0

    def install(self) -> None:
        """Take the signals over.

        Raises:
            WorkerError: this is not the main thread, the only one that may handle signals.
        """
        if threading.current_thread() is not threading.main_thread():
            raise WorkerError(
                "handle_signals=True works in the main thread only: start the handler there, or call stop()"
            )
        for number in SIGNALS:
            self._before[number] = signal.signal(number, self._receive)

    def restore(self) -> None:
        """Put back what was there before."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number, before in self._before.items():
            signal.signal(number, before if before is not None else signal.SIG_DFL)
        self._before.clear()

    def _receive(self, _number: int, _frame: FrameType | None) -> None:
        self._received += 1
        # Logging takes locks that the interrupted code may hold, so it is left to the loop.
        if self._received == 1:
            self._on_first()
        else:
            self._on_second()
