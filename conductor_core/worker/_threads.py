"""The threads that ``def`` workers run in.

The standard library's pool joins its threads when the interpreter exits, so one worker that never returns would keep the
process alive for ever. These threads are daemons: what still runs after the stop limit is reported, not waited for.
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_numbers: Final = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a function ended: with a value, or with an error of any kind."""

    value: Any = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    run: Callable[[], object]
    context: contextvars.Context
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Ended]


class WorkerThreads:
    """Daemon threads for one runner; as many are started as jobs run at the same time.

    Args:
        name: what the threads are called.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0
        self._threads: list[threading.Thread] = []

    def submit(self, run: Callable[[], object]) -> asyncio.Future[Ended]:
        """Run a function in a thread, inside a copy of the current context.

        Raises:
            RuntimeError: the system has no thread to give.
        """
        loop = asyncio.get_running_loop()
        job = _Job(run, contextvars.copy_context(), loop, loop.create_future())
        with self._lock:
            if self._idle:
                self._idle -= 1
            else:
                thread = threading.Thread(target=self._work, name=f"{self._name}-{next(_numbers)}", daemon=True)
                thread.start()
                self._threads.append(thread)
        # Only now: where no thread can be started, the job must not wait for one that ends another.
        self._jobs.put(job)
        return job.future

    def close(self) -> None:
        """Let every thread end after the job it runs."""
        for _ in self._threads:
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            ended = _run(job)
            with self._lock:
                self._idle += 1
            _deliver(job, ended)
            # A job kept here would keep its result alive until the next one arrives.
            del job, ended


def _run(job: _Job) -> Ended:
    try:
        return Ended(job.context.run(job.run))
    except BaseException as error:  # noqa: BLE001 - also SystemExit: a worker must not end the thread of others
        return Ended(error=error)


def _deliver(job: _Job, ended: Ended) -> None:
    def finish() -> None:
        if not job.future.done():
            job.future.set_result(ended)

    try:
        job.loop.call_soon_threadsafe(finish)
    except RuntimeError:
        # The loop was closed after the stop limit; the task was given back and this result is nobody's.
        return
