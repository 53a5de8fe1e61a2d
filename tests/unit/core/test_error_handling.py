"""One way to add a sentence to a failure: throw it, or log it."""

from __future__ import annotations

import asyncio
import logging

import pytest

from conductor_core import ConductorError, handle_error
from conductor_core.errors import ConflictError


class Remembering:
    """A logger of another library: it has no ``warning``."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def debug(self, message: str, *args: object) -> None:
        self.lines.append(("debug", message % args))

    def info(self, message: str, *args: object) -> None:
        self.lines.append(("info", message % args))

    def error(self, message: str, *args: object) -> None:
        self.lines.append(("error", message % args))


def conflict() -> ConflictError:
    return ConflictError(method="POST", url="http://h/x", status=409, message="it exists")


def test_throw_wraps_a_foreign_error_with_message_and_cause() -> None:
    with (
        pytest.raises(ConductorError, match="cannot read the file: OSError: gone") as caught,
        handle_error("cannot read the file"),
    ):
        raise OSError("gone")
    assert isinstance(caught.value.__cause__, OSError)


def test_throw_keeps_the_class_of_our_own_errors() -> None:
    with pytest.raises(ConflictError) as caught, handle_error("cannot start"), handle_error("cannot register"):
        raise conflict()
    assert caught.value.status == 409
    assert caught.value.__notes__ == ["cannot register", "cannot start"]


@pytest.mark.parametrize("error", [OSError("gone"), conflict()], ids=lambda error: type(error).__name__)
def test_log_writes_one_error_line_and_goes_on(error: Exception) -> None:
    logger, after = Remembering(), False
    with handle_error("cannot start 100%", strategy="log", logger=logger):  # type: ignore[arg-type]  # it has no warning
        raise error
    after = True  # type: ignore[unreachable]  # the block swallows
    assert after
    ((level, line),) = logger.lines
    assert level == "error"
    assert line.startswith("cannot start 100%: ")
    assert str(error) in line


def test_log_uses_the_librarys_logger(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "conductor"), handle_error("cannot start", strategy="log"):
        raise conflict()
    assert "it exists" in caplog.text  # type: ignore[unreachable]  # the block swallows
    assert [record.name for record in caplog.records] == ["conductor"]


@pytest.mark.parametrize("strategy", ["throw", "log"])
def test_nothing_happens_without_a_failure(strategy: str, caplog: pytest.LogCaptureFixture) -> None:
    with handle_error("never shown", strategy=strategy):  # type: ignore[arg-type]  # both values
        pass
    assert caplog.records == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_what_ends_a_program_or_task_passes(error: type[BaseException]) -> None:
    with pytest.raises(error), handle_error("never", strategy="log"):
        raise error
