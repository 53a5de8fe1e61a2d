"""One task for one of an agent's workers, run by the worker runtime against the stub server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from conductor_agents import workers_of
from conductor_core.worker import TaskHandler
from tests._support.stub_server import StubConductor, stub_plugins

if TYPE_CHECKING:
    from conductor_agents import Agent


async def work(
    agent: Agent, task_name: str, input_data: dict[str, Any], *, usage: Any = None, **fields: Any
) -> dict[str, Any]:
    """Return the result of one task, as the server gets it.

    Args:
        agent: whose workers run.
        task_name: which of them gets the task.
        input_data: the task's input.
        usage: what tells the tokens of a run.
        fields: further fields of the task, such as ``runtimeMetadata``.
    """
    stub = StubConductor()
    stub.add(task_name, "t", inputData=input_data, **fields)
    handler = TaskHandler(plugins=stub_plugins(stub), workers=workers_of(agent, usage=usage), environ={})
    async with handler, asyncio.timeout(60):
        await stub.until(lambda: "t" in stub.results)
    return stub.result("t")
