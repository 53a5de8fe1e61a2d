"""SIGTERM and SIGINT against a real process: no poll after the signal, every result, exit code 0, nothing left."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import statistics
import sys
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests._support.stub_server import Seen, StubServer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

PROGRAM = Path(__file__).with_name("workers_program.py")
ROOT = PROGRAM.parents[2]
UNSHARE = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]


@asynccontextmanager
async def program(
    server: StubServer, *, stop_timeout: float = 30.0, prefix: tuple[str, ...] = (), mode: str = "thread"
) -> AsyncGenerator[asyncio.subprocess.Process]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::ResourceWarning"}
    process = await asyncio.create_subprocess_exec(
        *prefix,
        sys.executable,
        str(PROGRAM),
        server.url,
        str(stop_timeout),
        mode,
        stdout=asyncio.subprocess.PIPE,
        env=environment,
    )
    try:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 20) == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def fill(server: StubServer, seconds: float) -> None:
    """Fifty tasks for the slots, and as many again that nobody may take once the signal has arrived."""
    for number in range(50):
        for task_type in ("blocking", "waiting"):
            server.add(task_type, f"{task_type}-{number}", inputData={"seconds": seconds})


def started(server: StubServer) -> int:
    return 100 - len(server.queue("blocking")) - len(server.queue("waiting"))


@dataclass
class Queue:
    """Programs that are all started before the first of them gets tasks and its signal, which they get one by one."""

    ready: asyncio.Barrier
    one: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        await self.ready.wait()
        async with self.one:
            yield


async def drained(
    seconds: float, number: int, prefix: tuple[str, ...] = (), mode: str = "thread", queue: Queue | None = None
) -> float:
    """Run 50 tasks, send a signal, check what has to hold; return how late the last poll came, in seconds."""
    loop = asyncio.get_running_loop()
    async with StubServer() as server, program(server, prefix=prefix, mode=mode) as process:
        async with queue.turn() if queue else nullcontext():
            fill(server, seconds)
            await server.until(lambda: started(server) == 50)
            await asyncio.sleep(0.05)
            assert not server.results
            os.kill(_workers_pid(process.pid, inside=prefix == tuple(UNSHARE)), number)
            sent = loop.time()
            await asyncio.sleep(0.3 if queue else 0.0)  # what comes after the signal is not disturbed by the next one
        assert await asyncio.wait_for(process.wait(), seconds + 10) == 0
        assert len(server.results) == 50
        assert all(len(bodies) == 1 and bodies[0]["status"] == "COMPLETED" for bodies in server.results.values())
        assert started(server) == 50, "a task was taken after the signal"
        fetching = [request.at - sent for request in server.requests if request.is_poll or request.path.endswith("-v2")]
        return max(0.0, *fetching)


def _workers_pid(pid: int, *, inside: bool) -> int:
    """Return the process to signal: unshare's child is process 1 of its namespace."""
    if not inside:
        return pid
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


async def test_sigterm_loses_no_task_and_ends_polling_at_once() -> None:
    late = [await drained(0.5, signal.SIGTERM) for _ in range(5)]
    assert statistics.median(late) <= 0.1
    assert max(late) <= 0.3


@pytest.mark.slow
async def test_sigterm_with_five_seconds_left() -> None:
    queue = Queue(asyncio.Barrier(5))
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(drained(5.0, signal.SIGTERM, queue=queue)) for _ in range(5)]
    late = [task.result() for task in running]
    assert statistics.median(late) <= 0.1
    assert max(late) <= 0.3


@pytest.mark.parametrize("mode", ["thread", "async"])
async def test_sigint_does_the_same_in_both_kinds_of_programs(mode: str) -> None:
    assert await drained(0.5, signal.SIGINT, mode=mode) <= 0.3


async def test_as_process_one_of_a_namespace() -> None:
    if shutil.which("unshare") is None:
        pytest.skip("needs the unshare program")
    probe = await asyncio.create_subprocess_exec(*UNSHARE, "true", stderr=asyncio.subprocess.PIPE)
    _, reason = await probe.communicate()
    if probe.returncode:
        pytest.skip(f"this machine does not allow namespaces: {reason.decode().strip()}")
    assert await drained(1.0, signal.SIGTERM, tuple(UNSHARE)) <= 0.3


async def test_a_signal_that_the_parent_ignored_is_heeded() -> None:
    ignoring = ("sh", "-c", 'trap "" INT TERM; exec "$@"', "sh")
    async with StubServer() as server, program(server, prefix=ignoring) as process:
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 10) == 0


@pytest.mark.parametrize("mode", ["thread", "async"])
async def test_a_second_signal_gives_unfinished_tasks_back_and_exits_at_once(mode: str) -> None:
    async with StubServer() as server, program(server, mode=mode) as process:
        server.add("stubborn", "s1", inputData={"seconds": 60})
        server.add("waiting", "w1", inputData={"seconds": 60})
        await server.until(lambda: not server.queue("stubborn") and not server.queue("waiting"))
        await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.1)
        assert process.returncode is None
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 5) == 1
        for task_id in ("s1", "w1"):
            result = server.result(task_id)
            assert (result["status"], result["callbackAfterSeconds"]) == ("IN_PROGRESS", 0)


async def test_the_stop_limit_gives_unfinished_tasks_back() -> None:
    async with StubServer() as server, program(server, stop_timeout=0.5) as process:
        server.add("stubborn", "s1", inputData={"seconds": 60})
        await server.until(lambda: not server.queue("stubborn"))
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 5) == 1
        assert server.result("s1")["status"] == "IN_PROGRESS"


@pytest.mark.parametrize("mode", ["thread", "async"])
async def test_a_second_signal_ends_a_program_whose_loop_is_blocked_by_a_worker(mode: str) -> None:
    """What was finished is sent, what was not is given back, both without the loop."""
    async with StubServer() as server, program(server, mode=mode) as process:
        tries: list[Seen] = []

        def fail_once(request: Seen) -> tuple[int, None] | None:
            if not request.is_update or request.body["taskId"] != "d1":
                return None
            tries.append(request)
            return (500, None) if len(tries) == 1 else None

        server.script = fail_once
        server.add("waiting", "w1", inputData={"seconds": 60})
        server.add("waiting", "d1", inputData={"seconds": 0})
        await server.until(lambda: tries and not server.queue("waiting"))
        await asyncio.sleep(0.1)
        server.add("freezing", "f1", inputData={"seconds": 60})
        await server.until(lambda: not server.queue("freezing"))
        await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 1
        for task_id in ("f1", "w1"):
            result = server.result(task_id)
            assert (result["status"], result["callbackAfterSeconds"]) == ("IN_PROGRESS", 0)
        assert (server.result("d1")["status"], server.result("d1")["outputData"]) == ("COMPLETED", {"result": "done"})
