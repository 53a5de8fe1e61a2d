"""Sends what waits in the outbox, as soon as the server takes results again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from conductor_core.worker._backoff import failure_delay, jittered
from conductor_core.worker._refusal import refused
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
        services.outbox_filled.clear()
        letter = await services.outbox.take()
        if letter is None:
            await _wait_for_letters(services)
        elif await send_again(services, letter, services.client.update):
            failures = 0
        else:
            failures += 1
            await services.stop.pause(jittered(failure_delay(failures), services.random))


async def redeliver_until(services: Services, end: float) -> int:
    """Deliver waiting results until there are none or the time is over; return how many end with this process.

    Results that outlive the process get one chance: as soon as the server turns out to be away they are left to the next.

    Args:
        services: what the runners of a runtime share.
        end: loop time at which to give up.
    """
    outbox = services.outbox
    while services.now() < end and (letter := await outbox.take()) is not None:
        if not await send_again(services, letter, services.client.update_last):
            if not outbox.ends_with_process():
                break
            await first_of(min(1.0, end - services.now()))
    return outbox.ends_with_process()


async def send_again(services: Services, letter: Letter, send: Callable[[JsonObject], Awaitable[None]]) -> bool:
    """Send a result by one of the client's methods; False when the server is still away."""
    try:
        await send(letter.document)
    except Exception as error:  # noqa: BLE001 - a defect on the way to the server must not cost the result
        verdict = verdict_on(error)
        if verdict is Verdict.RETRY:
            return False
        if verdict is Verdict.REFUSED:
            await refused(services, letter, error)
            return True
        logger.warning("the late result of task %s is not wanted any more: %s", letter.task_id, error)
    else:
        logger.info("the result of task %s was reported late", letter.task_id)
    services.outbox.discard(letter)
    return True


async def _wait_for_letters(services: Services) -> None:
    """Wait until this process has something to send again, or until others may have left something behind."""
    seconds = services.outbox.look_again_seconds
    if seconds is None:
        await services.stop.wait_requested_or(services.outbox_filled)
    else:
        await services.stop.pause(seconds, services.outbox_filled)
