"""One refresh under way, that callers in threads and on any event loop wait for."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


class Ticket:
    """Done once; whoever leads the refresh calls :meth:`finish`, whatever becomes of it."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    @property
    def done(self) -> bool:
        """Whether :meth:`finish` was called."""
        return self._done.is_set()

    def finish(self) -> None:
        """Wake everybody; doing it twice does nothing."""
        with self._lock:
            self._done.set()
            waiting, self._waiting = self._waiting, []
        for loop, future in waiting:
            with contextlib.suppress(RuntimeError):  # that loop is closed, and nobody waits there any more
                loop.call_soon_threadsafe(_wake, future)

    def wait(self, seconds: float) -> None:
        """Block until it is done, or the time is over."""
        self._done.wait(seconds)

    async def wait_on_loop(self, seconds: float) -> None:
        """Wait on the running loop until it is done, or the time is over."""
        import asyncio  # noqa: PLC0415 - programs that only block need no event loop

        loop = asyncio.get_running_loop()
        future = loop.create_future()
        with self._lock:
            if self._done.is_set():
                return
            self._waiting.append((loop, future))
        try:
            await asyncio.wait((future,), timeout=seconds)
        finally:
            with self._lock:
                self._waiting = [waiter for waiter in self._waiting if waiter[1] is not future]


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
