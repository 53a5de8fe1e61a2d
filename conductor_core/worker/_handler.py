"""`TaskHandler`: finds workers, starts them, and stops them without losing a task."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Self

from conductor_core._logging import as_logger, routed_to
from conductor_core.errors import WorkerError
from conductor_core.settings import Settings
from conductor_core.worker._controls import Controls
from conductor_core.worker._discovery import WorkerLoader, summary
from conductor_core.worker._options import DEFAULT_STOP_LIMIT, RuntimeOptions, StopReport
from conductor_core.worker._registry import get_registered_workers
from conductor_core.worker._sources import all_definitions
from conductor_core.worker._verdict import UPDATE_TRIES

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine, Iterable, Mapping
    from concurrent.futures import Future
    from types import TracebackType

    from conductor_core._logging import Logger
    from conductor_core._plugins import Plugins
    from conductor_core.models import Task
    from conductor_core.worker._loop_thread import LoopThread
    from conductor_core.worker._outbox import Outbox, OutboxStatus
    from conductor_core.worker._runtime import WorkerRuntime
    from conductor_core.worker._signals import SignalOwner
    from conductor_core.worker._status import WorkerStatus
    from conductor_core.worker._worker import WorkerDefinition

logger = logging.getLogger("conductor.worker")

_TURN_SECONDS: Final = 0.5


class TaskHandler(Controls):
    """Runs workers until it is stopped.

    In a plain program the workers' event loop lives on a thread of its own::

        with TaskHandler(import_modules=["orders.workers"], handle_signals=True) as handler:
            handler.join()

    In an asyncio program they run on the program's loop::

        async with TaskHandler(workers=[charge]):
            ...
        # or, until SIGTERM:
        await TaskHandler(workers=[charge], handle_signals=True).run()

    Args:
        settings: where the server is; resolved from the environment when None.
        workers: decorated functions, objects with ``execute``, or definitions.
        import_modules: modules to import for their decorated functions.
        scan_packages: packages to import with everything in them.
        scan_for_annotated_workers: serve every decorated function of this process; by default only when
            ``workers`` is None.
        entry_points: also serve workers that installed distributions publish.
        event_listeners: objects with methods like ``on_task_execution_completed(event)``.
        plugins: a plugin set to share with a conductor; made from the settings when None.
        handle_signals: stop at SIGTERM and SIGINT; a second signal gives unfinished tasks back, and ends the process
            itself where a worker blocks the event loop.
        stop_timeout: seconds that running tasks get to finish after stop was asked for.
        on_error: called with error and task after a failed execution and after each failed try of an update.
        max_restarts: restarts of a poll loop that dies; 0 means no limit.
        update_tries: tries of an update, 10, 20 and then 30 seconds apart, before its result waits in the outbox.
        outbox: keeps results that the server has not taken; as ``settings.outbox_file`` says when None.
        keep_running: stay until stop is asked for, also while there is no worker; for :meth:`start_worker`.
        environ: the environment for worker options; the process' own when None.
        logger: an object with ``debug``, ``info`` and ``error``; that of the plugin set, or the library's own, when None.

    Raises:
        WorkerError: a module cannot be imported or an object is no worker.
        ConfigurationError: a setting cannot be used.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        workers: Iterable[object] | None = None,
        import_modules: Iterable[str] = (),
        scan_packages: Iterable[str] = (),
        scan_for_annotated_workers: bool | None = None,
        entry_points: bool = True,
        event_listeners: Iterable[object] = (),
        plugins: Plugins | None = None,
        handle_signals: bool = False,
        stop_timeout: float = DEFAULT_STOP_LIMIT,
        on_error: Callable[[BaseException, Task], object] | None = None,
        max_restarts: int = 0,
        update_tries: int = UPDATE_TRIES,
        outbox: Outbox | None = None,
        keep_running: bool = False,
        environ: Mapping[str, str] | None = None,
        logger: object | None = None,
    ) -> None:
        self.settings: Settings = settings or (
            plugins.settings if plugins is not None else Settings.load(environ=environ)
        )
        self.plugins: Plugins = plugins or _plugins_for(self.settings)
        self.logger: Logger = self.plugins.logger if logger is None else as_logger(logger)
        for listener in event_listeners:
            self.plugins.add_listener(listener)
        self._options = RuntimeOptions(
            environ=os.environ if environ is None else environ,
            stop_limit=stop_timeout,
            max_restarts=max_restarts,
            update_tries=update_tries,
            on_error=on_error,
            outbox=outbox,
            keep_running=keep_running,
            end_process=end_process if handle_signals else None,
        )
        loader = WorkerLoader()
        loader.import_modules(import_modules)
        loader.scan_packages(scan_packages)
        self._listed = workers
        self._scan = scan_for_annotated_workers if scan_for_annotated_workers is not None else workers is None
        published = loader.load_entry_points(self.plugins) if entry_points and self._scan else []
        self.workers: list[WorkerDefinition] = self._found(published)
        self._signals = self._signal_owner() if handle_signals else None
        self._runtime: WorkerRuntime | None = None
        self._thread: LoopThread | None = None
        self._serving: Future[StopReport] | None = None
        self._serving_here: asyncio.Task[StopReport] | None = None
        self._report: StopReport | None = None
        self._lock = threading.Lock()
        self._stop_asked = False

    @classmethod
    async def create(cls, settings: Settings | None = None, **options: Any) -> Self:
        """Build a handler while the event loop goes on: modules are imported on a thread.

        ::

            handler = await TaskHandler.create(import_modules=["orders.workers"])
            await handler.run()

        Args:
            settings: where the server is; resolved from the environment when None.
            options: the other arguments of the class.

        Raises:
            WorkerError: a module cannot be imported or an object is no worker.
            ConfigurationError: a setting cannot be used.
        """
        import asyncio  # noqa: PLC0415 - loaded already by whoever awaits this

        return await asyncio.to_thread(cls, settings, **options)

    def _signal_owner(self) -> SignalOwner:
        from conductor_core.worker._signals import SignalOwner  # noqa: PLC0415 - most handlers own no signals

        return SignalOwner(self.request_stop, self.force_stop)

    # Looking.

    @property
    def is_started(self) -> bool:
        """Whether the workers were started; a handler runs once."""
        return self._serving is not None or self._serving_here is not None

    def print_summary(self) -> None:
        """Print one line for each worker: task, domain, options, state and where it comes from."""
        states = {(status.name, status.domain): status.state for status in self.get_worker_status()}
        print(summary(self.workers, self._options.environ, states))  # noqa: T201 - printing is what was asked for

    def get_worker_status(self) -> list[WorkerStatus]:
        """Return the state of every worker; empty before the start."""
        return self._runtime.statuses() if self._runtime is not None else []

    def get_outbox_status(self) -> OutboxStatus:
        """Return how many results wait for the server, their size and the age of the oldest."""
        from conductor_core.worker._outbox import OutboxStatus  # noqa: PLC0415 - naming a handler must stay cheap

        return self._runtime.outbox_status() if self._runtime is not None else OutboxStatus()

    def is_healthy(self) -> bool:
        """Tell whether every worker's poll loop is alive."""
        statuses = self.get_worker_status()
        return self._report is None and self.is_started and all(status.alive for status in statuses)

    def get_health(self) -> dict[str, Any]:
        """Return the document of ``/health``: this process and its workers, with counters, rates and percentiles."""
        from conductor_core.worker._health._document import document  # noqa: PLC0415 - naming a handler must stay cheap

        return document([self._runtime.health.snapshot()] if self._runtime is not None else [])

    def process_snapshot(self) -> dict[str, Any] | None:
        """Return the state of this process as plain data, of which ``/health`` is made; None before the start."""
        return self._runtime.health.snapshot() if self._runtime is not None else None

    def let_end_process(self, end: Callable[[int], None]) -> None:
        """Let the workers end the whole process when stop is forced and their event loop is blocked; before the start.

        Args:
            end: ends the process with an exit code.
        """
        self._options = replace(self._options, end_process=end)

    @property
    def health_port(self) -> int | None:
        """The port of the health server; None without one."""
        return self._runtime.health_port if self._runtime is not None else None

    @property
    def report(self) -> StopReport | None:
        """How the workers ended, once they have."""
        return self._report

    # In a plain program.

    def start(self) -> None:
        """Start the workers on a thread of their own; doing it twice does nothing.

        Raises:
            WorkerError: a worker function cannot be served, or the signals cannot be handled here.
            PluginError: a driver that the settings name is missing or broken.
        """
        with self._lock:
            if self._is_started():
                return
            if self._signals is not None:
                self._signals.install()
            from conductor_core.worker._loop_thread import LoopThread  # noqa: PLC0415 - imports asyncio, which naming a handler must not

            self._thread = LoopThread("conductor-workers")
            try:
                self._thread.submit(self._start()).result()
            except BaseException:
                self._end_thread()
                raise
            self._serving = self._thread.submit(self._serve())

    def join(self, timeout: float | None = None) -> bool:
        """Block until the workers have ended: after a signal, a stop, or when none is left.

        Args:
            timeout: seconds to wait at most; None waits without limit.

        Returns:
            Whether they have ended.
        """
        if self._serving_here is not None:
            raise WorkerError("these workers run on your event loop: use `await handler.run()` or `async with`")
        serving = self._serving
        if serving is None:
            return True
        if not _wait(serving, timeout):
            return False
        self._end_thread()
        self._report = serving.result()
        return True

    def wait_workers(self) -> None:
        """Block until the workers have ended, as :meth:`join` does."""
        self.join()

    def join_processes(self) -> None:
        """Block until the workers have ended, as :meth:`join` does; the older name."""
        self.join()

    def stop(self) -> None:
        """Stop polling at once, let running tasks finish within the limit, send their results, and return.

        Called by one of its own workers, or by a listener on their loop, it returns without waiting for the end.
        """
        self.request_stop()
        on_loop = self._thread is not None and self._thread.is_current
        if not (on_loop or (self._runtime is not None and self._runtime.runs_caller())):
            self.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # In an asyncio program.

    async def run(self) -> StopReport:
        """Serve on the running event loop until a signal or a stop, and return how it ended.

        Raises:
            WorkerError: a worker function cannot be served, or the signals cannot be handled here.
        """
        async with self as handler:
            await handler.wait()
        return self._report or StopReport()

    async def wait(self) -> None:
        """Wait until the workers have ended: after a signal, a stop, or when none is left."""
        import asyncio  # noqa: PLC0415 - loaded already by whoever awaits this

        if self._serving_here is not None:
            # Cancelling the waiter must not cut off running tasks; leaving the context ends them in order.
            await asyncio.shield(self._serving_here)

    async def __aenter__(self) -> Self:
        import asyncio  # noqa: PLC0415 - loaded already by whoever awaits this

        if not self._is_started():
            if self._signals is not None:
                self._signals.install()
            try:
                await self._start()
            except BaseException:
                self._restore_signals()
                raise
            self._serving_here = asyncio.create_task(self._serve())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        import asyncio  # noqa: PLC0415 - loaded already by whoever awaits this

        self.request_stop()
        try:
            if self._serving_here is not None:
                self._report = await asyncio.shield(self._serving_here)
        finally:
            self._restore_signals()

    # While it runs; all of these may be called from any thread.

    def request_stop(self) -> None:
        """Ask for stop without waiting: no further poll is sent, running tasks finish."""
        self._stop_asked = True  # before looking for the runtime: a start does it the other way round
        if self._runtime is not None:
            self._runtime.stop.request()

    def force_stop(self) -> None:
        """Ask for stop at once: unfinished tasks are given back to the server."""
        self._stop_asked = True
        if self._runtime is not None:
            self._runtime.stop.force()

    def start_worker(
        self,
        task_name: str,
        function: Callable[..., object],
        batch_size: int = 1,
        poll_interval: float = 100,
        *,
        domain: str | None = None,
    ) -> None:
        """Serve one more task type, before the start or at run time; once more for the same adds to its slots.

        Args:
            task_name: task definition name.
            function: ``def`` or ``async def``.
            batch_size: tasks at the same time; for a worker that is there already, how many more.
            poll_interval: milliseconds between polls of an empty queue.
            domain: task domain; None or an empty text is none.

        Raises:
            WorkerError: a value is out of bounds, the function cannot be served, or the workers have ended.
        """
        from conductor_core.worker._adding import add_worker  # noqa: PLC0415 - imports what naming a handler must not

        add_worker(self, task_name, function, batch_size=batch_size, poll_interval=poll_interval, domain=domain)

    def call_runtime(self, step: Callable[[WorkerRuntime], Coroutine[Any, Any, None]]) -> None:
        """Run something on the workers' loop and wait for it.

        Raises:
            WorkerError: no workers run, or this is their own loop, which cannot wait for itself.
        """
        runtime, thread = self._runtime, self._thread
        if runtime is None or thread is None:
            raise WorkerError("no workers run on a thread of their own: call start() first")
        if thread.is_current:
            raise WorkerError("a worker cannot wait for its own loop: do this on another thread")
        thread.submit(step(runtime)).result()

    # What stands behind.

    def _found(self, published: list[object]) -> list[WorkerDefinition]:
        decorated: list[object] = list(get_registered_workers()) if self._scan else []
        objects = [item for item in published if not hasattr(item, "__file__")]
        return all_definitions([*decorated, *objects, *(self._listed or ())])

    def _is_started(self) -> bool:
        if not self.is_started:
            self._stop_asked = False
            return False
        logger.warning("these workers were started before; a handler runs once")
        return True

    async def _start(self) -> None:
        from conductor_core.worker._runtime import WorkerRuntime  # noqa: PLC0415 - imports HTTP and models, which naming a handler must not

        with routed_to(self.logger):
            if not self.workers and not self._options.keep_running:
                logger.warning("no workers found: pass workers=, import_modules= or scan_packages=")
            runtime = WorkerRuntime(self.workers, self.settings, self.plugins, self._options)
            try:
                await runtime.start()
            except BaseException:
                await runtime.close()
                raise
        self._runtime = runtime
        if self._stop_asked:  # by a signal while they started; nothing runs that would have to be forced
            self.request_stop()

    async def _serve(self) -> StopReport:
        if self._runtime is None:
            raise WorkerError("the workers were not started")
        with routed_to(self.logger):
            return await self._runtime.serve()

    def _end_thread(self) -> None:
        self._restore_signals()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.close()

    def _restore_signals(self) -> None:
        if self._signals is not None:
            self._signals.restore()


def end_process(code: int) -> None:
    """End the process without the help of its main thread, after what was logged and printed has been written."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


def _plugins_for(settings: Settings) -> Plugins:
    from conductor_core._plugins import Plugins  # noqa: PLC0415 - naming a handler is cheap, building one is not

    return Plugins.from_settings(settings)


def _wait(serving: Future[StopReport], timeout: float | None) -> bool:
    """Wait for a future in short turns: a main thread that waits for a lock may not notice Ctrl-C before it wakes."""
    ended = threading.Event()
    serving.add_done_callback(lambda _: ended.set())
    end = None if timeout is None else time.monotonic() + timeout
    while not ended.is_set():
        left = _TURN_SECONDS if end is None else end - time.monotonic()
        if left <= 0:
            return False
        ended.wait(min(left, _TURN_SECONDS))
    return True
