"""Sends what waits in the outbox, as soon as the server takes results again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from conductor_core.errors import ConductorError
from conductor_core.worker._backoff import failure_delay, jittered
from conductor_core.worker._stop import first_of
from conductor_core.worker._verdict import Verdict, verdict_on

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from conductor_core.worker._outbox import Letter
    from conductor_core.worker._polled import JsonObject
    from conductor_core.worker._services import Services

logger = logging.getLogger("conductor.worker")


async def redeliver(services: Services) -> None:
    """Deliver waiting results until stop, in order, with growing delays while the server is away."""
    failures = 0
    while not services.stop.requested:
        if not len(services.outbox):
            services.outbox_filled.clear()
            await services.stop.wait_requested_or(services.outbox_filled)
            continue
        if await send_oldest(services, services.client.update):
            failures = 0
        else:
            failures += 1
            await services.stop.pause(jittered(failure_delay(failures), services.random))


async def redeliver_until(services: Services, end: float) -> int:
    """Deliver waiting results until there are none or the time is over; return how many are left.

    Args:
        services: what the runners of a runtime share.
        end: loop time at which to give up.
    """
    while len(services.outbox) and services.now() < end:
        if not await send_oldest(services, services.client.update_last):
            await first_of(min(1.0, end - services.now()))
    return len(services.outbox)


async def send_oldest(services: Services, send: Callable[[JsonObject], Awaitable[None]]) -> bool:
    """Send the oldest result by one of the client's methods; False when the server is still away."""
    letter = services.outbox.oldest()
    if letter is None:
        return True
    try:
        await send(letter.document)
    except ConductorError as error:
        verdict = verdict_on(error)
        if verdict is Verdict.RETRY:
            return False
        _give_up(services, letter, error, verdict)
    services.outbox.remove(letter)
    return True


def _give_up(services: Services, letter: Letter, error: ConductorError, verdict: Verdict) -> None:
    logger.warning("the late result of task %s is not taken: %s", letter.task_id, error)
    if verdict is Verdict.REFUSED:
        services.outbox.bury(letter.document, str(error))
