"""``conductor worker run --processes N`` against real signals and real crashes."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import shutil
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests._support.processes import descendants, is_alive, until
from tests._support.stub_server import StubServer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the tests send signals")

ROOT = Path(__file__).parents[2]
UNSHARE = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc")
SECONDS = 60


class Program:
    """The running command, and every line that it has logged."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(line.decode().rstrip())

    async def line(self, pattern: str, count: int = 1) -> list[str]:
        """Wait until so many lines match, and return them."""
        async with asyncio.timeout(SECONDS):
            while len(found := [line for line in self.lines if re.search(pattern, line)]) < count:
                assert self.process.returncode is None, "\n".join(self.lines)
                await asyncio.sleep(0.02)
        return found

    async def ended(self) -> int:
        """Wait for the exit code."""
        code = await asyncio.wait_for(self.process.wait(), SECONDS)
        await self._reading
        return code

    def pids(self) -> list[int]:
        """Return the ids of all copies that were ever ready, in order."""
        return [int(found[1]) for line in self.lines if (found := re.search(r"copy \d+ \(pid (\d+)\) is ready", line))]


@asynccontextmanager
async def program(
    server: StubServer, *options: str, prefix: tuple[str, ...] = (), **environ: str
) -> AsyncGenerator[Program]:
    command = [*prefix, sys.executable, "-c", "import sys; from conductor_core.cli import main; sys.exit(main())"]
    words = ["worker", "run", "tests._support.copies_workers", "--processes", "2", "--server-url", server.url, *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    process = await asyncio.create_subprocess_exec(
        *command, *words, stderr=asyncio.subprocess.PIPE, cwd=ROOT, env=environment
    )
    running = Program(process)
    try:
        await running.line(r"copy \d+ \(pid \d+\) is ready", 2)
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_all_copies_work_their_logs_arrive_with_pid_and_sigterm_drains_them(tmp_path: Path) -> None:
    async with StubServer() as server, program(server) as running:
        for number in range(4):
            server.add("waiting", f"w{number}", inputData={"seconds": 1.0})
        server.add("where", "t1")
        await server.until(lambda: not server.queue("waiting") and server.results)
        pid = server.result("t1")["outputData"]["result"]
        assert pid in running.pids()
        assert pid != running.process.pid
        lines = await running.line("conductor.shop", 5)
        assert [line.rpartition("line ")[2] for line in lines] == list("01234")
        assert all(f"[{pid}]" in line for line in lines)
        running.process.send_signal(signal.SIGTERM)
        assert await running.ended() == 0, running.lines
        assert {server.result(f"w{number}")["status"] for number in range(4)} == {"COMPLETED"}
        assert not any(is_alive(pid) for pid in running.pids())


async def test_a_second_signal_gives_back_what_runs_also_where_the_loop_is_blocked() -> None:
    async with StubServer() as server, program(server) as running:
        server.add("waiting", "w1", inputData={"seconds": 60})
        server.add("freezing", "f1", inputData={"seconds": 60})
        await server.until(lambda: not server.queue("waiting") and not server.queue("freezing"))
        await asyncio.sleep(0.1)
        running.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        running.process.send_signal(signal.SIGTERM)
        assert await running.ended() == 1
        for task_id in ("w1", "f1"):
            result = server.result(task_id)
            assert (result["status"], result["callbackAfterSeconds"]) == ("IN_PROGRESS", 0)


async def test_a_copy_that_crashes_is_started_again_and_the_other_goes_on(tmp_path: Path) -> None:
    mark = str(tmp_path / "crashed")
    async with StubServer() as server, program(server) as running:
        server.add("crashing", "c1", inputData={"file": mark})
        (line,) = await running.line(r"was killed by SIGKILL.*a new one is started in 1 s \(restart 1\)")
        dead = int(line.partition("(pid ")[2].partition(")")[0])
        await running.line(r"copy \d+ \(pid \d+\) is ready", 3)
        server.add("crashing", "c2", inputData={"file": mark})
        await server.until(lambda: "c2" in server.results)
        assert server.result("c2")["outputData"] == {"result": "survived"}
        assert dead in running.pids()
        running.process.send_signal(signal.SIGTERM)
        assert await running.ended() == 0


@pytest.mark.parametrize("orphans", ["idle", "busy"])
async def test_nothing_is_left_when_the_supervisor_is_killed(orphans: str) -> None:
    async with StubServer() as server, program(server) as running:
        if orphans == "busy":
            server.add("waiting", "w1", inputData={"seconds": 600})
            server.add("isolated", "i1", inputData={"seconds": 600})
            await server.until(lambda: not server.queue("waiting") and not server.queue("isolated"))
            await asyncio.sleep(0.2)
        family = [pid for pid in descendants(running.process.pid) if pid != running.process.pid]
        assert set(running.pids()) <= set(family)
        running.process.send_signal(signal.SIGKILL)
        await running.process.wait()
        await until(lambda: not any(is_alive(pid) for pid in family))
        if orphans == "busy":
            assert server.result("w1")["status"] == "IN_PROGRESS"


async def test_the_supervisor_answers_for_all_copies(tmp_path: Path) -> None:
    release = tmp_path / "release"
    options = ("--health-port", "0")
    async with StubServer() as server, program(server, *options, CONDUCTOR_WORKER_FROZEN_AFTER_MS="1500") as running:
        (line,) = await running.line(r"health on http://127.0.0.1:\d+")
        port = int(line.partition("127.0.0.1:")[2].partition("/")[0])
        await until(lambda: _answered(port, "/readyz", 200))
        status, health = await get(port, "/health")
        assert (status, health["status"], health["processes_expected"]) == (200, "UP", 2)
        assert sorted(process["pid"] for process in health["processes"]) == sorted(running.pids())
        where = next(worker for worker in health["workers"] if worker["name"] == "where")
        assert (where["processes"], where["concurrency"]) == (2, 4)

        server.add("freezing", "f1", inputData={"seconds": 300, "file": str(release)})
        (frozen,) = (await until(lambda: _answered(port, "/livez", 503)))["processes"]
        assert (frozen["held_by"]["task_id"], frozen["held_by"]["workflow_instance_id"]) == ("f1", "w-f1")
        assert "in freezing" in frozen["held_by"]["stack"]
        await running.line("has been blocked for .* by task f1 of workflow w-f1, type freezing")

        other = next(pid for pid in running.pids() if pid != frozen["pid"])
        os.kill(other, signal.SIGSTOP)
        try:
            await until(lambda: _names(port, other))
        finally:
            os.kill(other, signal.SIGCONT)
        release.touch()
        await until(lambda: _answered(port, "/livez", 200))
        await server.until(lambda: "f1" in server.results)
        running.process.send_signal(signal.SIGINT)
        assert await running.ended() == 0


async def _answered(port: int, path: str, wanted: int) -> Any:
    status, answer = await get(port, path)
    return answer if status == wanted else None


async def _names(port: int, pid: int) -> bool:
    """Tell whether /livez calls this process frozen."""
    return pid in [one["pid"] for one in (await get(port, "/livez"))[1].get("processes", [])]


async def get(port: int, path: str) -> tuple[int, Any]:
    def ask() -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    return await asyncio.to_thread(ask)


async def test_as_process_one_it_drains_and_buries_orphans() -> None:
    if shutil.which("unshare") is None:
        pytest.skip("needs the unshare program")
    probe = await asyncio.create_subprocess_exec(*UNSHARE, "true", stderr=asyncio.subprocess.PIPE)
    _, reason = await probe.communicate()
    if probe.returncode:
        pytest.skip(f"this machine does not allow namespaces: {reason.decode().strip()}")
    async with StubServer() as server, program(server, prefix=UNSHARE) as running:
        server.add("waiting", "w1", inputData={"seconds": 1})
        await server.until(lambda: not server.queue("waiting"))
        _, first, *_ = descendants(running.process.pid)
        os.kill(first, signal.SIGTERM)
        assert await running.ended() == 0
        assert server.result("w1")["status"] == "COMPLETED"


async def test_a_module_that_cannot_be_imported_is_an_error_in_one_line() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import sys; from conductor_core.cli import main; sys.exit(main())"),
        *("worker", "run", "no_such_module_of_workers", "--processes", "2"),
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    _, errors = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 1
    assert errors.decode().splitlines()[-1].startswith("conductor: there is no module 'no_such_module_of_workers'")
