"""Logging for programs that set up none of their own: one call, one line for each event, secrets kept out."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Final, TextIO

from conductor_core._logging import LOGGER
from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

TRACE: Final = 5
"""A level below DEBUG."""

_LEVELS: Final = {
    "TRACE": TRACE,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARN": logging.WARNING,
    "WARNING": logging.WARNING,
    "ERROR": logging.ERROR,
    "CRITICAL": logging.CRITICAL,
}
# They log every step of a request, and hpack even the values of headers: tokens do not belong into a log.
_HTTP_LIBRARIES: Final = ("httpx", "httpcore", "h2", "hpack")
_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"


class SilentLogger:
    """A logger that says nothing; pass one as ``logger=`` to hear nothing of this library."""

    def debug(self, message: str, /, *args: object) -> None:
        """Say nothing."""

    def info(self, message: str, /, *args: object) -> None:
        """Say nothing."""

    def warning(self, message: str, /, *args: object) -> None:
        """Say nothing."""

    def error(self, message: str, /, *args: object) -> None:
        """Say nothing."""


def configure_logging(
    level: str | int | None = None,
    *,
    tags: Mapping[str, str] | None = None,
    as_json: bool | None = None,
    stream: TextIO | None = None,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Write this library's lines to a stream; a program that sets up :mod:`logging` itself needs none of this.

    Doing it again replaces what was set up before. The HTTP libraries are heard from WARNING on, whatever the level.

    Args:
        level: a name such as ``DEBUG``, or a number of :mod:`logging`; ``CONDUCTOR_LOG_LEVEL``, else INFO, when None.
        tags: put on each line, as ``key=value``.
        as_json: write one JSON document for each line, with the ids of the running task; where ``CONDUCTOR_LOG_FORMAT`` is ``json``
            when None.
        stream: where to; standard error when None.
        environ: the environment to read; the process' own when None.

    Raises:
        ConfigurationError: there is no such level, or no such format.
    """
    found = os.environ if environ is None else environ
    chosen = level if level is not None else found.get("CONDUCTOR_LOG_LEVEL", "")
    number = _level(chosen)
    logging.addLevelName(TRACE, "TRACE")
    marks = "".join(f" {key}={value}" for key, value in (tags or {}).items()).replace("%", "%%")
    handler = _Handler(stream or sys.stderr)
    text = logging.Formatter(_FORMAT.replace(" %(name)s", f"{marks} %(name)s"))
    as_json = wants_json(found) if as_json is None else as_json
    handler.setFormatter(json_formatter(tags) if as_json else text)
    for known in [known for known in LOGGER.handlers if isinstance(known, _Handler)]:
        LOGGER.removeHandler(known)
    LOGGER.addHandler(handler)
    LOGGER.setLevel(number)
    LOGGER.propagate = False
    quiet_http_libraries()


def wants_json(environ: Mapping[str, str]) -> bool:
    """Tell whether ``CONDUCTOR_LOG_FORMAT`` asks for JSON.

    Raises:
        ConfigurationError: it asks for something else than ``json`` or ``text``.
    """
    asked = environ.get("CONDUCTOR_LOG_FORMAT", "").strip().lower() or "text"
    if asked not in {"json", "text"}:
        raise ConfigurationError(f"CONDUCTOR_LOG_FORMAT must be text or json, got {asked!r}")
    return asked == "json"


def json_formatter(tags: Mapping[str, str] | None = None) -> logging.Formatter:
    """Return the formatter for JSON lines."""
    from conductor_core.logs import JsonFormatter  # noqa: PLC0415 - few programs need it

    return JsonFormatter(tags)


def quiet_http_libraries() -> None:
    """Hear the HTTP libraries from WARNING on: below, they log headers, and with them tokens."""
    for name in _HTTP_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Handler(logging.StreamHandler[TextIO]):
    """The one that :func:`configure_logging` made."""


def _level(chosen: str | int) -> int:
    if isinstance(chosen, int):
        return chosen
    name = chosen.strip().upper() or "INFO"
    if name not in _LEVELS:
        raise ConfigurationError(f"the log level must be one of {', '.join(_LEVELS)}, got {chosen!r}")
    return _LEVELS[name]
