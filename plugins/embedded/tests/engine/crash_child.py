"""A program that is killed: starts workflows and works on them, and tells what the engine has promised it.

Each line on its output is a promise: `started ID`, `taken TASK`, `result TASK NUMBER`.
"""

from __future__ import annotations

import asyncio
import random
import sys
import uuid
from typing import TYPE_CHECKING

from conductor_embedded.clock import RealClock
from conductor_embedded.engine import Engine
from conductor_embedded.evaluators import Evaluators
from conductor_embedded.store import Store
from conductor_embedded.system_tasks import SystemTasks, builtin_system_tasks

if TYPE_CHECKING:
    from conductor_embedded._values import Document

TYPES = ("first", "left", "right", "last", "inner")


def simple(name: str) -> Document:
    return {"name": name, "taskReferenceName": name, "type": "SIMPLE"}


CHILD: Document = {"name": "child", "version": 1, "tasks": [simple("inner")]}
FLOW: Document = {
    "name": "flow",
    "version": 1,
    "tasks": [
        simple("first"),
        {
            "name": "fork",
            "taskReferenceName": "fork",
            "type": "FORK_JOIN",
            "forkTasks": [
                [
                    simple("left"),
                    {
                        "name": "wait",
                        "taskReferenceName": "wait",
                        "type": "WAIT",
                        "inputParameters": {"duration": "0 s"},
                    },
                ],
                [simple("right")],
                [
                    {
                        "name": "sub",
                        "taskReferenceName": "sub",
                        "type": "SUB_WORKFLOW",
                        "subWorkflowParam": {"name": "child"},
                    }
                ],
            ],
        },
        {"name": "join", "taskReferenceName": "join", "type": "JOIN", "joinOn": ["wait", "right", "sub"]},
        simple("last"),
    ],
}


def open_engine(path: str) -> Engine:
    return Engine(
        Store(path),
        clock=RealClock(),
        random=random.Random(),  # noqa: S311 - jitter needs no secrecy
        new_id=lambda: str(uuid.uuid4()),
        system_tasks=SystemTasks(builtin_system_tasks()),
        evaluators=Evaluators(),
    )


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


async def work(engine: Engine, task_type: str, numbers: random.Random) -> None:
    while True:
        for task in await engine.poll(task_type, count=3, timeout_ms=1000):
            say("taken", task["taskId"])
            await asyncio.sleep(numbers.random() / 500)
            number = numbers.randrange(10**9)
            ids = {"taskId": task["taskId"], "workflowInstanceId": task["workflowInstanceId"]}
            engine.update_task({**ids, "status": "COMPLETED", "outputData": {"number": number}})
            say("result", task["taskId"], number)


async def main(path: str, starts: int) -> None:
    engine = open_engine(path)
    await engine.start()
    # A task that was with a worker when the process died is handed out again after a second.
    limits = {"retryCount": 50, "retryDelaySeconds": 0, "responseTimeoutSeconds": 1}
    engine.put_task_defs([{"name": name, **limits} for name in TYPES])
    engine.create_workflow_def(CHILD, overwrite=True)
    engine.create_workflow_def(FLOW, overwrite=True)
    numbers = random.Random()  # noqa: S311 - any numbers will do
    workers = [asyncio.create_task(work(engine, task_type, numbers)) for task_type in TYPES]
    for _ in range(starts):
        say("started", engine.start_workflow({"name": "flow"}))
        await asyncio.sleep(0)
    await asyncio.gather(*workers)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
