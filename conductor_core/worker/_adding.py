"""Workers that are added to a handler, before its start or while it runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conductor_core.errors import WorkerError
from conductor_core.worker._config import WorkerOptions
from conductor_core.worker._worker import define_worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.worker._handler import TaskHandler
    from conductor_core.worker._runtime import WorkerRuntime
    from conductor_core.worker._worker import WorkerDefinition


def add_worker(
    handler: TaskHandler,
    name: str,
    function: Callable[..., object],
    *,
    batch_size: int,
    poll_interval: float,
    domain: str | None,
) -> None:
    """Add a worker, or slots to one that is there; see :meth:`TaskHandler.start_worker`."""
    if not _is_count(batch_size):
        raise WorkerError(f"batch_size of task {name!r} must be a whole number from 1 on, got {batch_size!r}")
    options = WorkerOptions(concurrency=batch_size, poll_interval=poll_interval, domain=domain or None)
    definition = define_worker(name, function, options, source="start_worker")
    if handler.is_started:
        handler.call_runtime(lambda runtime: _add_now(runtime, definition, batch_size))
    else:
        _add_before(handler, definition, batch_size)


def serve_worker(handler: TaskHandler, definition: WorkerDefinition) -> None:
    """Serve one more worker, before the handler's start or while it runs on a thread of its own.

    Args:
        handler: who serves it.
        definition: the worker; its options hold as they are.

    Raises:
        WorkerError: it cannot be served, the workers have ended, or they run on a loop: await
            :func:`serve_worker_async` there.
    """
    if handler.is_started:
        handler.call_runtime(lambda runtime: runtime.add(definition))
    else:
        handler.workers.append(definition)


async def serve_worker_async(handler: TaskHandler, definition: WorkerDefinition) -> None:
    """Serve one more worker of a handler that runs on this loop, or is not started yet.

    Args:
        handler: who serves it.
        definition: the worker; its options hold as they are.

    Raises:
        WorkerError: it cannot be served, or the workers have ended.
    """
    runtime = handler._runtime  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - two halves of one thing
    if runtime is not None:
        await runtime.add(definition)
    else:
        handler.workers.append(definition)


def _add_before(handler: TaskHandler, definition: WorkerDefinition, batch_size: int) -> None:
    for place, known in enumerate(handler.workers):
        if (known.name, known.options.domain or None) == (definition.name, definition.options.domain):
            more = replace(known.options, concurrency=(known.options.concurrency or 1) + batch_size)
            handler.workers[place] = replace(known, options=more)
            return
    handler.workers.append(definition)


async def _add_now(runtime: WorkerRuntime, definition: WorkerDefinition, batch_size: int) -> None:
    runners = [
        runner for runner in runtime.runners(definition.name) if runner.config.domain == definition.options.domain
    ]
    same = [runner for runner in runners if not runner.stopping]
    for runner in same:
        runner.update(concurrency=runner.capacity.concurrency + batch_size)
        runner.wake()
    if not same:
        await runtime.add(definition)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
