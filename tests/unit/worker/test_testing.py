"""`conductor_core.testing`: a worker under test gives what the runtime would send."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt  # noqa: TC003 - workers read their annotations
import enum
import os
from decimal import Decimal  # noqa: TC003 - workers read their annotations
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import (
    NonRetryableException,
    Task,
    TaskInProgress,
    TaskResult,
    get_task_context,
    worker_task,
)
from conductor_core.errors import WorkerError
from conductor_core.models import TaskResultStatus
from conductor_core.testing import run_worker, run_worker_async
from conductor_core.worker import current_task_context, define_worker, json_schema
from conductor_core.worker._config import WorkerOptions

if TYPE_CHECKING:
    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running, Virtual


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Line:
    sku: str
    price: Decimal


@dataclasses.dataclass
class Order:
    lines: list[Line]
    placed: dt.date
    colour: Colour


def total(order: Order) -> dict[str, Any]:
    return {"total": sum(line.price for line in order.lines), "day": order.placed, "colour": order.colour}


async def with_context(x: int) -> dict[str, int]:
    context = get_task_context()
    context.add_log(f"x is {x}")
    context.set_output({"seen": x, "x": 0})
    return {"x": x}


def whole_task(task: Task) -> TaskResult:
    return TaskResult(
        status=TaskResultStatus.FAILED, output_data={"tries": task.retry_count}, reason_for_incompletion="no"
    )


def refuses(x: int) -> None:
    raise NonRetryableException(f"not {x}")


def fails(x: int) -> None:
    get_task_context().set_output({"part": 1})
    raise LookupError(x)


def comes_back() -> TaskInProgress:
    return TaskInProgress(7, {"page": 2})


def ends() -> None:
    raise SystemExit(3)


ORDER = {"lines": [{"sku": "a", "price": "1.50"}, {"sku": "b", "price": 2}], "placed": "2026-01-02", "colour": "red"}
CASES: list[tuple[Any, dict[str, Any]]] = [
    (total, {"order": ORDER}),
    (total, {"order": {**ORDER, "placed": "soon"}}),
    (with_context, {"x": "5"}),
    (whole_task, {}),
    (refuses, {"x": 1}),
    (fails, {"x": 1}),
    (comes_back, {}),
    (ends, {}),
    (with_context, {}),
]


@pytest.mark.parametrize(("function", "given"), CASES)
def test_it_is_the_result_that_the_runtime_sends(
    virtual: Virtual, running: Running, stub: StubConductor, function: Any, given: dict[str, Any]
) -> None:
    worker = define_worker("pay", function, WorkerOptions(worker_id="me"))

    async def main() -> None:
        stub.add("pay", "t1", inputData=given, retryCount=2)
        async with running(worker):
            await stub.until(lambda: stub.results)

    virtual(main, threads=True)
    sent = stub.result("t1")
    task = Task.model_validate({"taskId": "t1", "workflowInstanceId": "w-t1", "inputData": given, "retryCount": 2})
    found = run_worker(worker, task).to_wire()
    assert _comparable(found) == _comparable(sent)


def _comparable(document: dict[str, Any]) -> dict[str, Any]:
    """Without what is of the moment: times, and the lines of tracebacks."""
    logs = [entry["log"].splitlines()[-1] for entry in document.get("logs", [])]
    return {**document, "logs": logs}


def test_the_input_alone_is_enough() -> None:
    @worker_task("charge")
    def charge(amount: Decimal, note: str = "-") -> str:
        return f"{amount}{note}{get_task_context().get_task_def_name()}"

    result = run_worker(charge, {"amount": "12.50"})
    assert (result.status, result.output_data) == ("COMPLETED", {"result": "12.50-charge"})
    assert (result.task_id, result.workflow_instance_id) == ("test-task", "test-workflow")
    assert current_task_context() is None


def test_an_object_with_execute_is_a_worker_too() -> None:
    class Doubling:
        task_definition_name = "double"

        async def execute(self, x: int) -> int:
            return 2 * x

    assert run_worker(Doubling(), {"x": 4}).output_data == {"result": 8}


def test_stated_schemas_and_strictness_count() -> None:
    schema = json_schema({"type": "object", "properties": {"x": {"type": "integer", "minimum": 3}}})
    calls: list[int] = []

    def work(x: int) -> dict[str, int]:
        calls.append(x)
        return {"x": -x}

    checked = define_worker("pay", work, WorkerOptions(strict_schema=True), input_type=schema, output_type=schema)
    assert run_worker(checked, {"x": 1}).status == "FAILED_WITH_TERMINAL_ERROR"
    assert calls == []
    refused = run_worker(checked, {"x": 5})
    assert (calls, refused.status) == ([5], "FAILED_WITH_TERMINAL_ERROR")
    assert str(refused.reason_for_incompletion).startswith("the output does not fit its schema: x")
    strict = define_worker("pay", work, WorkerOptions(strict_schema=True))
    assert "unknown" in str(run_worker(strict, {"x": 5, "unknown": 1}).reason_for_incompletion)


async def test_on_a_running_loop_it_is_awaited() -> None:
    loop = asyncio.get_running_loop()

    async def work() -> bool:
        return asyncio.get_running_loop() is loop

    worker = define_worker("pay", work)
    assert (await run_worker_async(worker, {})).output_data == {"result": True}
    with pytest.raises(WorkerError, match="await run_worker_async"):
        run_worker(worker, {})


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "CONDUCTOR_WORKER_PAY_STRICT_SCHEMA", "true")
    assert run_worker(define_worker("pay", with_context), {"x": 1, "more": 2}).status == "COMPLETED"


@pytest.mark.parametrize("given", [5, None, "{}", [1]])
def test_what_is_neither_task_nor_input_is_refused(given: Any) -> None:
    with pytest.raises(WorkerError, match=f"got {type(given).__name__}"):
        run_worker(define_worker("pay", with_context), given)


def test_what_is_no_worker_is_refused() -> None:
    with pytest.raises(WorkerError, match="@worker_task"):
        run_worker(print, {})
