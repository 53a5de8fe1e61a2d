"""kill -9 at the worst moments: what a worker has finished still reaches the server, by the next process or another one."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests._support.stub_server import StubServer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

PROGRAM = Path(__file__).with_name("outbox_program.py")
ROOT = PROGRAM.parents[2]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kill -9 is a signal")


@asynccontextmanager
async def program(server: StubServer, file: Path, mode: str = "run") -> AsyncGenerator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        server.url,
        str(file),
        mode,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::ResourceWarning"},
    )
    try:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def stored(file: Path) -> int:
    database = sqlite3.connect(file)
    try:
        (count,) = database.execute("SELECT COUNT(*) FROM letter").fetchone()
        return int(count)
    finally:
        database.close()


async def ended(process: asyncio.subprocess.Process) -> int:
    process.send_signal(signal.SIGTERM)
    return await asyncio.wait_for(process.wait(), 30)


def add(server: StubServer, number: int) -> None:
    for name in range(number):
        server.add("pay", f"t{name}", inputData={"amount": name})


def refuse_updates(request: Any) -> Any:
    return (500, {"message": "not now"}) if request.is_update else None


async def test_killed_between_the_end_of_the_function_and_the_first_try(tmp_path: Path) -> None:
    file = tmp_path / "results.db"
    async with StubServer() as server:
        async with program(server, file, "die") as process:
            add(server, 1)
            assert await asyncio.wait_for(process.wait(), 30) == -signal.SIGKILL
        assert not server.updates
        assert stored(file) == 1
        async with program(server, file) as process:
            await asyncio.wait_for(server.until(lambda: server.results), 30)
            assert await ended(process) == 0
        assert server.result("t0")["outputData"] == {"paid": 0}
        assert stored(file) == 0


async def test_killed_in_the_middle_of_the_retries(tmp_path: Path) -> None:
    file = tmp_path / "results.db"
    async with StubServer() as server:
        server.script = refuse_updates
        async with program(server, file) as process:
            add(server, 5)
            await asyncio.wait_for(server.until(lambda: len(server.updates) == 5), 30)
            process.kill()
            await process.wait()
        assert stored(file) == 5
        server.script = None
        async with program(server, file) as process:
            await asyncio.wait_for(server.until(lambda: len(server.results) == 5), 30)
            assert await ended(process) == 0
        assert [server.result(f"t{number}")["outputData"] for number in range(5)] == [{"paid": n} for n in range(5)]
        assert stored(file) == 0


async def test_another_process_on_the_same_file_sends_what_a_killed_one_left(tmp_path: Path) -> None:
    file = tmp_path / "results.db"
    async with StubServer() as server, program(server, file) as victim:
        server.script = refuse_updates
        add(server, 5)
        await asyncio.wait_for(server.until(lambda: len(server.updates) == 5), 30)
        async with program(server, file) as survivor:
            server.script = None
            server.add("pay", "mine", inputData={"amount": 9})
            await asyncio.wait_for(server.until(lambda: "mine" in server.results), 30)
            assert stored(file) >= 5
            victim.kill()
            await asyncio.wait_for(server.until(lambda: len(server.results) == 6), 30)
            assert await ended(survivor) == 0
        assert all(len(bodies) == 1 for bodies in server.results.values())
        assert stored(file) == 0


async def test_results_for_another_server_stay_where_they_are(tmp_path: Path) -> None:
    file = tmp_path / "results.db"
    async with StubServer() as one, StubServer() as other:
        async with program(one, file, "die") as process:
            add(one, 1)
            assert await asyncio.wait_for(process.wait(), 30) == -signal.SIGKILL
        async with program(other, file) as process:
            other.add("pay", "theirs", inputData={"amount": 7})
            await asyncio.wait_for(other.until(lambda: other.results), 30)
            await asyncio.sleep(1.2)  # longer than the lease of the process that was killed
            assert await ended(process) == 0
        assert list(other.results) == ["theirs"]
        assert stored(file) == 1
