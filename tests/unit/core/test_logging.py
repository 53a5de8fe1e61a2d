"""The library's logger: silent by default, replaceable by any object with the usual methods."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from conductor_core import Logger
from conductor_core._logging import LOGGER, as_logger


class Foreign:
    """A logger as other libraries have it: ``warn`` instead of ``warning``."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def debug(self, message: str, *args: object) -> None:
        self.lines.append("debug " + message % args)

    def info(self, message: str, *args: object) -> None:
        self.lines.append("info " + message % args)

    def warn(self, message: str, *args: object) -> None:
        self.lines.append("warn " + message % args)

    def error(self, message: str, *args: object) -> None:
        self.lines.append("error " + message % args)


class WithoutWarn(Foreign):
    warn = None  # type: ignore[assignment]  # such loggers exist


def test_none_means_the_librarys_own() -> None:
    assert as_logger(None) is LOGGER
    assert LOGGER.name == "conductor"


def test_a_standard_logger_is_taken_as_it_is() -> None:
    logger = logging.getLogger("mine")
    assert as_logger(logger) is logger
    assert isinstance(logger, Logger)


@pytest.mark.parametrize(("kind", "line"), [(Foreign, "warn seven 7"), (WithoutWarn, "info seven 7")])
def test_a_foreign_logger_is_adapted(kind: type[Foreign], line: str) -> None:
    foreign = kind()
    logger = as_logger(foreign)
    assert isinstance(logger, Logger)
    logger.warning("seven %d", 7)
    logger.debug("d")
    logger.error("e")
    assert foreign.lines == [line, "debug d", "error e"]


@pytest.mark.parametrize("target", ["conductor", 7, object()])
def test_what_is_no_logger_is_refused(target: object) -> None:
    with pytest.raises(TypeError, match=f"{type(target).__name__} lacks debug, info, error"):
        as_logger(target)


def test_nothing_is_printed_by_a_program_that_configures_no_logging() -> None:
    program = "from conductor_core._logging import LOGGER; LOGGER.warning('heard'); LOGGER.critical('heard')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr == done.stdout == ""
