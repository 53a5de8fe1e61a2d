"""The page of ``/metrics`` in a file, for collectors that read files: written at once, and again at an interval."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from typing import TYPE_CHECKING, Final

from conductor_core._logging import logging_as_here

if TYPE_CHECKING:
    from pathlib import Path

    from conductor_core.worker._health._answers import HealthAnswers

logger = logging.getLogger("conductor.worker")

_OK: Final = 200
_CLOSE_SECONDS: Final = 10.0


class MetricsFile:
    """Writes the page of all processes; a reader sees a whole page or the one before.

    Args:
        file: where to; its folder must be there.
        interval: seconds between two writes.
        answers: who knows the page.
    """

    def __init__(self, file: Path, interval: float, answers: HealthAnswers) -> None:
        self._file = file
        self._interval = interval
        self._answers = answers
        self._closed = threading.Event()
        self._failing = False
        self._thread = threading.Thread(target=logging_as_here(self._work), name="conductor-metrics-file", daemon=True)
        self._thread.start()

    def write(self) -> None:
        """Write the page once; what goes wrong is logged when it begins, and changes nothing else."""
        answer = self._answers.answer("/metrics", "")
        problem = self._replace(answer.body) if answer.status == _OK else answer.body.decode().strip()
        if problem is not None and not self._failing:
            logger.warning("the metrics file %s cannot be written: %s", self._file, problem)
        self._failing = problem is not None

    def close(self) -> None:
        """Write the last figures, and stop."""
        self._closed.set()
        self._thread.join(_CLOSE_SECONDS)

    def _work(self) -> None:
        self.write()
        while not self._closed.wait(self._interval):
            self.write()
        self.write()

    def _replace(self, page: bytes) -> str | None:
        """Put a page in place; return what went wrong, if anything did."""
        # Beside the file, since a rename stays within one file system; hidden, since collectors read *.prom.
        beside = self._file.with_name(f".{self._file.name}.{os.getpid()}.tmp")
        try:
            beside.write_bytes(page)
            beside.replace(self._file)
        except OSError as error:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            return str(error)
        return None
