"""The requests of the worker loop, behind one small class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.worker._calls import last_update_call, poll_call, update_call, update_v2_call
from conductor_core.worker._polled import PolledTask

if TYPE_CHECKING:
    from conductor_core._drivers import AsyncDriver
    from conductor_core.worker._polled import JsonObject


class TaskClient:
    """Polls and reports over one driver, so that auth, wrappers and the retry policy act on each request.

    Args:
        driver: the asynchronous driver of the runtime's loop.
    """

    def __init__(self, driver: AsyncDriver) -> None:
        self.driver = driver

    async def poll(
        self, task_type: str, *, worker_id: str, count: int, timeout_ms: int, domain: str | None
    ) -> list[PolledTask]:
        """Return the tasks that the server hands out, possibly none.

        Raises:
            ConductorError: the request failed; it is not repeated.
        """
        call = poll_call(task_type, worker_id=worker_id, count=count, timeout_ms=timeout_ms, domain=domain)
        return [PolledTask(document) for document in await self.driver.run(call) or ()]

    async def update(self, document: JsonObject) -> None:
        """Report a result.

        Raises:
            ConductorError: the report failed.
        """
        await self.driver.run(update_call(document))

    async def update_last(self, document: JsonObject) -> None:
        """Report a result with one short try, when the process is about to end.

        Raises:
            ConductorError: the report failed.
        """
        await self.driver.run(last_update_call(document))

    async def update_v2(self, document: JsonObject) -> PolledTask | None:
        """Report a result; return the next task for the slot, when the server has one.

        Raises:
            ConductorError: the report failed, or its outcome is unknown.
        """
        answer = await self.driver.run(update_v2_call(document))
        return PolledTask(answer) if answer else None
