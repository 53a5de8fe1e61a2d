"""An event loop with a clock of its own: when nothing is ready, time jumps to the next timer instead of passing."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from selectors import SelectorKey

_REAL_WAIT = 0.02


class _JumpingSelector(selectors.BaseSelector):
    """Asks the real selector without waiting, and moves the clock when it has nothing."""

    def __init__(self) -> None:
        self._real = selectors.DefaultSelector()
        self.now = 0.0
        self.busy_threads = 0

    def register(self, fileobj: Any, events: int, data: Any = None) -> SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        # A moment of real time lets worker threads deliver before the clock jumps over them.
        ready = self._real.select(0 if timeout == 0 else _REAL_WAIT if self.busy_threads else 0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            return self._real.select(1.0)
        self.now += timeout
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """A loop whose ``time()`` jumps; hours of waiting take milliseconds.

    Set ``loop.patient = True`` in tests that use threads, so that they get real time to answer.
    """

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncio's signature
        """Wait for its threads as long as they need; a limit (of 300 s, since Python 3.12) would be over in no time."""
        await super().shutdown_default_executor()

    @property
    def patient(self) -> bool:
        return bool(self._jumping.busy_threads)

    @patient.setter
    def patient(self, value: bool) -> None:
        self._jumping.busy_threads = int(value)
