"""Several calls of one flow at the same time: on threads for the blocking face, as tasks of the loop for the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core.errors import ConductorError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from conductor_core._call import Call, Together


def on_threads(step: Together[Any], run: Callable[[Call[Any]], Any]) -> list[Any]:
    """Run the calls on threads of their own, which see the context of the caller; a single one needs none.

    What is no ``ConductorError`` ends the step: calls that wait are not sent any more, and those under way are waited for.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - most programs call one after the other
    from contextvars import copy_context  # noqa: PLC0415 - likewise

    def outcome(call: Call[Any]) -> Any:
        try:
            return run(call)
        except ConductorError as error:
            return error

    if len(step.calls) <= 1 or step.limit == 1:
        return [outcome(call) for call in step.calls]
    pool = ThreadPoolExecutor(min(step.limit, len(step.calls)), "conductor-calls")
    try:
        running = [pool.submit(copy_context().run, outcome, call) for call in step.calls]
        return [future.result() for future in running]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


async def on_loop(step: Together[Any], run: Callable[[Call[Any]], Awaitable[Any]]) -> list[Any]:
    """Run the calls as tasks of the running loop.

    What is no ``ConductorError`` ends the step, as cancelling it does: the other calls are cancelled.
    """
    import asyncio  # noqa: PLC0415 - blocking programs need none

    gate = asyncio.Semaphore(step.limit)
    ended = asyncio.Event()

    async def outcome(call: Call[Any]) -> Any:
        async with gate:
            if ended.is_set():
                return None  # nobody reads it, since the step ends with an error
            try:
                return await run(call)
            except ConductorError as error:
                return error
            except BaseException:
                ended.set()
                raise

    running = [asyncio.ensure_future(outcome(call)) for call in step.calls]
    try:
        return await asyncio.gather(*running)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
