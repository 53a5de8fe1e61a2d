"""Ends a process whose event loop no longer turns: gives its tasks back from a thread, and exits."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final

from conductor_core.errors import ConductorError
from conductor_core.worker._results import given_back

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conductor_core.worker._polled import JsonObject, PolledTask

logger = logging.getLogger("conductor.worker")

# A loop that owes a sign of life for so long cannot give its tasks back by itself.
_SILENT_SECONDS: Final = 1.5
# What a loop gets on top of the stop limit, for the limit's own work.
_SPARE_SECONDS: Final = 5.0
_SEND_SECONDS: Final = 5.0
_SENDERS: Final = 8
EXIT_CODE: Final = 1


class LastResort:
    """Looks each second whether stop was asked for and the loop cannot follow.

    It acts on a second signal, and when the stop limit is long over. A task whose function had returned already is given
    back like the others, and is done once more; with an outbox file its result is sent later as well.

    Args:
        limit: seconds that running tasks get to finish after stop was asked for.
        stop: tells whether stop was requested, and whether it was forced.
        silent_seconds: how long the loop has owed a sign of life.
        tasks: the tasks that are not finished, each with the id of its worker.
        send: reports one result; blocks, raises ``ConductorError``.
        end: ends the process with an exit code.
        clock: seconds of real time.
    """

    def __init__(
        self,
        limit: float,
        *,
        stop: Callable[[], tuple[bool, bool]],
        silent_seconds: Callable[[], float],
        tasks: Callable[[], Sequence[tuple[PolledTask, str]]],
        send: Callable[[JsonObject], None],
        end: Callable[[int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._stop = stop
        self._silent_seconds = silent_seconds
        self._tasks = tasks
        self._send = send
        self._end = end
        self._clock = clock
        self._requested_at: float | None = None

    def tick(self) -> None:
        """Look, and act if need be; then this does not return."""
        requested, forced = self._stop()
        if not requested:
            return
        now = self._clock()
        if self._requested_at is None:
            self._requested_at = now
        overdue = now - self._requested_at >= self._limit + _SPARE_SECONDS
        if (forced or overdue) and self._silent_seconds() >= _SILENT_SECONDS:
            self._act()

    def _act(self) -> None:
        tasks = self._tasks()
        names = ", ".join(f"{task.task_id} ({task.task_type})" for task, _ in tasks)
        logger.critical(
            "the event loop is blocked, so this process ends without it; %d unfinished tasks are given back: %s",
            len(tasks),
            names or "none",
        )
        if tasks:
            pool = ThreadPoolExecutor(min(_SENDERS, len(tasks)), "conductor-give-back")
            wait([pool.submit(self._give_back, task, worker_id) for task, worker_id in tasks], timeout=_SEND_SECONDS)
        self._end(EXIT_CODE)

    def _give_back(self, task: PolledTask, worker_id: str) -> None:
        outcome = given_back("the worker stopped before the task was finished")
        try:
            self._send(outcome.document(task, worker_id))
        except ConductorError as error:
            logger.error("task %s could not be given back: %s", task.task_id, error)  # noqa: TRY400 - one line; the error says all
