"""Ends a process whose event loop no longer turns: gives its tasks back from a thread, and exits."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final

from conductor_core.errors import ConductorError

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

    It acts on a second signal, and when the stop limit is long over.

    Args:
        limit: seconds that running tasks get to finish after stop was asked for.
        stop: tells whether stop was requested, and whether it was forced.
        silent_seconds: how long the loop has owed a sign of life.
        last_words: the tasks in hand, each with what the server should be told: its result, or to take it back.
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
        last_words: Callable[[], Sequence[tuple[PolledTask, JsonObject]]],
        send: Callable[[JsonObject], None],
        end: Callable[[int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._stop = stop
        self._silent_seconds = silent_seconds
        self._last_words = last_words
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
        told = self._last_words()
        names = ", ".join(f"{task.task_id} ({task.task_type})" for task, _ in told)
        logger.critical(
            "the event loop is blocked, so this process ends without it; of %d tasks in hand the results are sent, and "
            "unfinished ones given back: %s",
            len(told),
            names or "none",
        )
        if told:
            pool = ThreadPoolExecutor(min(_SENDERS, len(told)), "conductor-last-resort")
            wait([pool.submit(self._tell, task, document) for task, document in told], timeout=_SEND_SECONDS)
        self._end(EXIT_CODE)

    def _tell(self, task: PolledTask, document: JsonObject) -> None:
        try:
            self._send(document)
        except ConductorError as error:
            logger.error("the server could not be told of task %s: %s", task.task_id, error)  # noqa: TRY400 - one line; the error says all
