"""Starts an execution and waits: until it has ended, is blocked, or the time is up."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING

from conductor_embedded._documents import task_document
from conductor_embedded._values import Document, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conductor_embedded._core import Core
    from conductor_embedded._starter import Starter
    from conductor_embedded._state import Execution, TaskState
    from conductor_embedded._updates import Updates


class Watchers:
    """Tells those who wait for an execution, or for one of its sub-workflows, that it has changed."""

    def __init__(self) -> None:
        self._by_workflow: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._core: Core | None = None

    def attach(self, core: Core) -> None:
        """Say where parents are found."""
        self._core = core

    def notify(self, execution: Execution) -> None:
        """Wake who waits for this execution or one above it."""
        current: Execution | None = execution
        while self._by_workflow and current is not None:
            for event in self._by_workflow.get(current.workflow_id, ()):
                event.set()
            parent = current.parent_workflow_id
            current = None if parent is None or self._core is None else self._core.find(parent)

    def add(self, workflow_id: str) -> asyncio.Event:
        """Begin to watch an execution; the event is set when it has changed."""
        event = asyncio.Event()
        self._by_workflow[workflow_id].add(event)
        return event

    def remove(self, workflow_id: str, event: asyncio.Event) -> None:
        """End watching."""
        events = self._by_workflow[workflow_id]
        events.discard(event)
        if not events:
            del self._by_workflow[workflow_id]


class Executor:
    """The endpoint `execute`: start and wait."""

    def __init__(self, core: Core, starter: Starter, updates: Updates, watchers: Watchers) -> None:
        self._core = core
        self._starter = starter
        self._updates = updates
        self._watchers = watchers

    async def execute(
        self, name: str, version: int | None, request: Document, until: Sequence[str], wait_seconds: float
    ) -> Document:
        """Start an execution and wait; returns a SignalResponse document."""
        workflow_id = self._starter.start({**request, "name": name, "version": version or None})
        changed = self._watchers.add(workflow_id)
        try:
            in_time = await self._wait(workflow_id, changed, until, wait_seconds)
        finally:
            self._watchers.remove(workflow_id, changed)
        return self.response(self._core.get(workflow_id), request, timed_out=not in_time)

    def response(self, execution: Execution, request: Document, *, timed_out: bool) -> Document:
        """Return the SignalResponse document of an execution, as its `returnStrategy` asks for."""
        strategy = as_text(request.get("returnStrategy")) or "TARGET_WORKFLOW"
        document: Document = {
            "responseType": strategy,
            "targetWorkflowId": execution.workflow_id,
            "targetWorkflowStatus": str(execution.status),
            "requestId": as_text(request.get("requestId")),
            "correlationId": execution.correlation_id,
            "signalTimeout": timed_out,
        }
        blocked = self._updates.blocked_task(execution)
        if strategy in {"BLOCKING_TASK", "BLOCKING_TASK_INPUT"} and blocked is not None:
            document.update(_task_part(*blocked))
        else:
            shown = blocked[0] if strategy == "BLOCKING_WORKFLOW" and blocked is not None else execution
            document.update(_workflow_part(shown))
        return {key: value for key, value in document.items() if value is not None}

    async def _wait(self, workflow_id: str, changed: asyncio.Event, until: Sequence[str], wait_seconds: float) -> bool:
        try:
            async with asyncio.timeout(max(0.0, wait_seconds)):
                while not self._may_answer(workflow_id, until):
                    changed.clear()
                    await changed.wait()
        except TimeoutError:
            return self._may_answer(workflow_id, until)
        return True

    def _may_answer(self, workflow_id: str, until: Sequence[str]) -> bool:
        execution = self._core.find(workflow_id)
        if execution is None or execution.status.is_terminal or self._updates.blocked_task(execution) is not None:
            return True
        return any(not task.is_open and task.reference_name in until for task in self._all_tasks(execution))

    def _all_tasks(self, execution: Execution) -> Iterator[TaskState]:
        for task in execution.tasks:
            yield task
            child = None if task.sub_workflow_id is None else self._core.find(task.sub_workflow_id)
            if child is not None:
                yield from self._all_tasks(child)


def _workflow_part(execution: Execution) -> Document:
    return {
        "workflowId": execution.workflow_id,
        "input": execution.input,
        "output": execution.output,
        "priority": execution.priority,
        "variables": execution.variables,
        "tasks": [task_document(execution, task) for task in execution.tasks],
        "createdBy": execution.created_by,
        "createTime": execution.create_time,
        "status": str(execution.status),
        "updateTime": execution.update_time,
    }


def _task_part(execution: Execution, task: TaskState) -> Document:
    document = task_document(execution, task)
    document["input"] = document.pop("inputData")
    document["output"] = document.pop("outputData")
    return {**document, "workflowId": execution.workflow_id}
