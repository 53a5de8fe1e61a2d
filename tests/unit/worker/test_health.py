"""Health: counters and percentiles, the documents made of them, the server, and the hook behind /metrics."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Settings, TaskHandler, hookimpl
from conductor_core.errors import ConfigurationError
from conductor_core.interfaces import MetricsPage
from conductor_core.worker import define_worker
from conductor_core.worker._config import WorkerOptions
from conductor_core.worker._health._counters import Counters, Window
from conductor_core.worker._health._document import document
from conductor_core.worker._health._durations import Durations, added, difference, percentile
from tests._support.stub_server import stub_plugins

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running


def serve(function: Any, name: str = "pay", **options: Any) -> Any:
    return define_worker(name, function, WorkerOptions(**options))


async def quick(x: int = 0) -> int:
    if x < 0:
        raise ValueError("negative")
    return x


@pytest.mark.parametrize("milliseconds", [0.002, 0.5, 3.0, 250.0, 90_000.0])
def test_a_percentile_is_off_by_a_tenth_at_most(milliseconds: float) -> None:
    times = Durations()
    for _ in range(10):
        times.add(milliseconds)
    assert percentile(times.buckets, 0.5) == pytest.approx(milliseconds, rel=0.1)


def test_percentiles_of_several_processes() -> None:
    fast, slow = Durations(), Durations()
    for _ in range(98):
        fast.add(1.0)
    for _ in range(2):
        slow.add(1000.0)
    both = added(fast.buckets, slow.buckets)
    assert percentile(both, 0.5) == pytest.approx(1.0, rel=0.1)
    assert percentile(both, 0.99) == pytest.approx(1000.0, rel=0.1)
    assert difference(both, fast.buckets) == slow.buckets
    assert percentile({}, 0.5) is None


def test_rates_are_those_of_the_last_minute() -> None:
    counters, window = Counters(), Window()
    for second in range(0, 200, 5):
        window.add(float(second), counters.copy())
        for _ in range(5 if second < 100 else 50):
            counters.executed(2.0, failed=False)
    seconds, recent = window.recent(200.0, counters.copy())
    assert 60 <= seconds <= 70
    assert recent.counts["completed"] / seconds == pytest.approx(10.0)
    assert counters.completed == 20 * 5 + 20 * 50


def snapshot(pid: int = 1, **changes: Any) -> dict[str, Any]:
    worker = {
        "name": "pay",
        "domain": None,
        "worker_id": "host",
        "isolation": "thread",
        "alive": True,
        "paused": False,
        "concurrency": 2,
        "in_flight": 1,
        "restarts": 0,
        "queue_full": 0,
        "last_error": None,
        "last_poll_at": f"2026-11-21T00:00:0{pid}+00:00",
        "last_poll_age_seconds": float(pid),
        "counts": {**dict.fromkeys(("poll_failures", "failed", "updates", "update_failures"), 0), "polls": 4}
        | {"tasks_received": 3, "completed": 30},
        "window": {
            "seconds": 10.0,
            "counts": dict.fromkeys(
                ("polls", "poll_failures", "tasks_received", "completed", "failed", "updates", "update_failures"), 20
            ),
            "times": {"poll_times": {}, "execution_times": {"10": 5}, "update_times": {}},
        },
    }
    empty = {"results": 2, "bytes": 20, "oldest_seconds": 1.0, "dead_letters": 0, "full": False, "file": None}
    return {
        "pid": pid,
        "started_at": "",
        "uptime_seconds": 1.0,
        "state": "serving",
        "frozen": False,
        "silent_seconds": 0.0,
        "held_by": None,
        "outbox": empty,
        "workers": [worker],
        **changes,
    }


def test_the_document_adds_up_processes() -> None:
    found = document([snapshot(1), snapshot(2)], expected=2)
    assert (found["status"], found["ready"], found["processes_expected"]) == ("UP", True, 2)
    (worker,) = found["workers"]
    assert (worker["processes"], worker["concurrency"], worker["in_flight"]) == (2, 4, 2)
    assert worker["counts"]["completed"] == 60
    assert worker["last_minute"]["per_second"]["completed"] == 4.0
    assert worker["last_minute"]["execution_times"]["p50_ms"] > 0
    assert worker["last_minute"]["poll_times"] == {"p50_ms": None, "p99_ms": None}
    assert (worker["last_poll_age_seconds"], worker["last_poll_at"]) == (1.0, "2026-11-21T00:00:02+00:00")
    assert found["outbox"]["results"] == 4
    assert [process["pid"] for process in found["processes"]] == [1, 2]


def test_processes_that_share_an_outbox_file_count_its_results_once() -> None:
    shared = {"results": 2, "bytes": 20, "oldest_seconds": 1.0, "dead_letters": 1, "full": False, "file": "box.db"}
    found = document([snapshot(1, outbox=shared), snapshot(2, outbox=shared)], expected=2)
    assert (found["outbox"]["results"], found["outbox"]["dead_letters"]) == (2, 1)


@pytest.mark.parametrize(
    ("processes", "status", "reason"),
    [
        ([], "DOWN", "2 of 2 processes are not running"),
        ([snapshot(1)], "DOWN", "1 of 2 processes are not running"),
        ([snapshot(1), snapshot(2, frozen=True)], "DOWN", "process 2: its event loop is blocked"),
        ([snapshot(1), snapshot(2, state="stopping")], "DOWN", "process 2: it is stopping"),
    ],
)
def test_what_makes_it_unhealthy(processes: list[Any], status: str, reason: str) -> None:
    found = document(processes, expected=2)
    assert (found["status"], found["ready"]) == (status, False)
    assert reason in found["not_ready_because"]


async def get(port: int | None, path: str, method: str = "GET", host: str = "127.0.0.1") -> tuple[int, str, str]:
    def ask() -> tuple[int, str, str]:
        assert port is not None
        connection = http.client.HTTPConnection(host, port, timeout=20)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.getheader("content-type", ""), answer.read().decode()
        finally:
            connection.close()

    return await asyncio.to_thread(ask)


async def test_the_server_tells_what_the_workers_do(stub: StubConductor, running: Running) -> None:
    for number in range(4):
        stub.add("pay", f"t{number}", inputData={"x": number - 1})
    async with asyncio.timeout(60), running(serve(quick), settings={"health_port": 0}) as handler:
        await stub.until(lambda: len(stub.results) == 4)
        await stub.until(lambda: handler.get_health()["workers"][0]["counts"]["updates"] == 4)
        port = handler.health_port
        assert (await get(port, "/livez"))[0] == 200
        status, kind, text = await get(port, "/readyz")
        assert (status, kind, json.loads(text)) == (200, "application/json", {"status": "ready", "because": []})
        status, _, text = await get(port, "/health?pretty=1")
        found = json.loads(text)
        (worker,) = found["workers"]
        assert (status, found["status"]) == (200, "UP")
        assert (worker["counts"]["completed"], worker["counts"]["failed"]) == (3, 1)
        assert worker["counts"]["tasks_received"] >= 1
        assert worker["last_poll_age_seconds"] < 60
        status, kind, text = await get(port, "/metrics")
        assert (status, kind) == (404, "text/plain; charset=utf-8")
        assert "conductor_render_metrics" in text
        assert (await get(port, "/elsewhere"))[0] == 404
        assert (await get(port, "/livez", "HEAD"))[::2] == (200, "")
        assert (await get(port, "/livez", "POST"))[0] == 501
        assert stub.script is None
        stub.script = lambda request: (500, None) if request.is_poll else None  # pyright: ignore[reportUnknownLambdaType] - a test's script
        await stub.until(lambda: handler.get_health()["workers"][0]["counts"]["poll_failures"])
        assert handler.get_health()["workers"][0]["last_error"]
    with pytest.raises(ConnectionRefusedError):
        await get(port, "/livez")
    assert handler.get_health()["status"] == "DOWN"


class Counting:
    """A plugin that offers metrics: one number for each process, added up."""

    @hookimpl
    def conductor_collect_metrics(self) -> object:
        return {"tasks": 3}

    @hookimpl
    def conductor_render_metrics(self, collected: Sequence[Any], health: Mapping[str, Any]) -> MetricsPage:
        total, outbox = sum(one["tasks"] for one in collected), health["outbox"]
        page = f"tasks {total}\noutbox {outbox['results']} {outbox['oldest_seconds']:.0f}\n"
        return MetricsPage("text/plain; version=0.0.4", page.encode())


class Broken:
    @hookimpl
    def conductor_collect_metrics(self) -> object:
        raise RuntimeError("cannot count")

    @hookimpl
    def conductor_render_metrics(self) -> MetricsPage:
        raise RuntimeError("cannot render")


async def test_a_plugin_serves_metrics_and_a_broken_one_does_not_hinder_it(
    stub: StubConductor, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    plugins = (Broken(), Counting())
    async with running(serve(quick), settings={"health_port": 0}, plugins=plugins) as handler:
        answer = await get(handler.health_port, "/metrics")
    assert answer == (200, "text/plain; version=0.0.4", "tasks 3\noutbox 0 0\n")
    assert "failed in conductor_collect_metrics" in caplog.text
    assert "failed in conductor_render_metrics" in caplog.text


async def test_a_port_that_is_taken_is_said_in_one_sentence(stub: StubConductor, running: Running) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"cannot listen on 127.0.0.1:{port}"):
            async with running(serve(quick), settings={"health_port": port}):
                pass


async def test_an_idle_connection_does_not_hold_up_others(stub: StubConductor, running: Running) -> None:
    async with running(serve(quick), settings={"health_port": 0}) as handler:
        assert handler.health_port is not None
        idle = [socket.create_connection(("127.0.0.1", handler.health_port)) for _ in range(5)]
        try:
            assert (await get(handler.health_port, "/livez"))[0] == 200
        finally:
            for connection in idle:
                connection.close()


def test_the_settings_of_the_server() -> None:
    environ = {"CONDUCTOR_WORKER_HEALTH_PORT": "8081", "CONDUCTOR_WORKER_HEALTH_HOST": "0.0.0.0"}  # noqa: S104 - as in a container
    settings = Settings.load(environ=environ)
    assert (settings.health_port, settings.health_host, settings.frozen_after) == (8081, "0.0.0.0", 10.0)  # noqa: S104 - the same
    assert Settings().health_port is None
    for wrong in (-1, 70_000, 1.5, True):
        with pytest.raises(ConfigurationError, match="port from 0 to 65535"):
            Settings(health_port=wrong)  # type: ignore[arg-type]  # the mistake under test


class Rendering:
    """A plugin that serves a page."""

    def __init__(self) -> None:
        self.pages = 0

    @hookimpl
    def conductor_render_metrics(self) -> MetricsPage:
        self.pages += 1
        return MetricsPage("text/plain", f"pages_total {self.pages}\n".encode())


async def test_the_metrics_file_is_written_at_once_and_at_the_end(stub: StubConductor, tmp_path: Path) -> None:
    file = tmp_path / "workers.prom"
    plugins = stub_plugins(stub, Rendering(), metrics_file=str(file), metrics_file_interval=3600.0)
    async with TaskHandler(plugins=plugins, workers=[serve(quick)], environ={}):
        async with asyncio.timeout(60):
            while not file.exists():  # noqa: ASYNC110 - a thread writes it
                await asyncio.sleep(0.01)
        assert file.read_text() == "pages_total 1\n"
    assert file.read_text() == "pages_total 2\n"
    assert os.listdir(tmp_path) == ["workers.prom"]  # noqa: PTH208 - nothing else may be left


async def test_a_metrics_file_that_cannot_be_written_is_said_once(
    stub: StubConductor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "gone" / "workers.prom"
    plugins = stub_plugins(stub, Rendering(), metrics_file=str(file), metrics_file_interval=0.01)
    stub.add("pay", "t1")
    async with TaskHandler(plugins=plugins, workers=[serve(quick)], environ={}):
        async with asyncio.timeout(60):
            while not stub.results:  # noqa: ASYNC110 - the workers decide when
                await asyncio.sleep(0.05)
    assert [r.getMessage() for r in caplog.records if "workers.prom cannot be written" in r.getMessage()][1:] == []
    assert "No such file" in caplog.text
