"""Small steps that the conformance tests of several clients share."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from conductor_core import Conductor, Task, TaskResult
from conductor_core.models import TaskResultStatus
from conductor_workflows import StartWorkflowRequest

if TYPE_CHECKING:
    from collections.abc import Callable

DONE = TaskResultStatus.COMPLETED
PATIENCE = 60.0
"""Seconds; the real server sometimes goes on only with its sweep, 30 s later."""


def start(conductor: Conductor, name: str, **fields: object) -> str:
    """Start an execution and return its id; more fields by their camelCase names."""
    request = {"name": name, "input": {"n": 1}, "correlationId": name, **fields}
    return conductor.workflows.start_workflow(StartWorkflowRequest.model_validate(request))


def polled(conductor: Conductor, task_type: str) -> Task:
    """The next task of a type, which the server may take a moment to schedule."""
    for _ in range(40):
        tasks = conductor.tasks.batch_poll(task_type, count=1, timeout=500, worker_id="me")
        if tasks:
            return tasks[0]
    raise AssertionError(f"nothing to poll for {task_type}")


def result(task: Task, status: TaskResultStatus = DONE, **output: object) -> TaskResult:
    """The result of a task."""
    ids = {"task_id": task.task_id, "workflow_instance_id": task.workflow_instance_id}
    return TaskResult(**ids, status=status, output_data=output)  # type: ignore[arg-type]  # two of the text fields


def found(conductor: Conductor, query: str) -> list[str]:
    """Ids of executions, once the index has them."""
    deadline = time.monotonic() + PATIENCE
    while True:
        hits = conductor.workflows.search(query, size=10, sort="startTime:DESC").results
        if hits or time.monotonic() > deadline:
            return [hit.workflow_id for hit in hits]


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, such as what the index of a server knows."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
