"""`VirtualEngine`: an engine for tests, whose time moves when the test says so."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Self

from conductor_core.settings import Settings
from conductor_embedded._assembly import Plan
from conductor_embedded.address import Address
from conductor_embedded.clock import VirtualClock
from conductor_embedded.runtime import ENGINES

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from conductor_embedded.runtime import EngineRuntime

_NUMBERS = itertools.count(1)


class VirtualEngine:
    """An engine in memory on a virtual clock; clients reach it through `settings` or `url`.

    A workflow that waits a year ends at once:

        with VirtualEngine() as engine, Conductor(engine.settings) as conductor:
            ...
            engine.advance(365 * 24 * 3600)

    Args:
        start_ms: The first time of the clock, in epoch milliseconds.
        seed: Makes the jitter of retries repeatable.
        plugins: Modules or objects with hook implementations that add routes or task types.
    """

    def __init__(self, *, start_ms: int = 1_700_000_000_000, seed: int = 0, plugins: tuple[object, ...] = ()) -> None:
        self.clock: VirtualClock = VirtualClock(start_ms)
        self._plan = Plan(
            address=Address(name=f"virtual-{next(_NUMBERS)}"),
            clock=self.clock,
            random=random.Random(seed),  # noqa: S311 - jitter is no secret
            plugins=plugins,
        )
        self._runtime: EngineRuntime | None = None

    @property
    def url(self) -> str:
        """The `server_url` of the engine."""
        return self._plan.address.url

    @property
    def settings(self) -> Settings:
        """Settings that lead a client or worker to the engine."""
        return Settings(server_url=self.url, transport="embedded")

    def start(self) -> None:
        """Start the engine; `with` does it too."""
        if self._runtime is None:
            self._runtime = ENGINES.add(self._plan)

    def close(self) -> None:
        """Leave the engine; it ends when its clients are closed as well."""
        if self._runtime is not None:
            self._runtime = None
            ENGINES.leave(self._plan.address)

    def advance(self, seconds: float) -> None:
        """Move time forward, and do all that becomes due on the way, in its order.

        Args:
            seconds: How far.
        """
        runtime = self._started()
        runtime.call(_advance(runtime, seconds))

    def run_due(self) -> None:
        """Do what is due now, without moving time."""
        self.advance(0)

    def _started(self) -> EngineRuntime:
        if self._runtime is None:
            raise RuntimeError("the engine is not started: use it in `with`, or call start()")
        return self._runtime

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


async def _advance(runtime: EngineRuntime, seconds: float) -> None:
    runtime.engine.advance(seconds)
