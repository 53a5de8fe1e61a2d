"""One line of JSON for each log record."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from conductor_core.logs._fields import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_PLAIN: Final = (str, int, float, bool, type(None))


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message and exception; the fields of the running task; and what ``extra=`` gave the record.

    Args:
        tags: put on each line.
    """

    def __init__(self, tags: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._tags = dict(tags or {})

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        stamp(record)
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **self._tags,
        }
        for name, value in record.__dict__.items():
            if name not in _OWN and name not in line and value not in ("", None):
                line[name] = value if isinstance(value, _PLAIN) else str(value)
        exception = record.exc_text or (self.formatException(record.exc_info) if record.exc_info else None)
        if exception:
            line["exception"] = exception
        return json.dumps(line, ensure_ascii=False)
