"""How a child process lives and dies with its parent, on every system."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# What the exit code says when a child ends because its parent has.
ORPHANED: Final = 70


def end_with_parent(on_death: Callable[[], None] | None = None) -> None:
    """Watch the parent process from a thread, and end when it has ended, however it did.

    Args:
        on_death: called in place of ending at once.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if on_death is None and sys.platform == "linux":
        with contextlib.suppress(OSError):
            _killed_by_the_kernel(parent.sentinel)

    def watch() -> None:
        parent.join()
        if on_death is not None:
            on_death()
        else:
            os._exit(ORPHANED)

    threading.Thread(target=watch, name="conductor-parent", daemon=True).start()


def deaf_to_stop_signals() -> None:
    """Let SIGINT and SIGTERM pass by: Ctrl-C and service managers send them to every process of a program.

    The parent decides what they mean. Handlers are functions and not ``SIG_IGN``, which programs that a worker starts
    would inherit.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _nothing)


def _nothing(*_: Any) -> None:
    """Do nothing for a signal."""


def _killed_by_the_kernel(descriptor: int) -> None:
    """Ask Linux to kill this process when the pipe that only the parent holds is closed.

    The watching thread needs the interpreter, and a function in compiled code may never give it up.
    """
    import fcntl  # noqa: PLC0415 - does not exist on Windows

    fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGKILL)
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC)
