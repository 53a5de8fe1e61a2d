"""Engines of this process: each on a thread of its own, one for each address, shared by all who name it."""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from conductor_core.errors import ConfigurationError
from conductor_embedded._assembly import Plan
from conductor_embedded.api import Safety

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from conductor_core.settings import Settings
    from conductor_embedded.address import Address
    from conductor_embedded.api import EngineApp
    from conductor_embedded.engine import Engine

T = TypeVar("T")
HOST = "embedded"
"""The host of the URLs of requests inside the process."""
_STOP_SECONDS = 5.0


class EngineRuntime:
    """An engine that runs on a thread of its own until it is closed.

    Args:
        plan: What the engine is made of.

    Raises:
        ConfigurationError: The engine's file is in use, or cannot be opened.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.engine: Engine
        self.app: EngineApp
        self._loop = asyncio.new_event_loop()
        self._closed = False
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"conductor-embedded {plan.address}", daemon=True)
        self._thread.start()
        try:
            self.call(self._open())
        except BaseException:
            self.close()
            raise

    @property
    def is_closed(self) -> bool:
        """Whether the engine takes no more calls."""
        return self._closed

    @property
    def is_own_thread(self) -> bool:
        """Whether the caller runs on the engine's thread, where waiting for the engine would wait for ever."""
        return threading.current_thread() is self._thread

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the engine's loop and wait for its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def post(self, function: Callable[[], object]) -> bool:
        """Let a function run on the engine's loop soon; returns False when the engine is closed."""
        try:
            self._loop.call_soon_threadsafe(function)
        except RuntimeError:  # the loop is closed
            return False
        return True

    def create_task(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a coroutine; only on the engine's thread."""
        return self._loop.create_task(work)

    def close(self) -> None:
        """Stop the engine, close its store and end its thread; more than once is harmless."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        stopped = Future[None]()
        self.post(lambda: self._loop.create_task(self._close(stopped)))
        try:
            stopped.result(_STOP_SECONDS)
        except TimeoutError:
            pass
        finally:
            self.post(self._loop.stop)
            if not self.is_own_thread:
                self._thread.join(_STOP_SECONDS)

    async def _open(self) -> None:
        self.engine, self.app = self.plan.build(Safety(hosts=frozenset({HOST})))
        await self.engine.start()

    async def _close(self, stopped: Future[None]) -> None:
        try:
            if hasattr(self, "engine"):
                await self.engine.stop()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        finally:
            stopped.set_result(None)

    def _run(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()


class Engines:
    """The engines of a process, counted by their users: the last one to leave closes the engine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runtimes: dict[tuple[int, Address], EngineRuntime] = {}
        self._users: dict[tuple[int, Address], int] = {}
        self._ends_with_process = False

    def enter(self, address: Address, settings: Settings | None = None) -> EngineRuntime:
        """Return the engine of an address, and make it if nobody uses it; `leave` must follow.

        Raises:
            ConfigurationError: The engine's file is in use by another process, or cannot be opened.
        """
        return self.add(Plan(address=address, settings=settings), is_new=False)

    def add(self, plan: Plan, *, is_new: bool = True) -> EngineRuntime:
        """Make the engine of a plan known under its address, and use it; `leave` must follow.

        Args:
            plan: What it is made of.
            is_new: Refuse an address that is in use, instead of sharing its engine.

        Raises:
            ConfigurationError: The address is in use.
        """
        key = (os.getpid(), plan.address)  # a forked child has none of its parent's threads
        with self._lock:
            runtime = self._runtimes.get(key)
            if runtime is not None and is_new:
                raise ConfigurationError(f"there is an engine at {plan.address.url} already")
            if runtime is None:
                if not self._ends_with_process:
                    self._ends_with_process = True
                    atexit.register(self.close)
                runtime = self._runtimes[key] = EngineRuntime(plan)
            self._users[key] = self._users.get(key, 0) + 1
            return runtime

    def leave(self, address: Address) -> None:
        """Say that one user needs the engine no more."""
        key = (os.getpid(), address)
        with self._lock:
            self._users[key] = self._users.get(key, 0) - 1
            if self._users[key] > 0:
                return
            del self._users[key]
            runtime = self._runtimes.pop(key, None)
            if runtime is not None:
                runtime.close()

    def close(self) -> None:
        """Close all engines of this process."""
        with self._lock:
            mine = [key for key in self._runtimes if key[0] == os.getpid()]
            runtimes = [self._runtimes.pop(key) for key in mine]
            for key in mine:
                self._users.pop(key, None)
        for runtime in runtimes:
            runtime.close()


ENGINES = Engines()
"""The engines of this process: whoever names an address shares what is there."""
