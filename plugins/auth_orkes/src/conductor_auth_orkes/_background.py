"""The thread that replaces tokens before they expire. It keeps nobody alive and ends with its provider."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

_LEAST_PAUSE: Final = 0.05
_JOIN_SECONDS: Final = 2.0


class Refresher(Protocol):
    """What the thread calls."""

    def seconds_until_due(self) -> float | None:
        """Return when to look again; None ends the thread."""
        ...

    def refresh_if_due(self) -> None:
        """Replace the token, unless that has been done in the meantime."""
        ...


class Background:
    """A daemon thread around a refresher that it knows weakly only.

    Args:
        refresher: what it calls; once nobody else holds it, the thread ends.
        wait: waits so many seconds, or less when the event is set; returns whether it is set.
    """

    def __init__(self, refresher: Refresher, *, wait: Callable[[threading.Event, float], bool]) -> None:
        self._stop = threading.Event()
        weakref.finalize(refresher, self._stop.set)
        arguments = (weakref.ref(refresher), self._stop, wait)
        self._thread = threading.Thread(target=_run, args=arguments, name="conductor-token", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; one in the middle of a request ends after its answer."""
        self._stop.set()
        if self._thread is not threading.current_thread():
            self._thread.join(_JOIN_SECONDS)


def _run(known: weakref.ref[Refresher], stop: threading.Event, wait: Callable[[threading.Event, float], bool]) -> None:
    while True:
        refresher = known()
        due = None if refresher is None else refresher.seconds_until_due()
        del refresher  # nothing is held while the thread waits
        if due is None or wait(stop, max(due, _LEAST_PAUSE)):
            return
        refresher = known()
        if refresher is not None:
            refresher.refresh_if_due()
        del refresher
