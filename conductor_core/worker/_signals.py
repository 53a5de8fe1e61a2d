"""SIGTERM and SIGINT for a program of workers: the first asks for stop, the second for stop at once.

Python runs signal handlers in the main thread, between two steps of its code. The system may hand the signal to any
thread, though, and a main thread that waits for a lock does not notice then. So the low-level handler also writes to a
socket, which a small thread of its own reads: that works whatever the main thread or the event loop is doing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from typing import TYPE_CHECKING, Any, Final

from conductor_core.errors import WorkerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_NO_DESCRIPTOR: Final = -1


class SignalOwner:
    """Installs handlers, also as process 1 and where a parent ignored the signals, and restores what was there.

    Args:
        on_first: called for the first signal; must be callable from any thread, and more than once.
        on_second: called for further signals, under the same conditions.
    """

    def __init__(self, on_first: Callable[[], None], on_second: Callable[[], None]) -> None:
        self._on_first = on_first
        self._on_second = on_second
        self._before: dict[signal.Signals, Any] = {}
        self._descriptor_before = _NO_DESCRIPTOR
        self._writer: socket.socket | None = None
        # One signal is seen twice, by the handler and by the thread, in any order; the larger number is the truth.
        self._handled = 0
        self._read = 0

    def install(self) -> None:
        """Take the signals over.

        Raises:
            WorkerError: this is not the main thread, the only one that may handle signals.
        """
        if threading.current_thread() is not threading.main_thread():
            raise WorkerError(
                "handle_signals=True works in the main thread only: start the handler there, or call stop()"
            )
        reader, self._writer = socket.socketpair()
        writer = self._writer
        writer.setblocking(False)  # noqa: FBT003 - the only form this method has
        for number in SIGNALS:
            self._before[number] = signal.signal(number, self._receive)
        self._descriptor_before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        threading.Thread(target=self._watch, args=(reader,), name="conductor-signals", daemon=True).start()

    def restore(self) -> None:
        """Put back what was there before."""
        writer, self._writer = self._writer, None
        if writer is None or threading.current_thread() is not threading.main_thread():
            return
        current = signal.set_wakeup_fd(self._descriptor_before)
        if current != writer.fileno():
            # Somebody took the descriptor over meanwhile, an event loop for instance; it stays theirs.
            signal.set_wakeup_fd(current)
        for number, before in self._before.items():
            signal.signal(number, before if before is not None else signal.SIG_DFL)
        self._before.clear()
        # Closing the writing end lets the thread read an end and close the other one.
        writer.close()

    def _receive(self, _number: int, _frame: FrameType | None) -> None:
        self._handled += 1
        self._react()

    def _watch(self, reader: socket.socket) -> None:
        with reader:
            while numbers := reader.recv(64):
                self._read += sum(number in SIGNALS for number in numbers)
                if self._read:
                    self._react()
                self._pass_on(numbers)

    def _pass_on(self, numbers: bytes) -> None:
        """Tell whoever owned the descriptor before: an event loop may wait there for other signals."""
        if self._descriptor_before != _NO_DESCRIPTOR:
            with contextlib.suppress(OSError):
                os.write(self._descriptor_before, numbers)

    def _react(self) -> None:
        # No logging here: the handler interrupts code that may hold a logger's lock.
        self._on_first()
        if max(self._handled, self._read) > 1:
            self._on_second()
