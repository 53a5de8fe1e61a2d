"""Delivers one result: tries, waits, the update-v2 protocol and what happens to a result nobody takes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conductor_core.errors import ConductorError
from conductor_core.events import TaskUpdateCompleted, TaskUpdateFailure
from conductor_core.models import TaskResult
from conductor_core.worker._backoff import jittered
from conductor_core.worker._results import MAX_REASON_LENGTH, TERMINAL
from conductor_core.worker._verdict import (
    UPDATE_TRIES,
    UPDATE_WAITS,
    V2Support,
    Verdict,
    is_ambiguous,
    is_v2_missing,
    may_mean_no_v2,
    verdict_on,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.worker._polled import JsonObject, PolledTask
    from conductor_core.worker._services import Services

logger = logging.getLogger("conductor.worker")

_IDENTITY: Final = ("taskId", "workflowInstanceId", "workerId")


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an update ended.

    Attributes:
        accepted: the server took the result.
        next_task: the task that came with the answer.
        used_v2: the answer came from update-v2, so there is no need to poll for the slot.
    """

    accepted: bool
    next_task: PolledTask | None = None
    used_v2: bool = False


@dataclass(slots=True)
class Attempts:
    """The state of one delivery."""

    tries: int = 0
    plain_only: bool = False


class Updater:
    """Delivers the results of one runtime.

    Args:
        services: what the runners of a runtime share.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self.v2 = V2Support.UNKNOWN
        self.possible_orphans = 0

    async def deliver(
        self, task: PolledTask, document: JsonObject, *, task_type: str, worker_id: str, chain: Callable[[], bool]
    ) -> Delivery:
        """Send a result until the server takes it, refuses it, or four tries have failed.

        Args:
            task: the task that ended.
            document: the body of the update.
            task_type: the runner's task type.
            worker_id: the worker's id, for events.
            chain: asked before each try whether a next task is welcome.
        """
        services, state = self._services, Attempts()
        started = services.now()
        while True:
            state.tries += 1
            try:
                delivery = await self._try(document, chain=chain() and not state.plain_only)
            except ConductorError as error:
                services.report_error(error, task)
                if await self._is_over(task, document, error, state):
                    await self._failed(task, document, error, state, task_type, worker_id, started)
                    return Delivery(accepted=False)
            else:
                await self._completed(task, task_type, worker_id, started)
                return delivery

    async def deliver_last(self, task: PolledTask, document: JsonObject, *, task_type: str) -> bool:
        """Send a result once more, when there is no time for waits; what fails goes to the outbox."""
        try:
            await self._services.client.update_last(document)
        except ConductorError as error:
            logger.error("the last try to report task %s failed: %s", task.task_id, error)  # noqa: TRY400 - one line; the error says all
            if verdict_on(error) is Verdict.RETRY:
                self._keep(document, task_type)
            return False
        return True

    async def _try(self, document: JsonObject, *, chain: bool) -> Delivery:
        """Send once: through update-v2 where a next task is wanted and the endpoint is there."""
        client = self._services.client
        if not chain or self.v2 is V2Support.NO:
            await client.update(document)
            return Delivery(accepted=True)
        try:
            next_task = await client.update_v2(document)
        except ConductorError as error:
            if not (is_v2_missing(error) or (may_mean_no_v2(error) and self.v2 is V2Support.UNKNOWN)):
                raise
            return await self._without_v2(document, error)
        self.v2 = V2Support.YES
        return Delivery(accepted=True, next_task=next_task, used_v2=True)

    async def _without_v2(self, document: JsonObject, error: ConductorError) -> Delivery:
        """Send the same result the plain way; only its success proves that 404 meant the path and not the task."""
        if is_v2_missing(error):
            self._remember_no_v2()
        await self._services.client.update(document)
        self._remember_no_v2()
        return Delivery(accepted=True)

    def _remember_no_v2(self) -> None:
        if self.v2 is not V2Support.NO:
            self.v2 = V2Support.NO
            logger.warning("this server has no update-v2; results go through the plain update from now on")

    async def _is_over(self, task: PolledTask, document: JsonObject, error: ConductorError, state: Attempts) -> bool:
        """Decide after a failed try; True when no other try follows, else after the wait for it."""
        verdict = verdict_on(error)
        if verdict is Verdict.DROP:
            logger.warning("the server does not want the result of task %s any more: %s", task.task_id, error)
            return True
        if verdict is Verdict.REFUSED:
            await self._refused(task, document, error)
            return True
        logger.error("try %d of %d to report task %s failed: %s", state.tries, UPDATE_TRIES, task.task_id, error)
        if is_ambiguous(error) and not state.plain_only:
            state.plain_only = True
            self.possible_orphans += self.v2 is not V2Support.NO
        if state.tries >= UPDATE_TRIES or self._services.stop.force_requested:
            return True
        wait = jittered(UPDATE_WAITS[state.tries - 1], self._services.random)
        await self._services.stop.wait_between_tries(wait, UPDATE_TRIES - state.tries)
        return False

    async def _refused(self, task: PolledTask, document: JsonObject, error: ConductorError) -> None:
        """Tell the server once that the task failed, since it will never take this result, and keep the result."""
        reason = f"the server refused the result: {error}"[:MAX_REASON_LENGTH]
        logger.error("the result of task %s is refused and kept as a dead letter: %s", task.task_id, error)
        self._services.outbox.bury(document, reason)
        substitute: JsonObject = {name: document[name] for name in _IDENTITY if name in document}
        substitute |= {"status": TERMINAL, "outputData": {}, "reasonForIncompletion": reason}
        try:
            await self._services.client.update(substitute)
        except ConductorError as second:
            logger.error("task %s could not even be reported as failed: %s", task.task_id, second)  # noqa: TRY400 - one line; the error says all

    async def _completed(self, task: PolledTask, task_type: str, worker_id: str, started: float) -> None:
        services = self._services
        if services.notifier.listens(TaskUpdateCompleted):
            await services.notifier.emit(
                TaskUpdateCompleted(
                    task_type=task_type,
                    task_id=task.task_id,
                    worker_id=worker_id,
                    workflow_instance_id=task.workflow_instance_id,
                    duration_ms=services.elapsed_ms(started),
                )
            )

    async def _failed(
        self,
        task: PolledTask,
        document: JsonObject,
        error: ConductorError,
        state: Attempts,
        task_type: str,
        worker_id: str,
        started: float,
    ) -> None:
        services = self._services
        if verdict_on(error) is Verdict.RETRY:
            self._keep(document, task_type)
        if services.notifier.listens(TaskUpdateFailure):
            await services.notifier.emit(
                TaskUpdateFailure(
                    task_type=task_type,
                    task_id=task.task_id,
                    worker_id=worker_id,
                    workflow_instance_id=task.workflow_instance_id,
                    cause=error,
                    retry_count=state.tries,
                    task_result=TaskResult.model_validate(document),
                    duration_ms=services.elapsed_ms(started),
                )
            )

    def _keep(self, document: JsonObject, task_type: str) -> None:
        task_id, workflow_id = document.get("taskId"), document.get("workflowInstanceId")
        if self._services.outbox.put(task_type, document):
            logger.critical(
                "the result of task %s of workflow %s could not be reported; it waits in the outbox",
                task_id,
                workflow_id,
            )
            self._services.outbox_filled.set()
        else:
            logger.critical("task result lost: task %s of workflow %s, the outbox is full", task_id, workflow_id)
