"""A workbench for the engine: definitions in a few words, an engine on a virtual clock, workers that do as told."""

from __future__ import annotations

import itertools
import random
import weakref
from typing import TYPE_CHECKING, Any, TypeAlias

from conductor_embedded.clock import VirtualClock
from conductor_embedded.engine import Engine
from conductor_embedded.evaluators import Evaluators
from conductor_embedded.store import MEMORY, Store
from conductor_embedded.system_tasks import SystemTasks, builtin_system_tasks

if TYPE_CHECKING:
    from conductor_embedded._secrets import Secrets

# Tests look deep into documents; their types would only be in the way there.
Document: TypeAlias = dict[str, Any]


class Definitions:
    """Writes definitions."""

    @staticmethod
    def task(kind: str, ref: str, /, **fields: object) -> Document:
        return {"name": ref, "taskReferenceName": ref, "type": kind, **fields}

    def simple(self, ref: str, **fields: object) -> Document:
        return self.task("SIMPLE", ref, **fields)

    def fork(self, ref: str, *branches: list[Document], join_on: list[str] | None = None) -> list[Document]:
        last = [str(branch[-1]["taskReferenceName"]) for branch in branches]
        return [
            self.task("FORK_JOIN", ref, forkTasks=list(branches)),
            self.task("JOIN", f"{ref}_join", joinOn=last if join_on is None else join_on),
        ]

    def switch(self, ref: str, value: str, cases: Document, default: list[Document] | None = None) -> Document:
        return self.task(
            "SWITCH",
            ref,
            evaluatorType="value-param",
            expression="case",
            inputParameters={"case": value},
            decisionCases=cases,
            defaultCase=default or [],
        )

    def wait(self, ref: str, **inputs: object) -> Document:
        return self.task("WAIT", ref, inputParameters=inputs)

    def dynamic(self, ref: str, name: str, **inputs: object) -> Document:
        return self.task("DYNAMIC", ref, dynamicTaskNameParam="to", inputParameters={"to": name, **inputs})

    def dynamic_fork(self, ref: str, name: str, inputs: object) -> list[Document]:
        parameters = {"forkTaskName": name, "forkTaskInputs": inputs}
        return [self.task("FORK_JOIN_DYNAMIC", ref, inputParameters=parameters), self.task("JOIN", f"{ref}_join")]

    def loop(self, ref: str, times: int, *body: Document, keep: int = 0) -> Document:
        condition = f"$['{ref}']['iteration'] < {times}"
        return self.task(
            "DO_WHILE", ref, loopCondition=condition, loopOver=list(body), inputParameters={"keepLastN": keep}
        )

    def child(self, ref: str, name: str, **inputs: object) -> Document:
        return self.task("SUB_WORKFLOW", ref, subWorkflowParam={"name": name}, inputParameters=inputs)

    def terminate(self, ref: str, status: str, **inputs: object) -> Document:
        return self.task("TERMINATE", ref, inputParameters={"terminationStatus": status, **inputs})

    @staticmethod
    def workflow(*tasks: Document, name: str = "flow", **fields: Any) -> Document:
        return {"name": name, "version": 1, "schemaVersion": 2, "tasks": list(tasks), **fields}


class Lab:
    """An engine and everybody around it."""

    def __init__(self, path: str = MEMORY, seed: int = 1, secrets: Secrets | None = None) -> None:
        self.define = Definitions()
        self.clock = VirtualClock(1_700_000_000_000)
        numbers = itertools.count(1)
        self.store = Store(path)
        weakref.finalize(
            self, self.store.close
        )  # for tests that make one themselves; Python 3.13 warns of open databases
        self.engine = Engine(
            self.store,
            clock=self.clock,
            random=random.Random(seed),  # noqa: S311 - jitter needs no secrecy
            new_id=lambda: f"id-{seed}-{next(numbers)}",
            system_tasks=SystemTasks(builtin_system_tasks()),
            evaluators=Evaluators(),
            secrets=secrets,
        )

    def task_def(self, name: str, **fields: object) -> None:
        self.engine.put_task_defs([{"name": name, "retryCount": 0, "retryDelaySeconds": 0, **fields}])

    def start(self, *tasks: Document, request: Document | None = None, **fields: Any) -> str:
        definition = self.define.workflow(*tasks, **fields)
        self.engine.create_workflow_def(definition, overwrite=True)
        workflow_id = self.engine.start_workflow({"name": definition["name"], **(request or {})})
        self.engine.run_due()
        return workflow_id

    async def poll(self, task_type: str, domain: str | None = None) -> Document:
        tasks = await self.engine.poll(task_type, timeout_ms=0, worker_id="worker", domain=domain)
        assert tasks, f"nothing to poll of type {task_type}"
        return tasks[0]

    async def idle(self, task_type: str) -> bool:
        return not await self.engine.poll(task_type, timeout_ms=0)

    def report(self, task: Document, status: str = "COMPLETED", output: Document | None = None, **more: object) -> str:
        ids = {"taskId": task["taskId"], "workflowInstanceId": task["workflowInstanceId"]}
        answer = self.engine.update_task({**ids, "status": status, "outputData": output or {}, **more})
        self.engine.run_due()
        return answer

    async def do(
        self, task_type: str, status: str = "COMPLETED", output: Document | None = None, **more: object
    ) -> None:
        self.report(await self.poll(task_type), status, output, **more)

    def workflow(self, workflow_id: str) -> Document:
        return self.engine.get_workflow(workflow_id)

    def status(self, workflow_id: str) -> object:
        return self.workflow(workflow_id)["status"]

    def tasks(self, workflow_id: str) -> list[Document]:
        found: list[Document] = self.workflow(workflow_id)["tasks"]
        return found

    def task(self, workflow_id: str, ref: str) -> Document:
        return [task for task in self.tasks(workflow_id) if task["referenceTaskName"] == ref][-1]

    def brief(self, workflow_id: str) -> list[tuple[object, object]]:
        return [(task["referenceTaskName"], task["status"]) for task in self.tasks(workflow_id)]
