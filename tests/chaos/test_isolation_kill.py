"""kill -9 of a program whose workers run in child processes: none of them is left."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests._support.processes import descendants, is_alive, until
from tests._support.stub_server import StubServer

pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="the tests look into /proc")

PROGRAM = Path(__file__).with_name("isolation_program.py")
ROOT = PROGRAM.parents[2]


async def started(server: StubServer) -> asyncio.subprocess.Process:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), server.url, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 60) == b"ready\n"
    return process


@pytest.mark.parametrize(
    "task_type",
    [
        "pause",
        pytest.param(
            "holding", marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux can end such a child")
        ),
    ],
)
async def test_no_child_outlives_its_parent(tmp_path: Path, task_type: str) -> None:
    """Also one that holds the interpreter's lock in compiled code, and can run no thread that would notice."""
    mark = tmp_path / "pid"
    async with StubServer() as server:
        process = await started(server)
        try:
            server.add(task_type, "t1", inputData={"seconds": 600, "file": str(mark)})
            await until(mark.exists)
            await asyncio.sleep(0.1)
            family = descendants(process.pid)
            assert len(family) >= 4, "the program, the server of forks, and a child for each worker"
        finally:
            process.send_signal(signal.SIGKILL)
            await process.wait()
        await until(lambda: not any(is_alive(pid) for pid in family))


async def test_a_program_that_is_stopped_leaves_none_either(tmp_path: Path) -> None:
    async with StubServer() as server:
        process = await started(server)
        family = descendants(process.pid)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 60) == 0
        await until(lambda: not any(is_alive(pid) for pid in family))
