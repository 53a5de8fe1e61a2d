"""The program that the tests send signals to: 25 ``def`` and 25 ``async def`` slots; `python workers_program.py URL SECONDS thread|async`."""

from __future__ import annotations

import asyncio
import sys
import time

from conductor_core import Settings, TaskHandler, worker_task


@worker_task("blocking", thread_count=25)
def blocking(seconds: float) -> str:
    time.sleep(seconds)
    return "done"


@worker_task("waiting", thread_count=25)
async def waiting(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "done"


@worker_task("stubborn")
def stubborn(seconds: float) -> str:
    time.sleep(seconds)
    return "done"


@worker_task("freezing")
async def freezing(seconds: float) -> str:
    time.sleep(seconds)  # noqa: ASYNC251 - the mistake that the tests are about
    return "done"


def main() -> int:
    settings = Settings(server_url=sys.argv[1])
    handler = TaskHandler(settings, handle_signals=True, stop_timeout=float(sys.argv[2]))
    if sys.argv[3] == "async":
        asyncio.run(in_a_loop(handler))
    else:
        with handler:
            print("ready", flush=True)  # noqa: T201 - the test waits for it
            handler.join()
    return 0 if handler.report is not None and handler.report.clean else 1


async def in_a_loop(handler: TaskHandler) -> None:
    async with handler:
        print("ready", flush=True)  # noqa: T201 - the test waits for it
        await handler.wait()


if __name__ == "__main__":
    sys.exit(main())
