"""Keeps one runner alive: a poll loop that ends without being asked to is started again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from conductor_core.worker._backoff import restart_delay
from conductor_core.worker._notify import WORKER_RESTARTED

if TYPE_CHECKING:
    from conductor_core.worker._runner import TaskRunner
    from conductor_core.worker._services import Services

logger = logging.getLogger("conductor.worker")

HEALTHY_SECONDS: Final = 60.0


class Supervisor:
    """Runs one runner until it is stopped, with restarts after growing delays.

    Args:
        runner: what to keep alive.
        services: what the runners of a runtime share.
        max_restarts: restarts after which the runner stays down; 0 means no limit.
    """

    def __init__(self, runner: TaskRunner, services: Services, *, max_restarts: int = 0) -> None:
        self.runner = runner
        self.restarts = 0
        self.alive = True
        self._services = services
        self._max_restarts = max_restarts
        self._cause: Exception | None = None

    async def run(self) -> None:
        """Return when the runner was stopped, or has died too often."""
        in_a_row = 0
        started = self._services.now()
        while not await self._ended_on_purpose():
            if self._services.now() - started >= HEALTHY_SECONDS:
                in_a_row = 0
            if self._max_restarts and self.restarts >= self._max_restarts:
                logger.error("runner of %s died again and stays down", self.runner.config.name)
                return
            delay = restart_delay(in_a_row)
            logger.warning("runner of %s is started again in %.0f s", self.runner.config.name, delay)
            await self._services.stop.pause(delay)
            in_a_row += 1
            self.restarts += 1
            await self._tell()
            started = self._services.now()

    async def _tell(self) -> None:
        notifier = self._services.notifier
        if notifier.listens(WORKER_RESTARTED):
            await notifier.teller.worker_restarted(self.runner.config.name, self.restarts, self._cause)

    async def _ended_on_purpose(self) -> bool:
        """Run the poll loop to its end; False when it ended without being asked to."""
        self.alive = True
        try:
            await self.runner.run()
        except Exception as error:
            self._cause = error
            self.runner.last_error = repr(error)
            logger.exception("runner of %s died", self.runner.config.name)
        finally:
            self.alive = self.runner.stopping
        return self.runner.stopping
