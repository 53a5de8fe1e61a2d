"""Runs a worker's function in its child processes, seen from the event loop."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from typing import TYPE_CHECKING

from pydantic_core import PydanticSerializationError, to_json

from conductor_core._settings_fields import FIELDS
from conductor_core.errors import WorkerError
from conductor_core.worker._context import ContextData, TaskContext, current_task_context
from conductor_core.worker._isolation import _messages as wire
from conductor_core.worker._isolation._address import address_of
from conductor_core.worker._isolation._remote import WorkerProcessStartError
from conductor_core.worker._isolation._slots import ProcessSlots
from conductor_core.worker._log_records import levels
from conductor_core.worker._threads import WorkerThreads
from conductor_core.worker._validation import is_bound_strictly

if TYPE_CHECKING:
    from conductor_core._plugins import Plugins
    from conductor_core.settings import Settings
    from conductor_core.worker._channel import Message
    from conductor_core.worker._config import WorkerConfig
    from conductor_core.worker._isolation._slots import Child
    from conductor_core.worker._polled import PolledTask
    from conductor_core.worker._worker import WorkerDefinition


class ProcessExecution:
    """Gives each task of one worker to a child process of its own.

    A thread for each running task waits at the pipe; the loop waits for the thread.

    Args:
        definition: the worker.
        config: its resolved options.
        plugins: the plugin set; children make theirs from the same settings.

    Raises:
        WorkerError: the function cannot be found by another process, or the settings cannot be sent to one.
    """

    def __init__(self, definition: WorkerDefinition, config: WorkerConfig, plugins: Plugins) -> None:
        self._name = definition.name
        self._carriers = plugins.carriers()
        self._slots = ProcessSlots(definition.name, spec_of(definition, config, plugins.settings))
        self._threads = WorkerThreads(f"conductor-{definition.name}-process")

    @property
    def pids(self) -> set[int | None]:
        """The process ids of the children."""
        return self._slots.pids

    async def prepare(self) -> None:
        """Start the first child.

        Raises:
            WorkerError: it did not start, so none would.
        """
        ended = await self._threads.submit(self._slots.prepare)
        if isinstance(ended.error, WorkerProcessStartError):
            raise WorkerError(f"worker {self._name!r}: {ended.error}") from ended.error
        if ended.error is not None:
            raise ended.error

    async def run(self, task: PolledTask) -> object:
        """Run the function for a task and return what it returned, as plain data.

        A cancellation kills the child: its task is given back to the server, and must not run on.

        Raises:
            RemoteError: the function raised.
            WorkerProcessDiedError: the child ended before it had answered.
            WorkerProcessStartError: there was no child, and none could be started.
        """
        context = current_task_context() or TaskContext(task)
        request = wire.Request(task.document, context.written(), self._carriers.filled())
        running = _Running(self._slots, request.as_data(), context)
        try:
            ended = await self._threads.submit(running.run)
        except asyncio.CancelledError:
            running.kill()
            raise
        if ended.error is not None:
            raise ended.error
        context.adopt(_later(wire.context_from_data(ended.value["context"])))
        return wire.value_of(ended.value, task)

    def close(self) -> None:
        """End the children, and let the threads end."""
        self._slots.close()
        self._threads.close()


class _Running:
    """One task on its way through a child."""

    def __init__(self, slots: ProcessSlots, request: Message, context: TaskContext) -> None:
        self._slots = slots
        self._request = request
        self._context = context
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._killed = False

    def run(self) -> Message:
        """Take a child, give it the task and return its answer; this blocks."""
        child = self._slots.take()
        with self._lock:
            self._child = child
            if self._killed:
                child.kill()
        try:
            answer = child.ask(self._request, self._context.append_log)
        except BaseException:
            child.kill()
            self._slots.forget(child)
            raise
        with self._lock:
            self._child = None
        self._slots.give_back(child)
        return answer

    def kill(self) -> None:
        """Kill the child that runs the task, or will."""
        with self._lock:
            self._killed = True
            if self._child is not None:
                self._child.kill()


def _later(written: ContextData) -> ContextData:
    """Leave out the log lines, which came one by one."""
    return dataclasses.replace(written, logs=())


def spec_of(definition: WorkerDefinition, config: WorkerConfig, settings: Settings) -> bytes:
    """Return what a child process has to know of its worker, as JSON.

    Raises:
        WorkerError: the function cannot be found by another process, or the settings cannot be sent to one.
    """
    described = {
        "address": address_of(definition.name, definition.function).as_data(),
        "missing_as_none": definition.missing_as_none,
        "strict": is_bound_strictly(definition, config),
        "levels": levels(),
        "settings": {spec.name: getattr(settings, spec.name) for spec in FIELDS} | {"options": settings.options},
    }
    try:
        return to_json(described)
    except PydanticSerializationError as error:
        raise WorkerError(
            f"worker {definition.name!r}: the settings cannot be sent to a worker process, options must hold plain "
            f"values: {error}"
        ) from error
