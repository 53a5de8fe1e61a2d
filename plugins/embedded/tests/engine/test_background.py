"""The work nobody calls for: timers, effects, and clocks."""

from __future__ import annotations

import asyncio
import random
import shutil
import threading
import uuid
from typing import TYPE_CHECKING

import pytest

from conductor_embedded.clock import RealClock, VirtualClock
from conductor_embedded.engine import Engine
from conductor_embedded.evaluators import Evaluators
from conductor_embedded.store import Store
from conductor_embedded.system_tasks import SystemTasks, Wait, builtin_system_tasks
from plugins.embedded.tests.engine.workbench import Definitions, Lab

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for happens inside the engine
            await asyncio.sleep(0.002)


async def test_a_started_engine_does_what_is_due_when_its_clock_is_moved_from_another_thread(lab: Lab) -> None:
    await lab.engine.start()
    workflow_id = lab.start(lab.define.wait("w", duration="1 day"))
    mover = threading.Thread(target=lab.clock.advance, args=(86_400,))
    mover.start()
    await _until(lambda: lab.status(workflow_id) == "COMPLETED")
    mover.join()


async def test_a_started_engine_starts_children_by_itself(lab: Lab) -> None:
    await lab.engine.start()
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.simple("work"), name="child"))
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.child("sub", "child")))
    workflow_id = lab.engine.start_workflow({"name": "flow"})
    task = (await lab.engine.poll("work", timeout_ms=5000))[0]
    lab.engine.update_task(
        {"taskId": task["taskId"], "workflowInstanceId": task["workflowInstanceId"], "status": "COMPLETED"}
    )
    await _until(lambda: lab.status(workflow_id) == "COMPLETED")


async def test_delayed_tasks_reach_waiting_polls_on_a_real_clock() -> None:
    engine = Engine(
        Store(),
        clock=RealClock(),
        random=random.Random(1),  # noqa: S311 - jitter needs no secrecy
        new_id=lambda: str(uuid.uuid4()),
        system_tasks=SystemTasks(builtin_system_tasks()),
        evaluators=Evaluators(),
    )
    await engine.start()
    jitter = {"retryCount": 1, "retryDelaySeconds": 0, "backoffJitterMs": 50}
    engine.put_task_defs([{"name": "a", **jitter}])
    engine.create_workflow_def(Definitions.workflow(Definitions().simple("a")))
    engine.start_workflow({"name": "flow"})
    task = (await engine.poll("a", timeout_ms=0))[0]
    ids = {"taskId": task["taskId"], "workflowInstanceId": task["workflowInstanceId"]}
    engine.update_task({**ids, "status": "FAILED"})
    again = await engine.poll("a", timeout_ms=5000)
    assert [task["retryCount"] for task in again] == [1]
    await engine.stop()


async def test_workflows_that_start_each_other_for_ever_leave_room_for_others(lab: Lab) -> None:
    await lab.engine.start()
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.child("sub", "endless"), name="endless"))
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.simple("a")))
    lab.engine.start_workflow({"name": "endless"})
    await asyncio.sleep(0.01)
    workflow_id = lab.engine.start_workflow({"name": "flow"})
    assert [task["workflowInstanceId"] for task in await lab.engine.poll("a", timeout_ms=0)] == [workflow_id]
    assert len(lab.engine.running("endless")) > 2


async def test_time_passes_timer_by_timer(lab: Lab) -> None:
    workflow_id = lab.start(*(lab.define.wait(f"w{n}", duration="1 hour") for n in range(3)))
    begin = lab.clock.now_ms()
    lab.engine.advance(3 * 3600)
    assert [task["endTime"] - begin for task in lab.tasks(workflow_id)] == [3_600_000, 7_200_000, 10_800_000]
    assert lab.engine.next_wake_ms() is None
    with pytest.raises(ValueError, match="time does not go back"):
        lab.engine.advance(-1)


async def test_what_was_handed_out_when_the_process_died_goes_back_but_not_what_was_delivered(tmp_path: Path) -> None:
    lab = Lab(str(tmp_path / "engine.db"))
    lab.start(lab.define.simple("a"))
    delivered = await lab.poll("a")
    await asyncio.sleep(0.08)
    lab.start(lab.define.simple("a"))
    lost = await lab.poll("a")

    # The file as a process that is killed now leaves it behind.
    for name in ("engine.db", "engine.db-wal"):
        shutil.copy(tmp_path / name, tmp_path / f"left-{name}")
    await lab.engine.stop()
    again = Lab(str(tmp_path / "left-engine.db"), seed=2)
    assert again.engine.get_task(str(delivered["taskId"]))["status"] == "IN_PROGRESS"
    task = await again.poll("a")
    assert (task["taskId"], task["pollCount"]) == (lost["taskId"], 1)
    assert await again.idle("a")
    await again.engine.stop()


def test_the_virtual_clock_moves_forward_only() -> None:
    clock = VirtualClock(1000)
    moves: list[int] = []
    end = clock.on_move(lambda: moves.append(clock.now_ms()))
    clock.advance(1.5)
    clock.move_to(10)
    end()
    clock.advance(1)
    assert moves == [2500, 2500]
    assert clock.now_ms() == 3500
    assert not clock.runs
    with pytest.raises(ValueError, match="time does not go back: -1"):
        clock.advance(-1)


def test_the_real_clock_tells_the_time_and_never_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = RealClock()
    now = clock.now_ms()
    assert now > 1_700_000_000_000
    monkeypatch.setattr("time.time_ns", lambda: 5_000_000)
    assert clock.now_ms() == now
    assert clock.runs


def test_two_task_types_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"two task types are called 'WAIT': .*Wait and .*Wait"):
        SystemTasks([Wait(), Wait()])
