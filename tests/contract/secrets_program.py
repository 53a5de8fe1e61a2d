"""A program that shows all it can: everything is logged at DEBUG, and every object, header and error is printed.

Its settings come from the environment; what it is run for is that no secret of them is in its output.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import traceback
from dataclasses import replace
from typing import Any

from conductor_core import AsyncConductor, Conductor, ConductorError, Settings, TaskHandler, get, post, worker_task
from conductor_core.cli import main

LIBRARIES = ("", "asyncio", "conductor", "h2", "hpack", "httpcore", "httpx")
CALLS = (get("/ok"), post("/ok", body={"a": 1}), get("/refused"), get("/broken"), get("/garbage", returns=int))


@worker_task(task_definition_name="shown")
def work() -> str:
    """Never called: its polls are what counts."""
    return "done"


def show(*things: object) -> None:
    """Print objects in all their forms."""
    for thing in things:
        print(repr(thing), str(thing), f"{thing}")  # noqa: T201 - what the program is for


def show_error(error: ConductorError) -> None:
    """Print an error, what it came from, and what the stack held."""
    show(error, error.args, vars(error), error.__cause__, error.__reduce__())
    print("".join(traceback.format_exception(error)), getattr(error, "__notes__", ""))  # noqa: T201 - see above


def blocking(settings: Settings) -> None:
    """Make every kind of call on the sync face."""
    with Conductor(settings) as conductor:
        once = conductor.with_options(retry_budget=0)
        for call in CALLS:
            try:
                show(call, once.run(call))
            except ConductorError as error:
                show_error(error)
        parts: Any = vars(conductor)["_parts"]
        show(conductor, once, parts, parts.auth, parts.auth_provider, parts.transport, conductor.plugins.report())
        show(conductor.authentication_headers(), parts.auth_provider.static_headers())
        try:
            show(conductor.server_info())
        except ConductorError as error:
            show_error(error)


async def awaiting(settings: Settings) -> None:
    """Do the same on the async face, with workers beside it."""
    async with AsyncConductor(settings) as conductor, TaskHandler(workers=[work], settings=settings) as handler:
        once = conductor.with_options(retry_budget=0)
        for call in CALLS:
            try:
                show(call, await once.run(call))
            except ConductorError as error:
                show_error(error)
        await asyncio.sleep(0.1)
        show(conductor, handler, handler.settings, await conductor.authentication_headers())


def unreachable(settings: Settings) -> None:
    """Call where nobody listens."""
    with Conductor(replace(settings, server_url="http://127.0.0.1:9")) as conductor:
        try:
            conductor.with_options(retry_budget=0).run(get("/ok"))
        except ConductorError as error:
            show_error(error)


def run(settings: Settings) -> None:
    """Show one transport."""
    show(settings, settings.shown(), settings.sources)
    blocking(settings)
    asyncio.run(awaiting(settings), debug=True)
    unreachable(settings)


if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.DEBUG)
    for choice in os.environ["SHOWN_TRANSPORTS"].split():
        transport, _, prior = choice.partition("+")
        run(Settings.load(transport=transport, http2_prior_knowledge=bool(prior), server_url=os.environ[f"URL{prior}"]))
    for words in (["config", "show"], ["plugins"], ["plugins", "--json"], ["doctor"]):
        main(["--log-level", "DEBUG", *words])
    print("shown to the end")  # noqa: T201 - the sign that nothing was left out
