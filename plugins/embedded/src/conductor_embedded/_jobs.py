"""Work that takes time and is no part of a decision: requests to others."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conductor_embedded._state import TaskStatus
from conductor_embedded.decider import TaskUpdated
from conductor_embedded.system_tasks import JobResult

if TYPE_CHECKING:
    from conductor_embedded._core import Core
    from conductor_embedded._state import TaskState
    from conductor_embedded.decider import StartJob
    from conductor_embedded.store import StoredEffect

_logger = logging.getLogger(__name__)
_SIDE_BY_SIDE: Final = 50


class Jobs:
    """Runs jobs beside each other. One that was cut off by the end of the process is run again after the restart."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._gate = asyncio.Semaphore(_SIDE_BY_SIDE)
        self._running: dict[int, asyncio.Task[None]] = {}

    def start(self, effect: StartJob, stored: StoredEffect) -> None:
        """Begin a job on the running loop, unless it runs already; its task is told when it has ended."""
        if stored.number in self._running:
            return
        job = asyncio.get_running_loop().create_task(self._run(effect, stored))
        self._running[stored.number] = job
        job.add_done_callback(lambda _: self._running.pop(stored.number, None))

    async def stop(self) -> None:
        """Break off all jobs."""
        running = tuple(self._running.values())
        for job in running:
            job.cancel()
        for job in running:
            with contextlib.suppress(asyncio.CancelledError):
                await job

    def _with_secrets(self, task: TaskState) -> TaskState:
        filled = self._core.secrets.fill(task.input)
        return task if filled is task.input else replace(task, input=filled)

    async def _run(self, effect: StartJob, stored: StoredEffect) -> None:
        async with self._gate:
            found = self._core.find_task(effect.task_id)
            system_task = None if found is None else self._core.system_tasks.get(found[1].task_type)
            if found is None or system_task is None or not found[1].is_open:
                self._core.commit([], done=[stored])
                return
            try:
                result = await system_task.run(self._with_secrets(found[1]))
            except Exception as error:  # whatever a task type does, its task must end
                if _program_ends(error):
                    return  # it is found again by the next owner of the store
                _logger.exception("the job of task %s failed", effect.task_id)
                result = JobResult(TaskStatus.FAILED, {}, f"{type(error).__name__}: {error}")
        if self._core.find(effect.workflow_id) is None:
            self._core.commit([], done=[stored])
            return
        event = TaskUpdated(effect.task_id, result.status, result.output, reason=result.reason, is_polled=True)
        self._core.apply(effect.workflow_id, event, done=[stored])


def _program_ends(error: Exception) -> bool:
    """Tell whether a job failed because the interpreter starts no threads any more, which is no fault of the task."""
    return isinstance(error, RuntimeError) and not threading.main_thread().is_alive()
