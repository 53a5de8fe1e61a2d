"""Workers that tests serve from several processes: ``conductor worker run tests._support.copies_workers --processes 2``."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time

from conductor_core import worker_task

logger = logging.getLogger("conductor.shop")


@worker_task("where", thread_count=2)
async def where() -> int:
    for number in range(5):
        logger.info("line %d", number)
    return os.getpid()


@worker_task("waiting", thread_count=4)
async def waiting(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "done"


@worker_task("crashing")
def crashing(file: str) -> str:
    """End the whole process, but only once."""
    if os.path.exists(file):  # noqa: PTH110 - a mark for the test
        return "survived"
    with open(file, "w"):  # noqa: PTH123 - the same
        pass
    os.kill(os.getpid(), signal.SIGKILL)
    return "not reached"


@worker_task("freezing")
async def freezing(seconds: float, file: str = "") -> str:
    """Block the loop for so long, or until a file is there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (file and os.path.exists(file)):  # noqa: ASYNC240, PTH110 - as above
        time.sleep(0.02)  # noqa: ASYNC251 - the mistake that the tests are about
    return "done"


@worker_task("isolated", isolation="process")
def isolated(seconds: float = 0.0) -> int:
    time.sleep(seconds)
    return os.getpid()
