"""What a conformance flow works with: one connection, names of its own, and notes of what the server showed.

A flow runs on several servers. Its notes hold whole documents with everything left out that cannot be the same twice
(ids, times, the flow's own random name), so that two runs can be compared word by word.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from conductor_core import ApiError, Task, TaskDef, TaskResult, WorkflowDef, get
from conductor_core.errors import ServerError
from conductor_core.models import TaskResultStatus
from conductor_workflows import StartWorkflowRequest
from tests.conformance.normalised import Normaliser

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from conductor_core import AsyncConductor

Document: TypeAlias = dict[str, Any]
Flow: TypeAlias = "Callable[[Lab], Awaitable[None]]"
T = TypeVar("T")
F = TypeVar("F", bound="Flow")

LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 75.0  # the real server sometimes goes on only with its sweep, 30 s later
TERMINAL = frozenset({"COMPLETED", "FAILED", "TIMED_OUT", "TERMINATED"})

FLOWS: dict[str, Flow] = {}


def flow(function: F) -> F:
    """Register a flow under its module and name."""
    home = function.__module__.rpartition(".")[2]
    name = f"{home}:{getattr(function, '__name__', '')}"
    if name in FLOWS:
        raise ValueError(f"two flows are called {name}")
    FLOWS[name] = function
    return function


@dataclass
class Lab:
    """One run of one flow.

    Attributes:
        conductor: the server, through the clients.
        name: prefix of all names this run uses; no other run has it.
        notes: what was noted, in order.
    """

    conductor: AsyncConductor
    name: str
    notes: list[tuple[str, object]] = field(default_factory=list["tuple[str, object]"])

    def __post_init__(self) -> None:
        self._normaliser = Normaliser(self.name)

    def note(self, label: str, value: object) -> None:
        """Remember a value for the comparison."""
        self.notes.append((label, self._normaliser.normalised(value)))

    def call(self, text: str, name: str) -> None:
        """Have notes call a text, such as an address of this run's own, by a name."""
        self._normaliser.aliases[text] = name

    def own(self, name: str) -> str:
        """Return a name that no other run uses."""
        return f"{self.name}_{name}"

    # definitions

    async def define_task(self, name: str, **fields: object) -> str:
        """Register a task definition, camelCase fields, and return its name."""
        document = {"name": self.own(name), **fields}
        definition = TaskDef.model_validate(document)
        await patiently(lambda: self.conductor.metadata.register_task(definition))
        return self.own(name)

    async def define(self, tasks: Sequence[Document], name: str = "wf", **fields: object) -> str:
        """Register a workflow definition, camelCase fields, and return its name."""
        definition = self.definition(tasks, name, **fields)
        await patiently(lambda: self.conductor.metadata.register_workflow_def(definition))
        return self.own(name)

    def definition(self, tasks: Sequence[Document], name: str = "wf", **fields: object) -> WorkflowDef:
        """Make a workflow definition without registering it."""
        return WorkflowDef.model_validate({"name": self.own(name), "tasks": list(tasks), **fields})

    def simple(self, ref: str, task: str | None = None, /, **fields: object) -> Document:
        """Make a SIMPLE task of a definition; without a task name it has the one of its reference."""
        return {"name": self.own(task or ref), "taskReferenceName": ref, "type": "SIMPLE", **fields}

    # executions

    async def start(self, name: str = "wf", input: Mapping[str, object] | None = None, **fields: object) -> str:
        """Start an execution and return its id."""
        request = {"name": self.own(name), "input": dict(input or {}), **fields}
        return await self.conductor.workflows.start_workflow(StartWorkflowRequest.model_validate(request))

    async def run_tasks(
        self, tasks: Sequence[Document], input: Mapping[str, object] | None = None, **fields: Any
    ) -> str:
        """Register a definition, start it and return the execution's id."""
        await self.define(tasks, **fields)
        return await self.start(input=input)

    async def document(self, workflow_id: str) -> Document:
        """Fetch an execution as the server writes it."""
        return await self.conductor.run(get("/workflow/{}", workflow_id, returns=dict[str, Any]))

    async def finished(self, workflow_id: str, note: str = "") -> Document:
        """Wait until an execution has ended and return it; with a label, note it too."""
        document = await self.until(workflow_id, lambda seen: seen["status"] in TERMINAL)
        if note:
            self.note(note, document)
        return document

    async def until(self, workflow_id: str, holds: Callable[[Document], object]) -> Document:
        """Look at an execution until something holds for it."""

        async def look() -> Document | None:
            document = await self.document(workflow_id)
            return document if holds(document) else None

        return await self.wait_for(look, f"workflow {workflow_id}")

    async def task_is(self, workflow_id: str, ref: str, *statuses: str) -> Document:
        """Wait until the latest attempt of a task has one of these states, and return the execution."""
        return await self.until(workflow_id, lambda seen: latest(seen, ref).get("status") in statuses)

    async def wait_for(self, look: Callable[[], Awaitable[T | None]], what: str) -> T:
        """Look again and again until there is something to see."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            found = await look()
            if found is not None:
                return found
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {PATIENCE_SECONDS:.0f} s for {what}")
            await asyncio.sleep(LOOK_SECONDS)

    # worker

    async def take(self, task: str, *, domain: str | None = None) -> Task:
        """Poll until there is a task of this type."""

        async def look() -> Task | None:
            return await self.poll(task, domain=domain)

        return await self.wait_for(look, f"a task {task}")

    async def poll(self, task: str, *, domain: str | None = None) -> Task | None:
        """Poll once."""
        return await self.conductor.tasks.poll_task(self.own(task), worker_id="lab", domain=domain)

    async def complete(self, task: Task, output: Mapping[str, object] | None = None) -> None:
        """Report a task as completed."""
        await self.report(task, TaskResultStatus.COMPLETED, output)

    async def fail(self, task: Task, reason: str | None = None, *, for_good: bool = False) -> None:
        """Report a task as failed."""
        status = TaskResultStatus.FAILED_WITH_TERMINAL_ERROR if for_good else TaskResultStatus.FAILED
        await self.report(task, status, {"failed": True}, reasonForIncompletion=reason)

    async def report(
        self, task: Task, status: TaskResultStatus, output: Mapping[str, object] | None = None, **fields: object
    ) -> None:
        """Report anything about a task; more fields by their camelCase names."""
        await self.conductor.tasks.update_task(result_of(task, status, output, **fields))

    async def work(self, task: str, output: Mapping[str, object] | None = None) -> Task:
        """Take a task and complete it."""
        taken = await self.take(task)
        await self.complete(taken, output)
        return taken

    # errors

    async def refused(self, label: str, call: Awaitable[object]) -> ApiError:
        """Await a call that the server must refuse, and note how."""
        try:
            answer = await call
        except ApiError as error:
            problems = sorted(error.validation_errors, key=lambda problem: str(problem.get("message")))
            seen = {"status": error.status, "message": error.server_message, "retryable": error.retryable}
            self.note(label, {**seen, "problems": problems})
            return error
        raise AssertionError(f"{label}: not refused, but answered {answer!r}")


async def patiently(call: Callable[[], Awaitable[None]]) -> None:
    """Do what the real server may refuse while its database is busy, which has nothing to do with the flow."""
    for pause in (0.2, 0.5, 1.0):
        try:
            return await call()
        except ServerError as error:
            if "SQLITE_BUSY" not in error.server_message:
                raise
        await asyncio.sleep(pause)
    return await call()


def result_of(
    task: Task, status: TaskResultStatus, output: Mapping[str, object] | None = None, **fields: object
) -> TaskResult:
    """Make the result of a task."""
    document = {
        "taskId": task.task_id,
        "workflowInstanceId": task.workflow_instance_id,
        "workerId": "lab",
        "status": status,
        "outputData": dict(output or {}),
        **fields,
    }
    return TaskResult.model_validate(document)


def latest(document: Document, ref: str) -> Document:
    """Return the latest attempt of a task in an execution, or an empty document."""
    attempts = [task for task in document["tasks"] if task["referenceTaskName"] == ref]
    return attempts[-1] if attempts else {}


def statuses(document: Document) -> list[tuple[str, str]]:
    """Return reference name and state of each task of an execution."""
    return [(task["referenceTaskName"], task["status"]) for task in document["tasks"]]
