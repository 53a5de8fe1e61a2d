"""Logging for programs that set up none of their own."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import pytest

from conductor_core import ConfigurationError, SilentLogger, configure_logging
from conductor_core._log_setup import TRACE
from conductor_core._logging import LOGGER, as_logger, routed_to

if TYPE_CHECKING:
    from collections.abc import Iterator

HTTP = ("httpx", "httpcore", "h2", "hpack")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    handlers, level, propagate = list(LOGGER.handlers), LOGGER.level, LOGGER.propagate
    levels = {name: logging.getLogger(name).level for name in HTTP}
    yield
    LOGGER.handlers[:], LOGGER.propagate = handlers, propagate
    LOGGER.setLevel(level)
    for name, number in levels.items():
        logging.getLogger(name).setLevel(number)


def _said(level: str | int | None, environ: dict[str, str] | None = None) -> str:
    stream = io.StringIO()
    configure_logging(level, stream=stream, environ=environ or {})
    for number in (TRACE, logging.DEBUG, logging.INFO, logging.ERROR):
        logging.getLogger("conductor.worker").log(number, "line %d", number)
    return "".join(line.rpartition(" ")[2] + " " for line in stream.getvalue().splitlines())


@pytest.mark.parametrize(
    ("level", "environ", "heard"),
    [
        (None, {}, "20 40 "),
        ("debug", {}, "10 20 40 "),
        ("TRACE", {}, "5 10 20 40 "),
        (logging.ERROR, {}, "40 "),
        (None, {"CONDUCTOR_LOG_LEVEL": " error "}, "40 "),
        ("INFO", {"CONDUCTOR_LOG_LEVEL": "ERROR"}, "20 40 "),
    ],
)
def test_the_level_is_that_of_the_argument_else_of_the_environment(
    level: str | int | None, environ: dict[str, str], heard: str
) -> None:
    assert _said(level, environ) == heard


def test_lines_carry_tags_and_are_written_once() -> None:
    first, second = io.StringIO(), io.StringIO()
    configure_logging(stream=first, environ={})
    configure_logging(tags={"service": "50% orders"}, stream=second, environ={})
    LOGGER.info("hello")
    assert first.getvalue() == ""
    assert second.getvalue().endswith(" INFO service=50% orders conductor hello\n")
    assert len(second.getvalue().splitlines()) == 1


def test_http_libraries_are_heard_from_warning_on() -> None:
    configure_logging("TRACE", stream=io.StringIO(), environ={})
    assert [logging.getLogger(name).level for name in HTTP] == [logging.WARNING] * 4


def test_a_level_that_does_not_exist_is_named() -> None:
    with pytest.raises(ConfigurationError, match="LOUD"):
        configure_logging("LOUD")


def test_a_silent_logger_says_nothing(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    with routed_to(as_logger(SilentLogger())):
        for log in (LOGGER.debug, LOGGER.info, LOGGER.warning, LOGGER.error):
            log("heard?")
    captured = capsys.readouterr()
    assert caplog.records == []
    assert captured.out == captured.err == ""
