"""Tells listeners what happens; none of them can change an outcome or hold up the loop for long."""

from __future__ import annotations

import asyncio
import functools
import logging
import queue
import threading
import time
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from conductor_core._logging import logging_as_here
from conductor_core._plugins._strikes import Strikes
from conductor_core.worker._stop import is_cancelling

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator

    from conductor_core._plugins import Listener, Listeners
    from conductor_core.events import Event
    from conductor_core.worker._telling import Teller

logger = logging.getLogger("conductor.worker")

# The hooks by name: whoever asks whether anybody listens need not import the events for that.
POLL_STARTED: Final = "conductor_on_poll_started"
POLL_COMPLETED: Final = "conductor_on_poll_completed"
POLL_FAILURE: Final = "conductor_on_poll_failure"
TASK_PAUSED: Final = "conductor_on_task_paused"
TASK_QUEUE_FULL: Final = "conductor_on_task_queue_full"
WORKER_RESTARTED: Final = "conductor_on_worker_restarted"
TASK_EXECUTION_STARTED: Final = "conductor_on_task_execution_started"
TASK_EXECUTION_COMPLETED: Final = "conductor_on_task_execution_completed"
TASK_EXECUTION_FAILURE: Final = "conductor_on_task_execution_failure"
TASK_RESULT_PAYLOAD_SIZE: Final = "conductor_on_task_result_payload_size"
TASK_PAYLOAD_USED: Final = "conductor_on_task_payload_used"
TASK_UPDATE_COMPLETED: Final = "conductor_on_task_update_completed"
TASK_UPDATE_FAILURE: Final = "conductor_on_task_update_failure"
WORKERS_STOPPED: Final = "conductor_on_workers_stopped"

SLOW_SECONDS: Final = 0.05
SLOW_CALLS_BEFORE_MOVE: Final = 3
ASYNC_LIMIT_SECONDS: Final = 1.0
QUEUE_SIZE: Final = 10_000


class Notifier:
    """The listeners of one runtime, one tuple per event.

    Args:
        listeners: what plugins and code registered, frozen.
    """

    def __init__(self, listeners: Listeners) -> None:
        self._threads: dict[str, _ListenerThread] = {}
        self._targets: dict[str, tuple[_Target, ...]] = {
            hook: tuple(_Target(listener, self) for listener in found) for hook, found in listeners.by_hook.items()
        }

    def listens(self, hook: str) -> bool:
        """Tell whether anybody listens; without one the event need not be made, nor its class be imported.

        Args:
            hook: the event's ``hook``, one of the names in this module.
        """
        return bool(self._targets.get(hook))

    @functools.cached_property
    def teller(self) -> Teller:
        """What makes the events; loaded when the first one is told."""
        from conductor_core.worker._telling import Teller  # noqa: PLC0415 - only for who listens

        return Teller(self.emit)

    async def emit(self, event: Event) -> None:
        """Tell every listener of this kind of event, in declared order."""
        before = perf_counter()
        for target in self._targets.get(event.hook, ()):
            if target.is_inline:
                target.call(event)
                after = perf_counter()
                if after - before > SLOW_SECONDS:
                    target.was_slow()
            else:
                await target.tell(event)
                after = perf_counter()
            before = after

    @property
    def failures(self) -> dict[str, int]:
        """How often listeners raised, by plugin name."""
        counts: dict[str, int] = {}
        for targets in self._targets.values():
            for target in targets:
                if target.failures:
                    counts[target.name] = counts.get(target.name, 0) + target.failures
        return counts

    @property
    def dropped(self) -> int:
        """Events that did not fit into the queues of blocking listeners."""
        return sum(thread.dropped for thread in self._threads.values())

    def thread_of(self, name: str) -> _ListenerThread:
        """Return the thread of a blocking listener; listeners of one plugin share it, so their order stays."""
        if name not in self._threads:
            self._threads[name] = _ListenerThread(name)
        return self._threads[name]

    async def close(self, limit: float) -> None:
        """Let blocking listeners finish what they were told, at most this many seconds."""
        end = time.monotonic() + limit
        for thread in self._threads.values():
            await asyncio.to_thread(thread.close, max(0.0, end - time.monotonic()))


class _Target:
    """One listener, and how it has behaved so far."""

    __slots__ = ("_function", "_is_async", "_notifier", "_slow_calls", "_strikes", "is_inline", "name")

    def __init__(self, listener: Listener, notifier: Notifier) -> None:
        self.name = listener.name
        self._strikes = Strikes(f"listener {listener.name} ({_called(listener.function)})", logger)
        self._function = listener.function
        self._is_async = listener.is_async
        self.is_inline = not (listener.blocking or listener.is_async)
        self._notifier = notifier
        self._slow_calls = 0

    @property
    def failures(self) -> int:
        return self._strikes.failures

    async def tell(self, event: Event) -> None:
        """Tell a listener that is awaited, or has a thread."""
        if self._strikes.off:
            return
        if self._is_async:
            await self._tell_async(event)
        else:
            self._notifier.thread_of(self.name).put(self, event)

    def call(self, event: Event) -> None:
        """Call the listener here and now; what it raises is logged and counted."""
        try:
            self._function(event)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - a listener can never break a worker
            self._failed(event, error)
        else:
            self._strikes.in_a_row = 0

    def was_slow(self) -> None:
        """Note that it took long; the third time it is told on a thread of its own from then on."""
        self._slow_calls += 1
        if self._slow_calls >= SLOW_CALLS_BEFORE_MOVE:
            self.is_inline = False
            logger.warning("listener %s is slow and is called on a thread of its own from now on", self.name)

    async def _tell_async(self, event: Event) -> None:
        try:
            told = self._function(event)
            # Most have nothing to wait for; a limit in time costs more than what they do.
            try:
                waiting = told.send(None)
            except StopIteration:
                self._strikes.in_a_row = 0
                return
            async with asyncio.timeout(ASYNC_LIMIT_SECONDS):
                await _Rest(told, waiting)
        except asyncio.CancelledError as error:
            if is_cancelling():
                raise
            # What the listener waited for was cancelled; passed on, it would look like the end of the runner.
            self._failed(event, error)
        except Exception as error:  # noqa: BLE001 - a listener can never break a worker
            self._failed(event, error)
        else:
            self._strikes.in_a_row = 0

    def _failed(self, event: Event, error: BaseException) -> None:
        logger.error("listener %s failed on %s: %r", self.name, type(event).__name__, error, exc_info=error)
        self._strikes.failed()
        if self._strikes.off:
            self.is_inline = False  # whoever is not told inline is asked first whether it is switched off


class _Rest:
    """What is left of a coroutine that has begun and waits for something."""

    __slots__ = ("_coroutine", "_waiting")

    def __init__(self, coroutine: Coroutine[Any, Any, object], waiting: object) -> None:
        self._coroutine = coroutine
        self._waiting = waiting

    def __await__(self) -> Generator[Any, Any, object]:
        coroutine, waiting = self._coroutine, self._waiting
        try:
            while True:
                try:
                    sent = yield waiting
                except BaseException as error:  # noqa: BLE001 - also the end of its time, which the coroutine has to hear
                    waiting = coroutine.throw(error)
                else:
                    waiting = coroutine.send(sent)
        except StopIteration as end:
            return end.value


def _called(function: object) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


class _ListenerThread:
    """Calls blocking listeners of one plugin, in order."""

    def __init__(self, name: str) -> None:
        self.dropped = 0
        self._name = name
        self._events: queue.Queue[tuple[_Target, Any] | None] = queue.Queue(QUEUE_SIZE)
        self._thread = threading.Thread(
            target=logging_as_here(self._work), name=f"conductor-listener-{name}", daemon=True
        )
        self._thread.start()

    def put(self, target: _Target, event: Event) -> None:
        try:
            self._events.put_nowait((target, event))
        except queue.Full:
            self.dropped += 1
            if self.dropped == 1:
                logger.warning("listener %s cannot keep up; events are dropped and counted", self._name)

    def close(self, limit: float) -> None:
        try:
            self._events.put(None, timeout=limit)
        except queue.Full:
            return
        self._thread.join(limit)

    def _work(self) -> None:
        while (item := self._events.get()) is not None:
            target, event = item
            target.call(event)
