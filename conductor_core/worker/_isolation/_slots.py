"""The parent's side of child processes: start, ask, notice that one died, end. Everything here blocks."""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import sys
import threading
import time
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

from conductor_core.worker._channel import Channel
from conductor_core.worker._isolation import _messages as wire
from conductor_core.worker._isolation._child import main
from conductor_core.worker._isolation._exit import describe_exit, hint_on_exit
from conductor_core.worker._isolation._remote import WorkerProcessDiedError, WorkerProcessStartError
from conductor_core.worker._log_records import handle

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.process import BaseProcess

    from conductor_core.worker._channel import Message
    from conductor_core.worker._polled import JsonObject

logger = logging.getLogger("conductor.worker")

START_METHOD: Final = "spawn" if sys.platform == "win32" else "forkserver"
# Seconds that an idle child gets to end by itself, with its own clean-up, before it is killed.
END_SECONDS: Final = 2.0
_STARTS: Final = 3
_CHILD_MODULE: Final = main.__module__
_DEFAULT_PRELOAD: Final = ["__main__"]
# Starting a process looks whether others have ended, and two threads that ask the same process at once spoil its exit code.
_starting_or_ended: Final = threading.Lock()


class Child:
    """One child process and its pipe.

    Args:
        name: what the process is called.
        spec: what it serves, as JSON.
    """

    def __init__(self, name: str, spec: bytes) -> None:
        context: Any = multiprocessing.get_context(START_METHOD)
        _preload(context)
        ours, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=main, args=(theirs, spec), name=name)
        self._channel = Channel(ours)
        try:
            with _starting_or_ended:
                self._process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()

    @property
    def pid(self) -> int | None:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        with _starting_or_ended:
            return self._process.is_alive()

    def wait_ready(self) -> None:
        """Wait until the child has found its function.

        Raises:
            WorkerProcessStartError: it did not find it, or ended before.
        """
        try:
            message = self._answer(None)
        except (EOFError, OSError):
            raise WorkerProcessStartError(
                f"the worker process {self.pid} {describe_exit(self.join(END_SECONDS))} before it was ready; a program that "
                "starts workers needs `if __name__ == '__main__':` around its start"
            ) from None
        if message["kind"] == wire.REFUSED:
            self.end()
            raise WorkerProcessStartError(f"a worker process could not start: {message['reason']}")

    def ask(self, request: Message, on_log: Callable[[JsonObject], object]) -> Message:
        """Give the child a task and wait for its answer.

        Args:
            request: the task.
            on_log: takes each line that the task logs, when it logs it.

        Raises:
            WorkerProcessDiedError: the child ended first.
        """
        try:
            self._channel.send(request)
            return self._answer(on_log)
        except (EOFError, OSError):
            code = self.join(END_SECONDS)
            raise WorkerProcessDiedError(
                f"the worker process {self.pid} {describe_exit(code)} while it ran this task{hint_on_exit(code)}"
            ) from None

    def end(self) -> None:
        """Let an idle child end by itself."""
        self._channel.close()

    def kill(self) -> None:
        """End the child now, whatever it does; whoever waits for its answer is told that it died."""
        self._process.kill()

    def join(self, seconds: float) -> int | None:
        """Wait for the end of the process, kill it when that takes too long, and return its exit code."""
        if not wait([self._process.sentinel], max(0.0, seconds)):
            self._process.kill()
            wait([self._process.sentinel])
        with _starting_or_ended:
            return self._process.exitcode

    def _answer(self, on_log: Callable[[JsonObject], object] | None) -> Message:
        while True:
            message = self._channel.receive()
            if message["kind"] == wire.RECORD:
                handle(message["record"])
            elif message["kind"] != wire.TASK_LOG:
                return message
            elif on_log is not None:
                on_log(message["entry"])


class ProcessSlots:
    """The children of one worker: as many as tasks run at the same time.

    Args:
        name: task definition name.
        spec: what each child serves, as JSON.
        sleep: waits between two tries to start a child; True when the wait was cut short by the end.
    """

    def __init__(self, name: str, spec: bytes, sleep: Callable[[float], bool] | None = None) -> None:
        self._name = name
        self._spec = spec
        self._closed = threading.Event()
        self._sleep = sleep or self._closed.wait
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._all: set[Child] = set()
        # A program may exit without stopping its workers; multiprocessing would wait for the children for ever.
        atexit.register(self._close_at_exit)

    @property
    def pids(self) -> set[int | None]:
        """The process ids of all children, whether they run a task or wait for one."""
        with self._lock:
            return {child.pid for child in self._all}

    def prepare(self) -> None:
        """Start one child, so that what is wrong with all of them shows when workers start.

        Raises:
            WorkerProcessStartError: it could not be started.
        """
        self._put_back(self._start())

    def take(self) -> Child:
        """Return an idle child, or a new one; a failed start is tried again after growing waits.

        Raises:
            WorkerProcessStartError: it could not be started.
        """
        while (child := self._idle_one()) is not None:
            if child.alive:
                return child
            logger.warning("worker process %s of %s ended while it had no task", child.pid, self._name)
            self.forget(child)
        for number in range(_STARTS):
            try:
                return self._start()
            except WorkerProcessStartError as error:
                logger.warning("start %d of %d of a worker process of %s: %s", number + 1, _STARTS, self._name, error)
                if number + 1 == _STARTS or self._sleep(2.0**number):
                    raise
        raise AssertionError  # the loop returns or raises

    def give_back(self, child: Child) -> None:
        """Keep a child for the next task."""
        self._put_back(child)

    def forget(self, child: Child) -> None:
        """Drop a child that has ended; the next task gets a fresh one."""
        with self._lock:
            self._all.discard(child)
        child.end()

    def close(self) -> None:
        """Let idle children end, and kill those that still run a task; a thread waits for them."""
        atexit.unregister(self._close_at_exit)
        children = self._end_all()
        if children:
            # Not a daemon: an interpreter that exits waits for it, so no child is left behind.
            threading.Thread(target=_join, args=(children,), name=f"conductor-{self._name}-end", daemon=False).start()

    def _close_at_exit(self) -> None:
        _join(self._end_all())

    def _end_all(self) -> set[Child]:
        self._closed.set()
        with self._lock:
            idle, self._idle = self._idle, []
            children, self._all = self._all, set()
        for child in children:
            if child in idle:
                child.end()
            else:
                child.kill()
        return children

    def _start(self) -> Child:
        try:
            child = Child(f"conductor-{self._name}", self._spec)
        except (OSError, AssertionError) as error:  # the latter from multiprocessing, in one of its daemons
            raise WorkerProcessStartError(f"a worker process could not be started: {error}") from error
        with self._lock:
            self._all.add(child)
        try:
            child.wait_ready()
        except BaseException:
            self.forget(child)
            raise
        logger.debug("worker process %s serves %s", child.pid, self._name)
        return child

    def _idle_one(self) -> Child | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _put_back(self, child: Child) -> None:
        with self._lock:
            if not self._closed.is_set():
                self._idle.append(child)
                return
        child.end()


def _join(children: set[Child]) -> None:
    end = time.monotonic() + END_SECONDS
    for child in children:
        child.join(end - time.monotonic())


def _preload(context: Any) -> None:
    """Let the forkserver import what every child needs, once; what a program chose itself is left alone."""
    if START_METHOD != "forkserver":
        return
    from multiprocessing import forkserver  # noqa: PLC0415 - does not exist on Windows

    server: Any = getattr(forkserver, "_forkserver", None)
    if getattr(server, "_preload_modules", None) == _DEFAULT_PRELOAD:
        # Without `__main__`: a program may start threads when it is imported, and a child is forked from the server.
        context.set_forkserver_preload([_CHILD_MODULE])
