"""The child processes of one worker: a dead one is forgotten, whoever finds it dead."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Plugins, Settings
from conductor_core.worker import PolledTask, define_worker
from conductor_core.worker._config import WorkerOptions, resolve_config
from conductor_core.worker._isolation._execution import ProcessExecution, spec_of
from conductor_core.worker._isolation._remote import WorkerProcessDiedError
from conductor_core.worker._isolation._slots import ProcessSlots
from tests._support import process_workers

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from conductor_core.worker._config import WorkerConfig
    from conductor_core.worker._worker import WorkerDefinition

SECONDS = 60.0


def task(**given: Any) -> PolledTask:
    return PolledTask({"taskId": "t", "workflowInstanceId": "w", "taskType": "pay", "inputData": given})


def described(function: Any) -> tuple[WorkerDefinition, WorkerConfig, Settings]:
    definition = define_worker("pay", function, WorkerOptions(isolation="process"))
    return definition, resolve_config("pay", definition.options, {}), Settings(load_plugins=())


def execution_of(function: Any) -> ProcessExecution:
    definition, config, settings = described(function)
    return ProcessExecution(definition, config, Plugins.from_settings(settings))


@pytest.fixture
async def execution() -> AsyncGenerator[ProcessExecution]:
    made = execution_of(process_workers.work)
    async with asyncio.timeout(SECONDS):
        yield made
    made.close()
    assert not made.pids


async def test_children_that_die_at_their_tasks_are_forgotten(execution: ProcessExecution) -> None:
    for _ in range(3):
        with pytest.raises(WorkerProcessDiedError):
            await execution.run(task(what="ends_hard"))
        assert not execution.pids
    assert await execution.run(task(what="scalar")) == 5
    assert len(execution.pids) == 1


def test_a_child_that_died_while_it_was_idle_is_forgotten_and_replaced(caplog: pytest.LogCaptureFixture) -> None:
    definition, config, settings = described(process_workers.work)
    slots = ProcessSlots("pay", spec_of(definition, config, settings))
    try:
        slots.prepare()
        first = slots.take()
        slots.give_back(first)
        first.kill()
        assert first.join(SECONDS) is not None
        second = slots.take()
        assert slots.pids == {second.pid}
        assert second.pid != first.pid
        assert f"worker process {first.pid} of pay ended while it had no task" in caplog.text
        slots.give_back(second)
    finally:
        slots.close()


@pytest.mark.skipif(os.name == "nt", reason="there is no signal 0 to look with")
async def test_a_child_whose_task_is_cancelled_is_killed_and_forgotten(tmp_path: Path) -> None:
    execution, mark = execution_of(process_workers.pause), tmp_path / "pid"
    async with asyncio.timeout(SECONDS):
        running = asyncio.ensure_future(execution.run(task(seconds=600, file=str(mark))))
        while not (mark.exists() and mark.read_text()):  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.01)
        running.cancel()
        while execution.pids:  # noqa: ASYNC110 - the thread at its pipe forgets it
            await asyncio.sleep(0.01)
    execution.close()
