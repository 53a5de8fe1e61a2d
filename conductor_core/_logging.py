"""The library's logger: silent unless the application configures logging, replaceable by any object with the usual methods."""

from __future__ import annotations

import logging
from typing import Any, Protocol, runtime_checkable

LOGGER = logging.getLogger("conductor")
LOGGER.addHandler(logging.NullHandler())


@runtime_checkable
class Logger(Protocol):
    """What the framework needs of a logger: the standard library's, or any other with these methods."""

    def debug(self, message: str, /, *args: object) -> Any:
        """Log what only a developer wants to see."""

    def info(self, message: str, /, *args: object) -> Any:
        """Log what is normal and worth a line."""

    def warning(self, message: str, /, *args: object) -> Any:
        """Log what may need attention."""

    def error(self, message: str, /, *args: object) -> Any:
        """Log a failure."""


class _Adapted:
    """Fills the gaps of a foreign logger: ``warn`` for ``warning``, ``info`` where neither exists."""

    def __init__(self, target: Any) -> None:
        self._target = target
        self.debug = target.debug
        self.info = target.info
        self.error = target.error
        self.warning = getattr(target, "warning", None) or getattr(target, "warn", None) or target.info


def as_logger(target: object | None) -> Logger:
    """Return a logger for what the user passed; None means the library's own.

    Raises:
        TypeError: the object lacks ``debug``, ``info`` or ``error``.
    """
    if target is None:
        return LOGGER
    missing = [name for name in ("debug", "info", "error") if not callable(getattr(target, name, None))]
    if missing:
        raise TypeError(
            f"a logger needs the methods debug, info and error; {type(target).__name__} lacks {', '.join(missing)}"
        )
    return target if isinstance(target, Logger) else _Adapted(target)
