"""Workers on the event loop of a web service: they start and stop with it, and its requests start workflows.

python examples/workers_in_a_web_service.py

The application is plain ASGI, so any server for ASGI applications can serve ``application``; this program plays one
request itself.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from conductor_core import AsyncConductor, Settings, TaskHandler, worker_task
from conductor_workflows import ConductorWorkflow

SETTINGS = Settings(server_url="embedded://memory/web", transport="embedded")
Message = dict[str, Any]


@worker_task(task_definition_name="price")
async def price(pieces: int) -> int:
    """Say what so many pieces cost."""
    return pieces * 3


def pricing() -> ConductorWorkflow:
    """One task, whose result is the workflow's."""
    workflow = ConductorWorkflow(name="pricing", version=1)
    task = price(task_ref_name="price_ref", pieces=workflow.input("pieces"))
    return (workflow >> task).output_parameters({"price": task.output("result")})


async def application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Serve the workers for as long as the service lives, and answer requests."""
    if scope["type"] == "lifespan":
        await receive()
        async with TaskHandler(SETTINGS, workers=[price]):
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})
    else:
        pieces = int(scope["path"].strip("/"))
        async with AsyncConductor(SETTINGS) as conductor:
            run = await pricing().execute(conductor, workflow_input={"pieces": pieces})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(run.output).encode()})


async def main() -> None:
    """Do what a server for ASGI applications does: start the service, pass one request, stop the service."""
    to_service: asyncio.Queue[Message] = asyncio.Queue()
    from_service: asyncio.Queue[Message] = asyncio.Queue()
    service = asyncio.create_task(application({"type": "lifespan"}, to_service.get, from_service.put))
    await to_service.put({"type": "lifespan.startup"})
    print((await from_service.get())["type"])
    await application({"type": "http", "path": "/14"}, to_service.get, from_service.put)
    print((await from_service.get())["status"], (await from_service.get())["body"].decode())
    await to_service.put({"type": "lifespan.shutdown"})
    await service
    print((await from_service.get())["type"])


if __name__ == "__main__":
    asyncio.run(main())
