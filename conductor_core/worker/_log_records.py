"""Log records as plain data, so that a process can hand its own to the parent."""

from __future__ import annotations

import contextlib
import logging
import traceback
from typing import TYPE_CHECKING, Any

from conductor_core.logs._fields import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FIELDS = (
    "name",
    "levelno",
    "levelname",
    "pathname",
    "filename",
    "module",
    "lineno",
    "funcName",
    "created",
    "msecs",
    "relativeCreated",
    "process",
    "processName",
    "thread",
    "threadName",
    "taskName",
    "stack_info",
)
_OWN = frozenset({*_FIELDS, "args", "exc_info", "exc_text", "msg", "message", "asctime"})
_PLAIN = (str, int, float, bool, type(None))


def as_data(record: logging.LogRecord) -> dict[str, Any]:
    """Return a record as plain data: message and traceback as text, and the extra fields that are plain themselves."""
    data = {name: value for name in _FIELDS if isinstance(value := getattr(record, name, None), _PLAIN)}
    try:
        data["msg"] = record.getMessage()
    except Exception as error:  # noqa: BLE001 - a wrong format string must not lose the line
        data["msg"] = f"{record.msg!s} (its arguments do not fit: {error})"
    data["exc_text"] = _traceback(record)
    extra = {name: value for name, value in vars(record).items() if name not in _OWN and isinstance(value, _PLAIN)}
    return {**extra, **data}


def handle(data: Mapping[str, Any]) -> None:
    """Give a record of another process to this one's loggers, as if it had been made here."""
    record = logging.makeLogRecord({**data, "args": None, "exc_info": None})
    target = logging.getLogger(record.name)
    if target.isEnabledFor(record.levelno):
        target.handle(record)


def levels() -> dict[str, int]:
    """Return the level of each logger that has one of its own; the root's name is empty."""
    found = {"": logging.getLogger().level}
    for name, logger in logging.Logger.manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and logger.level:
            found[name] = logger.level
    return found


class Forwarder(logging.Handler):
    """Sends each record as plain data; nothing that goes wrong with it reaches who logs.

    Args:
        send: takes the record's data; safe to call from any thread.
    """

    def __init__(self, send: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        with contextlib.suppress(Exception):
            stamp(record)  # the process that shows the line does not know which task runs here
            self._send(as_data(record))

    def install(self, levels_of_parent: Mapping[str, int]) -> None:
        """Become the only handler of this process's root logger, with the levels of the parent's loggers.

        A later ``logging.basicConfig`` does nothing then, so no line appears twice.
        """
        root = logging.getLogger()
        for handler in list(root.handlers):
            root.removeHandler(handler)
        root.addHandler(self)
        for name, level in levels_of_parent.items():
            logging.getLogger(name or None).setLevel(level)


def _traceback(record: logging.LogRecord) -> str | None:
    if record.exc_text:
        return record.exc_text
    if record.exc_info and record.exc_info[0] is not None:
        return "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
    return None
