"""The library's logger: silent by default, replaceable by any object with the usual methods."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import subprocess
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from conductor_core import AuthProvider, Logger, Settings, TaskHandler, worker_task
from conductor_core._logging import LOGGER, as_logger, current_logger, routed_to
from conductor_core.worker import define_worker
from tests._support.strangers import offering
from tests._support.stub_server import StubConductor, stub_plugins

if TYPE_CHECKING:
    from pathlib import Path

    from conductor_core.events import PollStarted
    from conductor_core.interfaces import AuthConnection


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


def test_lines_of_the_library_go_to_the_logger_of_the_context(caplog: pytest.LogCaptureFixture) -> None:
    foreign = Foreign()
    worker = logging.getLogger("conductor.worker")
    with routed_to(as_logger(foreign)):
        worker.debug("d %d", 1)
        LOGGER.info("i")
        logging.getLogger("conductor.plugins").warning("w")
        worker.critical("c")
        try:
            raise ZeroDivisionError  # noqa: TRY301 - for its traceback
        except ZeroDivisionError:
            worker.exception("e")
        logging.getLogger("other").warning("not ours")
    assert foreign.lines[:4] == ["debug d 1", "info i", "warn w", "error c"]
    assert foreign.lines[4].startswith("error e\nTraceback")
    assert len(foreign.lines) == 5
    assert [record.getMessage() for record in caplog.records] == ["not ours"]
    worker.warning("heard as ever")
    assert caplog.records[-1].getMessage() == "heard as ever"


async def test_tasks_keep_the_logger_of_where_they_were_made() -> None:
    first, second = Foreign(), Foreign()
    go = asyncio.Event()

    async def log(text: str) -> None:
        await go.wait()
        LOGGER.info(text)

    with routed_to(as_logger(first)):
        one = asyncio.create_task(log("one"))
    with routed_to(as_logger(second)):
        two = asyncio.create_task(log("two"))
        assert current_logger() is not LOGGER
    go.set()
    await asyncio.gather(one, two)
    assert (first.lines, second.lines) == (["info one"], ["info two"])
    assert current_logger() is LOGGER


async def test_workers_auth_and_plugins_log_where_the_program_wants_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "conductor")
    foreign, loggers = Foreign(), list[object]()

    class Curious(AuthProvider):
        name = "curious"

        def connect(self, connection: AuthConnection) -> None:
            loggers.append(connection.logger)

        def auth(self) -> None:
            """Add nothing."""

    stub = StubConductor()
    plugins = stub_plugins(stub, offering("conductor_register_auth", Curious), auth="curious")
    stub.add("echo", "t-1")
    stub.script = lambda seen: (500, {"message": "no luck"}) if len(stub.requests) == 1 else None

    @worker_task(task_definition_name="echo", poll_interval_millis=1)
    async def echo() -> dict[str, int]:
        raise ValueError("so it is")

    async with TaskHandler(workers=[echo], plugins=plugins, logger=foreign):
        await stub.until(lambda: "t-1" in stub.results)
    text = "\n".join(foreign.lines)
    assert "info " in text
    assert "no luck" in text
    assert "so it is" in text
    assert caplog.records == []
    (given,) = loggers
    given.info("of auth")  # type: ignore[attr-defined]  # a logger
    assert foreign.lines[-1] == "info of auth"


async def test_threads_of_workers_log_where_their_handler_does(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    foreign = Foreign()
    file = tmp_path / "results.db"
    file.write_bytes(b"no database at all" * 100)

    class Slow:
        conductor_blocking = True

        def on_poll_started(self, event: PollStarted) -> None:
            raise ZeroDivisionError(event.task_type)

    settings = Settings(server_url="http://127.0.0.1:9/api", outbox_file=str(file), health_port=0)

    async def work() -> None: ...

    with TaskHandler(
        settings,
        workers=[define_worker("pay", work)],
        environ={},
        logger=foreign,
        event_listeners=[Slow()],
    ) as handler:
        url = f"http://127.0.0.1:{handler.health_port}/health"
        with contextlib.suppress(urllib.error.HTTPError):  # it has no server
            await asyncio.to_thread(lambda: urllib.request.urlopen(url, timeout=20).close())
        async with asyncio.timeout(20):
            while not any("ZeroDivisionError" in line for line in list(foreign.lines)):  # noqa: ASYNC110 - a thread logs
                await asyncio.sleep(0.01)
    said = "\n".join(foreign.lines)
    assert "it is set aside as results.db.damaged-" in said
    assert '"GET /health HTTP/1.1"' in said
    assert caplog.records == []
