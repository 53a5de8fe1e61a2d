"""The program that the outbox tests kill: `python outbox_program.py URL FILE die|run`; with ``die`` it ends itself before its first update."""

from __future__ import annotations

import os
import signal
import sys

from conductor_core import Plugins, Settings, TaskHandler, hookimpl, worker_task
from conductor_core.http import AsyncBaseTransport, Request, Response
from conductor_core.worker import FileOutbox


@worker_task("pay", thread_count=5)
async def pay(amount: int) -> dict[str, int]:
    return {"paid": amount}


class DiesBeforeTheFirstTry(AsyncBaseTransport):
    """Ends the process at the moment between the commit of a result and its first try."""

    def __init__(self, inner: AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: Request) -> Response:
        if request.method == "POST":
            os.kill(os.getpid(), signal.SIGKILL)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


class Deadly:
    @hookimpl
    def conductor_wrap_transport(self, next: object) -> object:  # noqa: A002 - the contract's name
        return DiesBeforeTheFirstTry(next) if isinstance(next, AsyncBaseTransport) else next


def main() -> int:
    url, file, mode = sys.argv[1:]
    settings = Settings(server_url=url)
    plugins = Plugins.from_settings(settings, plugins=[Deadly()] if mode == "die" else [])
    outbox = FileOutbox(file, lease_seconds=1.0)
    handler = TaskHandler(settings, plugins=plugins, outbox=outbox, handle_signals=True, entry_points=False)
    with handler:
        print("ready", flush=True)  # noqa: T201 - the test waits for it
        handler.join()
    return 0 if handler.report is not None and handler.report.clean else 1


if __name__ == "__main__":
    sys.exit(main())
