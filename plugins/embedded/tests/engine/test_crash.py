"""The process is killed in the middle of its work, again and again; the file knows everything that was promised."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

from plugins.embedded.tests.engine.crash_child import TYPES, open_engine

if TYPE_CHECKING:
    from conductor_embedded.engine import Engine

KILLS = 6
STARTS = 8
_CHILD = Path(__file__).with_name("crash_child.py")


async def test_nothing_is_lost_and_no_accepted_result_changes_when_the_process_is_killed(tmp_path: Path) -> None:
    path = str(tmp_path / "engine.db")
    numbers = random.Random(20_26)  # noqa: S311 - the moments of the kills, the same in each run
    started: set[str] = set()
    results: dict[str, int] = {}
    for _ in range(KILLS):
        _run_and_kill(path, numbers.randrange(5, 120), started, results)
    assert len(started) >= KILLS

    engine = open_engine(path)
    await engine.start()
    await asyncio.wait_for(_finish(engine, started), 30)
    for workflow_id in started:
        document = engine.get_workflow(workflow_id)
        assert document["status"] == "COMPLETED", document
    for task_id, number in results.items():
        task = engine.get_task(task_id)
        assert (task["status"], task["outputData"]) == ("COMPLETED", {"number": number})
    assert engine.queue_all() == {}
    await engine.stop()


def _run_and_kill(path: str, lines: int, started: set[str], results: dict[str, int]) -> None:
    """Run the child, kill it after so many promises, and note them all."""
    command = [sys.executable, str(_CHILD), path, str(STARTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for _ in range(lines):
            if _note(child.stdout, started, results) and len(results) % 40 == 39:
                break
        child.kill()
        while _note(child.stdout, started, results):
            pass


def _note(output: IO[str], started: set[str], results: dict[str, int]) -> bool:
    line = output.readline()
    words = line.split()
    if not line.endswith("\n"):
        return False
    if words[0] == "started":
        started.add(words[1])
    elif words[0] == "result":
        assert words[1] not in results, "a task that has a result was handed out again"
        results[words[1]] = int(words[2])
    return True


async def _finish(engine: Engine, started: set[str]) -> None:
    while any(engine.get_workflow(workflow_id)["status"] == "RUNNING" for workflow_id in started):
        for task_type in TYPES:
            for task in await engine.poll(task_type, count=50, timeout_ms=1):
                ids = {"taskId": task["taskId"], "workflowInstanceId": task["workflowInstanceId"]}
                engine.update_task({**ids, "status": "COMPLETED", "outputData": {"number": -1}})
        await asyncio.sleep(0.005)
