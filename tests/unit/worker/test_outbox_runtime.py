"""A runtime with its outbox in a file: before the first try, through an outage, and from one run to the next."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.http import ConnectError
from conductor_core.worker import define_worker
from conductor_core.worker._config import WorkerOptions

if TYPE_CHECKING:
    from pathlib import Path

    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running, Virtual


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "results.db"


def rows(file: Path) -> list[Any]:
    database = sqlite3.connect(file)
    try:
        return database.execute("SELECT document FROM letter ORDER BY number").fetchall()
    finally:
        database.close()


async def work() -> str:
    return "done"


def serve(**options: Any) -> Any:
    return define_worker("pay", work, WorkerOptions(**options))


def test_a_result_is_in_the_file_before_its_first_try_and_gone_after_it(
    virtual: Virtual, running: Running, stub: StubConductor, file: Path
) -> None:
    seen: list[int] = []

    def look(request: Any) -> None:
        if request.is_update:
            seen.append(len(rows(file)))

    async def main() -> Any:
        stub.script = look
        for number in range(20):
            stub.add("pay", f"t{number}")
        async with running(serve(), settings={"outbox_file": str(file)}) as handler:
            await stub.until(lambda: len(stub.results) == 20)
            assert handler.get_outbox_status().file == str(file)
        return handler

    handler = virtual(main, threads=True)
    assert handler.report.clean
    assert min(seen) >= 1
    assert rows(file) == []


def test_ten_minutes_of_outage_with_a_file_lose_nothing_and_report_nothing_twice(
    virtual: Virtual, running: Running, stub: StubConductor, file: Path
) -> None:
    is_over: list[bool] = []

    async def main() -> None:
        def down(request: Any) -> None:
            if not is_over and (request.is_update or not stub.queue("pay")):
                raise ConnectError("down")

        stub.script = down
        for number in range(5):
            stub.add("pay", f"t{number}")
        async with running(serve(concurrency=5, poll_interval=5000), settings={"outbox_file": str(file)}):
            await stub.until(lambda: len(rows(file)) == 5)  # a disk takes real time, which this clock does not know
            await asyncio.sleep(600)
            assert len(rows(file)) == 5
            is_over.append(True)
            await asyncio.sleep(300)

    virtual(main, threads=True)
    assert sorted(stub.results) == [f"t{number}" for number in range(5)]
    assert all(len(bodies) == 1 for bodies in stub.results.values())
    assert rows(file) == []


def test_what_the_server_does_not_take_at_the_end_waits_in_the_file_for_the_next_run(
    virtual: Virtual, running: Running, stub: StubConductor, file: Path
) -> None:
    settings = {"outbox_file": str(file)}

    async def first() -> Any:
        stub.script = lambda request: (500, None) if request.is_update else None
        stub.add("pay", "t1")
        async with running(serve(), settings=settings, stop_timeout=5) as handler:
            await stub.until(lambda: stub.updates)
        return handler

    async def second() -> None:
        stub.script = None
        async with running(serve(), settings=settings):
            await stub.until(lambda: stub.results)

    handler = virtual(first, threads=True)
    assert (handler.report.undelivered, handler.report.clean) == (0, True)
    assert len(rows(file)) == 1
    virtual(second, threads=True)
    assert stub.result("t1")["outputData"] == {"result": "done"}
    assert rows(file) == []
