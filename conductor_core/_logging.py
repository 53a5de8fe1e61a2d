"""The library's logger: silent unless the application configures logging, replaceable by any object with the usual methods."""

from __future__ import annotations

import contextlib
import functools
import logging
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

P = ParamSpec("P")
R = TypeVar("R")

_OWN = ("conductor", "conductor.plugins", "conductor.worker")


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


_chosen: ContextVar[Logger | None] = ContextVar("conductor_logger", default=None)


class _Routed(logging.Logger):
    """A logger of this library, whose lines go to the logger that the running context was given, if any."""

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802 - the name of the base class
        """Let every line through to a logger that was given: its own level decides."""
        return _chosen.get() is not None or super().isEnabledFor(level)

    def handle(self, record: logging.LogRecord) -> None:
        """Pass the line on."""
        chosen = _chosen.get()
        if chosen is None or chosen is self:
            super().handle(record)
            return
        text = record.getMessage()
        if record.exc_info:
            text = f"{text}\n{logging.Formatter().formatException(record.exc_info)}"
        if record.levelno >= logging.ERROR:
            chosen.error("%s", text)
        elif record.levelno >= logging.WARNING:
            chosen.warning("%s", text)
        elif record.levelno >= logging.INFO:
            chosen.info("%s", text)
        else:
            chosen.debug("%s", text)


def _own_logger(name: str) -> logging.Logger:
    logger = logging.getLogger(name)
    # In place, since whoever asks for the name gets this object; an application may have set a class of its own.
    logger.__class__ = type("_Routed", (_Routed, type(logger)), {})
    return logger


LOGGER, *_ = [_own_logger(name) for name in _OWN]
LOGGER.addHandler(logging.NullHandler())


def current_logger() -> Logger:
    """Return the logger that the running context was given, else the library's own."""
    return _chosen.get() or LOGGER


@contextlib.contextmanager
def routed_to(logger: Logger) -> Generator[None]:
    """Send what this library logs inside the block, and in tasks that are made there, to a logger that was given."""
    if logger is LOGGER:
        yield
        return
    token = _chosen.set(logger)
    try:
        yield
    finally:
        _chosen.reset(token)


def logging_as_here(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that logs to the logger of this place, for a thread that is started here."""
    chosen = current_logger()

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        with routed_to(chosen):
            return function(*args, **kwargs)

    return call


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
