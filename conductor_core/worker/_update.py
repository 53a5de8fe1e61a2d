"""Delivers one result: tries, waits, the update-v2 protocol and what happens to a result nobody takes."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conductor_core.errors import ConductorError
from conductor_core.worker._backoff import jittered
from conductor_core.worker._notify import TASK_UPDATE_COMPLETED, TASK_UPDATE_FAILURE
from conductor_core.worker._refusal import refused
from conductor_core.worker._verdict import (
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

    from conductor_core.worker._outbox import Letter
    from conductor_core.worker._polled import JsonObject, PolledTask
    from conductor_core.worker._services import Services

logger = logging.getLogger("conductor.worker")


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
    """The state of one delivery; ``told``: that there is no room for the result was logged."""

    tries: int = 0
    plain_only: bool = False
    told: bool = False


class Updater:
    """Delivers the results of one runtime.

    Args:
        services: what the runners of a runtime share.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self.v2 = V2Support.UNKNOWN
        # By task type: tasks that the server may have handed out in an answer that was lost.
        self.possible_orphans: Counter[str] = Counter()
        self.lost = 0

    async def deliver(self, task: PolledTask, letter: Letter, *, worker_id: str, chain: Callable[[], bool]) -> Delivery:
        """Send a result until the server takes it, refuses it, or it waits in the outbox after its last try.

        Args:
            task: the task that ended.
            letter: its result.
            worker_id: the worker's id, for events.
            chain: asked before each try whether a next task is welcome.
        """
        services, state = self._services, Attempts()
        started = services.now()
        while True:
            state.tries += 1
            try:
                delivery = await self._try(letter.document, chain=chain() and not state.plain_only)
            except Exception as error:  # noqa: BLE001 - a defect on the way to the server must not cost the result
                services.report_error(error, task)
                if await self._is_over(letter, error, state):
                    await self._failed(task, letter, error, state, worker_id, started)
                    return Delivery(accepted=False)
            else:
                services.outbox.discard(letter)
                await self._completed(task, letter.task_type, worker_id, started)
                return delivery

    async def deliver_last(self, letter: Letter) -> None:
        """Send a result once more, when there is no time for waits; what fails waits in the outbox."""
        outbox = self._services.outbox
        try:
            await self._services.client.update_last(letter.document)
        except Exception as error:  # noqa: BLE001 - the same
            logger.error("the last try to report task %s failed: %s", letter.task_id, error)  # noqa: TRY400 - one line; the error says all
            verdict = verdict_on(error)
            if verdict is Verdict.REFUSED:
                await refused(self._services, letter, error)
            elif verdict is Verdict.DROP:
                outbox.discard(letter)
            elif not self._keep(letter):
                self._lose(letter)
        else:
            outbox.discard(letter)

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

    async def _is_over(self, letter: Letter, error: Exception, state: Attempts) -> bool:
        """Decide after a failed try; True when no other try follows, else after the wait for it."""
        services, verdict = self._services, verdict_on(error)
        if verdict is Verdict.DROP:
            logger.warning("the server does not want the result of task %s any more: %s", letter.task_id, error)
            services.outbox.discard(letter)
            return True
        if verdict is Verdict.REFUSED:
            await refused(services, letter, error)
            return True
        logger.error(
            "try %d of %d to report task %s failed: %s", state.tries, services.update_tries, letter.task_id, error
        )
        if is_ambiguous(error) and not state.plain_only:
            state.plain_only = True
            self.possible_orphans[letter.task_type] += self.v2 is not V2Support.NO
        if (state.tries >= services.update_tries or services.stop.force_requested) and self._waits(letter, state):
            return True
        wait = jittered(UPDATE_WAITS[min(state.tries, len(UPDATE_WAITS)) - 1], services.random)
        await services.stop.wait_between_tries(wait, max(1, services.update_tries - state.tries))
        return False

    def _waits(self, letter: Letter, state: Attempts) -> bool:
        """Hand a result over to the outbox; without room the tries go on, so that the slot takes no further task."""
        if self._keep(letter):
            return True
        if self._services.stop.force_requested:
            self._lose(letter)
            return True
        if not state.told:
            state.told = True
            logger.critical("the outbox has no room for the result of task %s; its slot keeps trying", letter.task_id)
        return False

    async def _completed(self, task: PolledTask, task_type: str, worker_id: str, started: float) -> None:
        services = self._services
        if services.notifier.listens(TASK_UPDATE_COMPLETED):
            duration = services.elapsed_ms(started)
            await services.notifier.teller.update_completed(task_type, worker_id, task, duration)

    async def _failed(
        self,
        task: PolledTask,
        letter: Letter,
        error: Exception,
        state: Attempts,
        worker_id: str,
        started: float,
    ) -> None:
        services = self._services
        if services.notifier.listens(TASK_UPDATE_FAILURE):
            from conductor_core.models import TaskResult  # noqa: PLC0415 - only for who listens

            await services.notifier.teller.update_failed(
                letter.task_type,
                worker_id,
                task,
                result=TaskResult.model_validate(letter.document),
                cause=error,
                tries=state.tries,
                duration_ms=services.elapsed_ms(started),
            )

    def _keep(self, letter: Letter) -> bool:
        if not self._services.outbox.keep(letter):
            return False
        logger.critical(
            "the result of task %s of workflow %s could not be reported; it waits in the outbox",
            letter.task_id,
            letter.document.get("workflowInstanceId"),
        )
        self._services.outbox_filled.set()
        return True

    def _lose(self, letter: Letter) -> None:
        self.lost += 1
        workflow_id = letter.document.get("workflowInstanceId")
        logger.critical("task result lost: task %s of workflow %s, no room is left", letter.task_id, workflow_id)
