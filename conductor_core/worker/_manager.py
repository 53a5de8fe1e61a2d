"""`TaskManager`: workers in the style of the JavaScript library, for who comes from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from conductor_core.errors import WorkerError
from conductor_core.worker._handler import TaskHandler
from conductor_core.worker._sources import all_definitions, with_options
from conductor_core.worker._verdict import UPDATE_TRIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from conductor_core.client import Conductor
    from conductor_core.models import Task
    from conductor_core.settings import Settings
    from conductor_core.worker._worker import WorkerDefinition


class TaskManager:
    """Runs workers between ``start_polling`` and ``stop_polling``.

    ::

        manager = TaskManager(conductor, [charge, ship], concurrency=5)
        manager.start_polling()
        ...
        manager.stop_polling()

    Args:
        client: a conductor, or settings; who is called and with which plugins.
        workers: decorated functions, objects with ``execute``, or definitions.
        concurrency: tasks at the same time of each worker that does not say it itself.
        poll_interval: milliseconds between polls of an empty queue, likewise.
        worker_id: how the workers call themselves to the server, likewise.
        domain: task domain, likewise.
        batch_polling_timeout: milliseconds that the server may hold an empty poll open, likewise.
        on_error: called with error and task after a failed execution and after each failed try of an update.
        max_restarts: restarts of a poll loop that dies; 0 means no limit.
        max_retries: tries of an update before its result waits in the outbox.
        logger: an object with ``debug``, ``info`` and ``error``.

    Raises:
        WorkerError: there is no worker, one is none, or two have one name and domain.
    """

    def __init__(
        self,
        client: Conductor | Settings,
        workers: Iterable[object],
        *,
        concurrency: int | None = None,
        poll_interval: float | None = None,
        worker_id: str | None = None,
        domain: str | None = None,
        batch_polling_timeout: int | None = None,
        on_error: Callable[[BaseException, Task], object] | None = None,
        max_restarts: int = 0,
        max_retries: int = UPDATE_TRIES,
        logger: object | None = None,
    ) -> None:
        given = list(workers)
        definitions = all_definitions(given)
        if not definitions:
            raise WorkerError("a TaskManager needs at least one worker")
        if len(definitions) < len(given):
            raise WorkerError("two workers have one task name and domain; each needs its own")
        self.workers: list[WorkerDefinition] = [
            with_options(
                definition,
                concurrency=concurrency,
                poll_interval=poll_interval,
                worker_id=worker_id,
                domain=domain,
                poll_timeout=batch_polling_timeout,
            )
            for definition in definitions
        ]
        self._client = client
        self._on_error = on_error
        self._max_restarts = max_restarts
        self._max_retries = max_retries
        self._logger = logger
        self._handler: TaskHandler | None = None

    @property
    def is_polling(self) -> bool:
        """Whether the workers run."""
        return self._handler is not None

    def start_polling(self) -> None:
        """Start the workers; doing it twice does nothing.

        Raises:
            WorkerError: a worker function cannot be served.
        """
        if self._handler is None:
            plugins = getattr(self._client, "plugins", None)
            handler = TaskHandler(
                None if plugins is not None else self._client,  # type: ignore[arg-type]  # a conductor has plugins
                plugins=plugins,
                workers=self.workers,
                on_error=self._on_error,
                max_restarts=self._max_restarts,
                update_tries=self._max_retries,
                logger=self._logger,
                entry_points=False,
            )
            handler.start()
            self._handler = handler

    def stop_polling(self) -> None:
        """Stop the workers, let running tasks finish and send their results; they can be started again."""
        handler, self._handler = self._handler, None
        if handler is not None:
            handler.stop()

    def update_polling_options(
        self, *, concurrency: int | None = None, poll_interval: float | None = None, poll_timeout: int | None = None
    ) -> None:
        """Change how all workers poll, from the next poll on.

        Raises:
            WorkerError: a value is out of bounds, or the workers do not run.
        """
        if self._handler is None:
            raise WorkerError("the workers do not run: call start_polling() first")
        self._handler.update_polling_options(
            concurrency=concurrency, poll_interval=poll_interval, poll_timeout=poll_timeout
        )

    def __enter__(self) -> Self:
        self.start_polling()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_polling()
