"""What a start says, what can be asked while it runs, and what is gone at the end."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Plugins, Settings, TransportFactory, hookimpl
from conductor_core._drivers import SyncDriver
from conductor_core._http_client import ClientParts
from conductor_core.events import TaskPaused
from conductor_core.http import MockTransport, Response
from conductor_core.worker import define_worker
from conductor_core.worker._calls import poll_call
from conductor_core.worker._config import WorkerOptions
from conductor_core.worker._notify import Notifier
from tests._support.stub_server import stub_plugins

if TYPE_CHECKING:
    from conductor_core.http import AsyncBaseTransport
    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running, Virtual


async def work() -> str:
    return "done"


def serve(name: str = "pay", function: Any = work, **options: Any) -> Any:
    return define_worker(name, function, WorkerOptions(**options))


def test_one_line_at_start_shows_the_options_and_a_debug_line_their_sources(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        environ = {"CONDUCTOR_WORKER_PAY_CONCURRENCY": "7", "CONDUCTOR_WORKER_ALL_POLL_INTERVAL": "-1"}
        async with running(serve(), environ=environ):
            await stub.until(lambda: stub.polls)

    with caplog.at_level(logging.DEBUG, "conductor.worker"):
        virtual(main)
    lines = [record for record in caplog.records if "Worker[name=pay" in record.getMessage()]
    assert [record.levelname for record in lines] == ["INFO"]
    assert "concurrency=7" in lines[0].getMessage()
    assert "concurrency=7 (CONDUCTOR_WORKER_PAY_CONCURRENCY)" in caplog.text
    assert "poll_interval=-1 of worker 'pay'" in caplog.text


def test_a_line_says_that_the_workers_are_ready_and_one_how_they_ended(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with running(serve(), serve("ship")):
            await stub.until(lambda: stub.polls)

    with caplog.at_level(logging.INFO, "conductor.worker"):
        virtual(main)
    lines = [record.getMessage() for record in caplog.records if record.levelname == "INFO"]
    assert [line.partition("[")[0] for line in lines[:2]] == ["Conductor Worker"] * 2
    assert lines[2].startswith("ready: polling http")
    assert lines[2].endswith("workers: 2")
    assert lines[-1] == "stopped: 0 tasks given back, 0 results undelivered"


def test_a_status_tells_everything_about_a_worker(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def slow() -> None:
        await asyncio.sleep(30)

    async def main() -> Any:
        stub.script = lambda request: (500, {"message": "away"}) if len(stub.requests) == 1 else None
        stub.add("pay", "t1", domain="eu")
        async with running(serve(function=slow, domain="eu", concurrency=3, worker_id="me")) as handler:
            await stub.until(lambda: not stub.queue("pay", "eu"))
            await asyncio.sleep(1)
            return handler.get_worker_status()[0]

    status = virtual(main)
    assert (status.name, status.domain, status.worker_id, status.pid) == ("pay", "eu", "me", os.getpid())
    assert (status.alive, status.paused, status.concurrency, status.tasks_running) == (True, False, 3, 1)
    assert (status.restarts, status.queue_full, status.possible_orphans) == (0, 0, 0)
    assert status.polls >= 1
    assert datetime.now(UTC) - status.last_poll_time < timedelta(minutes=1)
    assert "away" in status.last_error


def test_each_task_of_a_chain_has_a_lease_of_its_own_and_none_is_left_at_the_end(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    tracked: list[list[str]] = []

    async def main() -> None:
        for number in range(3):
            stub.add("pay", f"t{number}", responseTimeoutSeconds=10)

        async def looks() -> None:
            tracked.append([thread.name for thread in threading.enumerate() if thread.name == "conductor-lease"])
            schedule = handlers[0]._runtime._services.leases._schedule
            tracked[-1] = list(schedule._leases)

        handlers: list[Any] = []
        async with running(serve(function=looks, lease_extend_enabled=True)) as handler:
            handlers.append(handler)
            await stub.until(lambda: len(stub.results) == 3)
            assert len(handlers[0]._runtime._services.leases) == 0

    virtual(main)
    assert tracked == [["t0"], ["t1"], ["t2"]]


async def test_a_listener_may_end_the_process(stub: StubConductor) -> None:
    class Leaves:
        def on_task_paused(self, event: Any) -> None:
            raise SystemExit(3)

    plugins = stub_plugins(stub)
    plugins.add_listener(Leaves())
    with pytest.raises(SystemExit):
        await Notifier(plugins.listeners()).emit(TaskPaused(task_type="pay"))


@pytest.mark.parametrize("body", [b"null", b"[]", b""])
def test_every_form_of_nothing_is_an_empty_poll(body: bytes) -> None:
    class Empty(TransportFactory):
        name = "empty"

        def sync_transport(self) -> MockTransport:
            return MockTransport(lambda request: Response(200, content=body))

        def async_transport(self) -> AsyncBaseTransport:
            raise NotImplementedError

    class EmptyPlugin:
        @hookimpl
        def conductor_register_transport(self) -> type[TransportFactory]:
            return Empty

    settings = Settings(server_url="http://stub/api", transport="empty")
    driver = SyncDriver(ClientParts.choose(settings, Plugins.from_settings(settings, plugins=[EmptyPlugin()])))
    assert not driver.run(poll_call("pay", worker_id="me", count=1, timeout_ms=0, domain=None))
    driver.close()
