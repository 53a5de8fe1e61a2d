"""The requests of the worker loop, behind one small class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from conductor_core._exchange import Outcome, encode_query
from conductor_core._sending import Refused
from conductor_core.worker._body import decoded, encoded
from conductor_core.worker._calls import last_update_call, poll_call, update_call, update_v2_call
from conductor_core.worker._direct import DirectLane, outcome_of
from conductor_core.worker._polled import PolledTask

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core._call import Call
    from conductor_core._drivers import AsyncDriver
    from conductor_core.http1._request import Timeouts
    from conductor_core.worker._direct import Sent
    from conductor_core.worker._polled import JsonObject

_MOST_POLLS: Final = 4096
_NOTHING: Final = frozenset({b"", b"null"})


class TaskClient:
    """Polls and reports over one driver, so that auth, wrappers and the retry policy act on each request.

    Polls and updates go the short way while it is open (see :class:`DirectLane`), else the ordinary one.

    Args:
        driver: the asynchronous driver of the runtime's loop.

    Attributes:
        waits: the last result went over a socket, so that the loop turned meanwhile.
    """

    def __init__(self, driver: AsyncDriver) -> None:
        self.driver = driver
        self.waits = False
        self._lane = DirectLane(driver) if driver.parts.base_url.startswith(("http:", "https:")) else None
        self._polls: dict[tuple[object, ...], tuple[Call[Any], bytes, Timeouts]] = {}
        self._update_target = self._lane.target("/tasks") if self._lane is not None else b""
        self._v2_target = self._lane.target("/tasks/update-v2") if self._lane is not None else b""

    async def poll(
        self, task_type: str, *, worker_id: str, count: int, timeout_ms: int, domain: str | None
    ) -> list[PolledTask]:
        """Return the tasks that the server hands out, possibly none.

        Raises:
            ConductorError: the request failed; it is not repeated.
        """
        lane = self._lane
        transport = lane.transport() if lane is not None else None
        if lane is None or transport is None:
            call = poll_call(task_type, worker_id=worker_id, count=count, timeout_ms=timeout_ms, domain=domain)
            return _tasks(await self.driver.run(call))
        call, target, timeouts = self._prepared(lane, task_type, worker_id, count, timeout_ms, domain)
        answer = await lane.get(transport, target, timeouts)
        return _tasks(await self._value(lambda: call, answer, list))

    async def update(self, document: JsonObject) -> None:
        """Report a result.

        Raises:
            ConductorError: the report failed.
        """
        answer = await self._post(self._update_target, document, repeatable=True)
        if answer is None:
            await self.driver.run(update_call(document))
        elif isinstance(answer, Refused):
            await self.driver.run_refused(update_call(document), answer)
        elif isinstance(answer, Outcome):
            await self.driver.resume(update_call(document), answer)

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
        answer = await self._post(self._v2_target, document, repeatable=False)
        value = await self._value(lambda: update_v2_call(document), answer, dict)
        return PolledTask(cast("JsonObject", value)) if value else None

    async def _post(self, target: bytes, document: JsonObject, *, repeatable: bool) -> Sent | None:
        """Send the short way; None when the ordinary one has to be taken."""
        lane = self._lane
        transport = lane.transport() if lane is not None else None
        self.waits = transport is not None
        if lane is None or transport is None:
            return None
        return await lane.post(transport, target, encoded(document), lane.usual, repeatable=repeatable)

    async def _value(self, call: Callable[[], Call[Any]], answer: Sent | None, kind: type) -> object:
        """Return what an answer says; what is no plain success is left to the ordinary way."""
        if answer is None:
            return await self.driver.run(call())
        if isinstance(answer, Refused):
            return await self.driver.run_refused(call(), answer)
        if not isinstance(answer, Outcome):
            if answer.body in _NOTHING:
                return None
            try:
                value: object = decoded(answer.body)
            except ValueError:
                value = None
            if isinstance(value, kind):
                return value
            answer = outcome_of(answer)  # not what was promised: the ordinary way says so in its words
        return await self.driver.resume(call(), answer)

    def _prepared(
        self, lane: DirectLane, task_type: str, worker_id: str, count: int, timeout_ms: int, domain: str | None
    ) -> tuple[Call[Any], bytes, Timeouts]:
        key = task_type, worker_id, count, timeout_ms, domain
        found = self._polls.get(key)
        if found is None:
            call = poll_call(task_type, worker_id=worker_id, count=count, timeout_ms=timeout_ms, domain=domain)
            target = lane.target(call.target, encode_query(call.query))
            if len(self._polls) >= _MOST_POLLS:
                self._polls.clear()
            found = self._polls[key] = call, target, lane.timeouts(call.timeout or 0.0)
        return found


def _tasks(documents: object) -> list[PolledTask]:
    return [PolledTask(document) for document in cast("list[JsonObject]", documents or ())]
