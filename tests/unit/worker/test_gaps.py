"""Defects that other worker runtimes have or had, each shown from the poll to the update not to be here."""

from __future__ import annotations

import enum
import json
import time
from datetime import date  # noqa: TC003 - workers' annotations are read when they start
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from conductor_core import NonRetryableException, Task, get_task_context
from conductor_core.worker import define_worker
from conductor_core.worker._config import WorkerOptions

if TYPE_CHECKING:
    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running, Virtual


class Colour(enum.Enum):
    RED = "red"


class Order(pydantic.BaseModel):
    number: int


class Listener:
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def on_task_execution_completed(self, event: Any) -> None:
        self.seen.append(event)

    def on_task_execution_failure(self, event: Any) -> None:
        self.seen.append(event)


def report(
    virtual: Virtual, running: Running, stub: StubConductor, function: Any, **given: Any
) -> tuple[dict[str, Any], list[Any]]:
    """Run one task; return its result and the events of its execution."""
    listener = Listener()
    worker = define_worker("pay", function, WorkerOptions())

    async def main() -> None:
        task = {"name": "pay", "taskReferenceName": "pay", "type": "SIMPLE"}
        stub.add("pay", "t1", inputData=given, workflowTask=task)
        async with running(worker, event_listeners=[listener]):
            await stub.until(lambda: stub.results)

    virtual(main, threads=True)
    return stub.result("t1"), listener.seen


@pytest.mark.parametrize("error", [ValueError("no"), NonRetryableException("never")])
def test_a_blocking_worker_that_raises_is_a_failure_to_listeners_too(
    virtual: Virtual, running: Running, stub: StubConductor, error: Exception
) -> None:
    def fails() -> None:
        raise error

    _, events = report(virtual, running, stub, fails)
    assert [(type(event).__name__, event.cause) for event in events] == [("TaskExecutionFailure", error)]


@pytest.mark.parametrize("error", [ValueError("no"), NonRetryableException("never")])
def test_a_failure_has_no_output_and_its_log_has_the_traceback_and_milliseconds(
    virtual: Virtual, running: Running, stub: StubConductor, error: Exception
) -> None:
    def fails() -> None:
        raise error

    before = time.time() * 1000 - 1
    result, _ = report(virtual, running, stub, fails)
    assert result["outputData"] == {}
    (entry,) = result["logs"]
    assert "Traceback" in entry["log"]
    assert "in fails" in entry["log"]
    assert before <= entry["createdTime"] <= time.time() * 1000 + 1


def test_typed_parameters_work_where_annotations_are_postponed(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    def pay(order: Order, colour: Colour, day: date, amount: int, note: str | None, **rest: str) -> dict[str, Any]:
        kinds = [type(value).__name__ for value in (order, colour, day, amount, note)]
        return {"kinds": kinds, "rest": rest}

    given = {"order": {"number": 1}, "colour": "red", "day": "2026-01-31", "amount": "7", "more": "x"}
    result, _ = report(virtual, running, stub, pay, **given)
    assert result["outputData"] == {"kinds": ["Order", "Colour", "date", "int", "NoneType"], "rest": {"more": "x"}}


def test_the_context_knows_the_task_type_and_its_output_survives_a_returned_dict(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    def pay() -> dict[str, str]:
        context = get_task_context()
        context.set_output({"kept": "yes", "kind": "overwritten"})
        return {"kind": context.get_workflow_task_type() or "unknown"}

    result, _ = report(virtual, running, stub, pay)
    assert result["outputData"] == {"kept": "yes", "kind": "SIMPLE"}


def test_a_coroutine_worker_gets_its_task(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def pay(task: Task) -> str:
        return task.task_id

    result, _ = report(virtual, running, stub, pay)
    assert result["outputData"] == {"result": "t1"}


def test_the_output_size_is_that_of_its_json(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    def pay() -> dict[str, str]:
        return {"text": "ä" * 1000}

    result, events = report(virtual, running, stub, pay)
    assert events[0].output_size_bytes == len(json.dumps(result["outputData"], ensure_ascii=False).encode()) - 1


@pytest.mark.parametrize("kind", ["async", "thread"])
def test_a_traceback_begins_with_the_workers_own_code(
    virtual: Virtual, running: Running, stub: StubConductor, kind: str
) -> None:
    async def work_async() -> None:
        raise ValueError("mine")

    def work_in_thread() -> None:
        raise ValueError("mine")

    result, _ = report(virtual, running, stub, work_async if kind == "async" else work_in_thread)
    (entry,) = result["logs"]
    assert 'raise ValueError("mine")' in entry["log"]
    assert "_execution.py" not in entry["log"]
    assert "_threads.py" not in entry["log"]
