"""The supervisor of ``--processes N``, in this process, with copies of its own; and its pure parts."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Settings
from conductor_core.cli import main
from conductor_core.errors import ConfigurationError, WorkerError
from conductor_core.worker._channel import Channel
from conductor_core.worker._copies import _supervisor
from conductor_core.worker._copies._copy import Copy
from conductor_core.worker._copies._plan import RestartPlan
from conductor_core.worker._copies._spec import CopySpec, plain_settings, settings_from
from conductor_core.worker._copies._supervisor import CopySupervisor
from conductor_core.worker._copies._zombies import reap_strangers
from conductor_core.worker._health._document import document
from conductor_core.worker._log_records import Forwarder, as_data, levels
from tests._support.fake_plugins import Installed
from tests._support.processes import until
from tests._support.stub_server import StubServer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

MODULE = "tests._support.copies_workers"


def test_waits_between_restarts_double_and_begin_anew_after_a_minute_of_health() -> None:
    plan = RestartPlan()
    now, waits = 0.0, list[float | None]()
    for _ in range(8):
        plan.started(now)
        waits.append(plan.died(now + 59.0))
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    plan.started(now)
    assert plan.died(now + 60.0) == 1.0
    assert plan.restarts == 9


def test_a_copy_stays_down_after_its_last_restart() -> None:
    plan = RestartPlan(max_restarts=2)
    plan.started(0.0)
    assert [plan.died(100.0 * number) for number in range(3)] == [1.0, 1.0, None]


def test_settings_cross_as_plain_values_and_without_the_port_of_the_health_server() -> None:
    settings = Settings(auth_key="k", auth_secret="s", health_port=8080, options={"x": {"y": [1]}})
    spec = CopySpec(modules=("shop",), settings=plain_settings(settings), stop_timeout=3.0, levels={"": 30})
    again = CopySpec.decoded(spec.encoded())
    crossed = settings_from(again.settings)
    assert (crossed.auth_secret, crossed.options, crossed.health_port) == ("s", {"x": {"y": [1]}}, None)
    assert tuple(again.modules) == ("shop",)
    unsendable = CopySpec(modules=(), settings=plain_settings(Settings(options={"x": {"y": object()}})), stop_timeout=1)
    with pytest.raises(ConfigurationError, match="options must hold plain values"):
        unsendable.encoded()


def test_only_process_one_collects_strangers() -> None:
    assert reap_strangers(set()) == []


PROCESS_ONE = """
import subprocess, sys, time
from conductor_core.worker._copies._zombies import reap_strangers
own = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read(); sys.exit(7)"], stdin=subprocess.PIPE)
stranger = subprocess.Popen([sys.executable, "-c", ""])
collected = []
while not collected:
    collected = reap_strangers({own.pid}, process_id=1)
    time.sleep(0.01)
assert collected == [stranger.pid], collected
own.stdin.close()
end = time.monotonic() + 1
while time.monotonic() < end:
    assert reap_strangers({own.pid}, process_id=1) == []
    time.sleep(0.01)
print(own.wait())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="containers with a process 1 of their own are Linux")
def test_process_one_collects_strangers_and_leaves_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", PROCESS_ONE], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "7\n"


def test_a_log_record_that_cannot_be_formatted_still_crosses() -> None:
    record = logging.LogRecord("shop", logging.INFO, __file__, 1, "%d pieces", ("many",), None)
    assert as_data(record)["msg"].startswith("%d pieces (its arguments do not fit")


@asynccontextmanager
async def supervised(count: int, url: str, **options: Any) -> AsyncGenerator[tuple[CopySupervisor, asyncio.Task[int]]]:
    spec = CopySpec(
        modules=(options.pop("module", MODULE),),
        settings=plain_settings(Settings(server_url=url)),
        stop_timeout=20.0,
        tells_health=True,
        levels={"": logging.INFO},
    )
    supervisor = CopySupervisor(spec, count, **options)
    running = asyncio.create_task(asyncio.to_thread(supervisor.run))
    try:
        yield supervisor, running
    finally:
        supervisor.force()
        await asyncio.wait((running,), timeout=60)


async def test_copies_are_watched_and_stopped_together(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "conductor"):
        async with StubServer() as server, supervised(2, server.url) as (supervisor, running):
            await until(lambda: document(supervisor.health.snapshots(), expected=2)["ready"])
            server.add("where", "t1")
            await server.until(lambda: server.results)
            supervisor.stop()
            assert await asyncio.wait_for(running, 60) == 0
    assert supervisor.health.snapshots() == []
    assert caplog.text.count("has ended: 0 tasks given back, 0 results undelivered") == 2
    pids = {record.process for record in caplog.records if record.name == "conductor.shop"}
    assert pids == {server.result("t1")["outputData"]["result"]}


@pytest.mark.skipif(os.name == "nt", reason="the test sends signals")
async def test_a_copy_that_dies_too_often_stays_down_and_the_exit_code_tells(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "conductor"):
        async with StubServer() as server, supervised(1, server.url, max_restarts=1) as (supervisor, running):
            (member,) = supervisor.members
            await until(lambda: member.was_ready)
            first = member.pid
            assert first is not None
            os.kill(first, signal.SIGKILL)
            await until(lambda: member.was_ready and member.pid not in (None, first))
            second = member.pid
            assert second is not None
            os.kill(second, signal.SIGTERM)
            assert await asyncio.wait_for(running, 60) == 1
    assert f"copy 1 (pid {first}) was killed by SIGKILL" in caplog.text
    assert f"copy 1 (pid {second}) was told to stop by somebody else and stays down" in caplog.text


@pytest.mark.skipif(os.name == "nt", reason="the test sends signals")
async def test_a_copy_that_does_not_end_is_killed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_supervisor, "_FORCED_SECONDS", 0.2)
    async with StubServer() as server, supervised(1, server.url) as (supervisor, running):
        (member,) = supervisor.members
        await until(lambda: member.was_ready)
        assert member.pid is not None
        os.kill(member.pid, signal.SIGSTOP)
        supervisor.force()
        assert await asyncio.wait_for(running, 60) == 1
    assert "did not end in time and is killed" in caplog.text
    assert "SIGKILL (signal 9)" in caplog.text


METRICS = """
import os
from conductor_core import hookimpl

@hookimpl
def conductor_collect_metrics():
    return {"pid": os.getpid()}
"""


async def test_a_scrape_asks_every_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Installed(tmp_path).distribution(
        "scraped", "1.0", "[conductor.plugins]\nscraped = scraped_plugin\n", scraped_plugin=METRICS
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    async with StubServer() as server, supervised(2, server.url) as (supervisor, running):
        await until(lambda: all(member.was_ready for member in supervisor.members))
        collected = await asyncio.to_thread(supervisor.health.collected_metrics)
        own = [process["plugins:scraped"]["pid"] for process in collected]
        assert sorted(own) == sorted(member.pid for member in supervisor.members if member.pid)
        supervisor.stop()
        assert await asyncio.wait_for(running, 60) == 0


async def test_what_keeps_all_copies_from_starting_is_an_error() -> None:
    async with supervised(2, "http://127.0.0.1:9/api", module="no_such_module_of_workers") as (_, running):
        with pytest.raises(WorkerError, match="there is no module 'no_such_module_of_workers'"):
            await asyncio.wait_for(running, 60)


def test_a_copy_obeys_its_supervisor(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy's own program, in this process; a thread plays the supervisor."""
    ours, theirs = multiprocessing.Pipe()
    heard: list[Any] = []
    supervisor = Channel(ours)

    def lead() -> None:
        while (message := supervisor.receive())["kind"] != "ended":
            heard.append(message)
            if message["kind"] == "ready":
                supervisor.send({"kind": "collect", "number": 3})
            elif message["kind"] == "collected":
                supervisor.send({"kind": "stop"})
        heard.append(message)

    leading = threading.Thread(target=lead)
    leading.start()
    settings = plain_settings(Settings(server_url="http://127.0.0.1:9/api"))
    spec = CopySpec(modules=(MODULE,), settings=settings, stop_timeout=5.0, tells_health=True)
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setenv("CONDUCTOR_WORKER_ISOLATION", "thread")
    monkeypatch.delitem(sys.modules, MODULE, raising=False)  # so that its import registers the workers anew
    try:
        assert Copy(Channel(theirs), spec).run() == 0
    finally:
        signal.signal(signal.SIGTERM, before)
        leading.join(20)
        ours.close()
        theirs.close()
    kinds = {message["kind"] for message in heard}
    assert kinds >= {"ready", "health", "collected", "ended"}
    assert heard[-1] == {"kind": "ended", "given_back": [], "undelivered": 0, "signalled": False}
    health = next(message for message in heard if message["kind"] == "health")["snapshot"]
    assert {worker["name"] for worker in health["workers"]} >= {"where", "waiting"}


@pytest.mark.skipif(os.name == "nt", reason="the test sends signals")
def test_the_command_supervises_until_a_signal(caplog: pytest.LogCaptureFixture) -> None:
    """In the main thread, as a program does; another thread waits for the copy, and sends the signal."""
    caplog.set_level(logging.INFO, "conductor")

    over = threading.Event()

    def end() -> None:
        for _ in range(3000):
            if "is ready" in caplog.text or over.wait(0.02):
                break
        if not over.is_set():
            os.kill(os.getpid(), signal.SIGTERM)

    ending = threading.Thread(target=end)
    ending.start()
    before = signal.getsignal(signal.SIGTERM)
    words = [
        "worker",
        "run",
        MODULE,
        "--processes",
        "1",
        "--health-port",
        "0",
        "--server-url",
        "http://127.0.0.1:9/api",
    ]
    try:
        assert main(words) == 0
    finally:
        over.set()
        ending.join(60)
    assert signal.getsignal(signal.SIGTERM) is before
    assert "health on http://127.0.0.1:" in caplog.text
    assert "copy 1" in caplog.text


def test_a_forwarder_becomes_the_only_handler_with_the_levels_of_the_parent() -> None:
    root, other = logging.getLogger(), logging.getLogger("shop.forwarded")
    handlers, level = list(root.handlers), root.level
    sent: list[dict[str, Any]] = []
    try:
        Forwarder(sent.append).install({"": logging.ERROR, "shop.forwarded": logging.DEBUG})
        other.debug("piece %d", 3, extra={"order": 7, "odd": object()})
        logging.getLogger("shop.quiet").warning("not wanted")
        try:
            int("x")
        except ValueError:
            other.exception("wrong")
    finally:
        for handler in list(root.handlers):
            root.removeHandler(handler)
        for handler in handlers:
            root.addHandler(handler)
        root.setLevel(level)
        other.setLevel(logging.NOTSET)
    assert [(one["msg"], one["process"]) for one in sent] == [("piece 3", os.getpid()), ("wrong", os.getpid())]
    assert (sent[0]["order"], "odd" in sent[0]) == (7, False)
    assert sent[1]["exc_text"].startswith("Traceback")
    assert levels()[""] == level
