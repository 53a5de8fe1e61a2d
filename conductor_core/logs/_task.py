"""A worker's log lines, sent to the log of the task that wrote them."""

from __future__ import annotations

import logging
from typing import Final

# Loggers whose lines tell about the runtime, and not about what the worker does.
_LIBRARY: Final = ("conductor", "httpx", "httpcore", "hpack", "h2")
_MARK: Final = "conductor_task_log"


class TaskLogHandler(logging.Handler):
    """Adds the records of a worker function to its task's execution log, as :meth:`TaskContext.add_log` does.

    Hang it onto the logger of the workers, or onto the root logger::

        logging.getLogger("shop").addHandler(TaskLogHandler())

    Records from outside of a task, and those of this library and of the HTTP libraries, are left out. How much a task may log
    is limited, as it is for ``add_log``.

    Args:
        level: the lowest level that is sent.
    """

    def __init__(self, level: int = logging.INFO) -> None:
        super().__init__(level)
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Add one record to the log of the running task."""
        from conductor_core.worker._context import current_task_context  # noqa: PLC0415 - programs without workers load none

        context = current_task_context()
        # A record of a child process comes by twice: there, and when the child hands it to the parent's loggers.
        if context is None or getattr(record, _MARK, False) or record.name.partition(".")[0] in _LIBRARY:
            return
        try:
            context.add_log(self.format(record))
            setattr(record, _MARK, True)
        except Exception:  # noqa: BLE001 - the rule of logging: nothing that goes wrong reaches who logs
            self.handleError(record)
