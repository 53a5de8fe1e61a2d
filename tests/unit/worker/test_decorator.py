"""``@worker_task``: a function stays a function, becomes a worker, and makes tasks for workflow definitions."""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import subprocess
import sys
from typing import Any

import pydantic
import pytest

from conductor_core import worker_task
from conductor_core.errors import InvalidArgumentError, WorkerError
from conductor_core.worker import (
    PolledTask,
    SimpleTaskCall,
    WorkerTask,
    count_registered_workers,
    define_worker,
    get_registered_worker,
    get_registered_workers,
)
from conductor_core.worker._binding import Binder
from conductor_core.worker._sources import all_definitions, definitions_of


@worker_task("pay", domain="eu")
def module_worker(amount: int, note: str = "") -> str:
    """Pay something."""
    return f"{amount}{note}"


def test_a_decorated_function_is_called_as_before() -> None:
    assert module_worker(5, note="!") == "5!"
    assert module_worker.__name__ == "module_worker"
    assert module_worker.__doc__ == "Pay something."
    assert list(inspect.signature(module_worker).parameters) == ["amount", "note"]


async def test_a_decorated_coroutine_function_is_awaited_as_before() -> None:
    @worker_task("pay")
    async def pay(amount: int) -> int:
        return amount

    assert await pay(5) == 5
    if sys.version_info >= (3, 12):
        assert inspect.iscoroutinefunction(pay)


def test_every_keyword_reaches_the_options() -> None:
    @worker_task(
        task_definition_name="all",
        poll_interval_millis=1000,
        thread_count=5,
        domain="production",
        worker_id="worker-1",
        register_task_def=True,
        poll_timeout=150,
        overwrite_task_def=False,
        strict_schema=True,
        lease_extend_enabled=True,
        register_schema=True,
    )
    def work(a: int) -> None: ...

    found = get_registered_worker("all", "production")
    assert found is not None
    options = found.options
    assert (options.poll_interval, options.concurrency, options.worker_id) == (1000, 5, "worker-1")
    assert (options.register_task_def, options.poll_timeout, options.overwrite_task_def) == (True, 150, False)
    assert (options.strict_schema, options.lease_extend_enabled, options.register_schema) == (True, True, True)
    assert found.function is work.__wrapped__  # type: ignore[attr-defined]  # that it is written so is what is tested
    assert found.module == __name__


def test_with_a_reference_name_it_makes_a_task() -> None:
    made = module_worker(task_ref_name="first", amount="${workflow.input.amount}", note="n")
    assert made == SimpleTaskCall("pay", "first", {"amount": "${workflow.input.amount}", "note": "n"})
    assert made.to_workflow_task().to_wire() == {
        "name": "pay",
        "taskReferenceName": "first",
        "type": "SIMPLE",
        "inputParameters": {"amount": "${workflow.input.amount}", "note": "n"},
    } | {k: v for k, v in made.to_workflow_task().to_wire().items() if k in {"optional", "asyncComplete", "startDelay"}}
    assert made.output("result") == "${first.output.result}"
    assert made.output() == "${first.output}"
    assert made.input("amount") == "${first.input.amount}"


def test_an_empty_reference_name_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="task_ref_name of 'pay'"):
        module_worker(task_ref_name="  ")


def test_a_function_with_a_parameter_of_that_name_keeps_it() -> None:
    @worker_task("odd")
    def odd(task_ref_name: str) -> str:
        return task_ref_name

    assert odd(task_ref_name="mine") == "mine"


def test_name_and_domain_are_the_key_and_an_empty_domain_is_none() -> None:
    for domain in (None, "", "eu"):
        worker_task("pay", domain=domain)(lambda a, b: None)  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType] - the untyped lambda or worker is the test's own
    assert count_registered_workers() == 2
    assert {worker.key for worker in get_registered_workers()} == {("pay", None), ("pay", "eu")}
    assert get_registered_worker("pay", "") is get_registered_worker("pay", None)


def test_registering_a_key_twice_warns_and_replaces(caplog: pytest.LogCaptureFixture) -> None:
    @worker_task("pay")
    def first(a: int) -> None: ...

    @worker_task("pay")
    def second(a: int) -> None: ...

    found = get_registered_worker("pay")
    assert found is not None
    assert found.function is second.__wrapped__  # type: ignore[attr-defined]  # that it is written so is what is tested
    assert "registered twice" in caplog.text
    assert "first" in caplog.text
    assert caplog.records[-1].levelno == logging.WARNING


@pytest.mark.parametrize("name", ["", "   ", None, 5])
def test_a_worker_needs_a_name(name: Any) -> None:
    with pytest.raises(WorkerError, match="name of its task definition"):
        worker_task(name)(lambda: None)


def test_local_classes_in_text_annotations_are_found() -> None:
    class Local(pydantic.BaseModel):
        a: int

    @worker_task("local")
    def work(value: Local, other: int = 1) -> int:
        return value.a

    found = get_registered_worker("local")
    assert found is not None
    task = PolledTask({"taskId": "t", "workflowInstanceId": "w", "inputData": {"value": {"a": "5"}}})
    assert Binder(found.signature).bind(task).args == (Local(a=5), 1)


def test_the_older_decorator() -> None:
    @WorkerTask("old", poll_interval_seconds=2, thread_count=3)
    def work(a: int) -> int:
        return a

    found = get_registered_worker("old")
    assert found is not None
    assert (found.options.poll_interval, found.options.concurrency) == (2000, 3)
    assert work(1) == 1


# What a handler takes for a worker.


class Executes:
    task_definition_names = ("a", "b")
    poll_interval = 250

    def execute(self, task) -> Any:  # type: ignore[no-untyped-def]  # without annotation it gets the whole task
        return task  # pyright: ignore[reportUnknownVariableType] - the task has no annotation


class Getter:
    def get_task_definition_name(self) -> Any:
        return "got"

    async def execute(self, task) -> Any:  # type: ignore[no-untyped-def]  # without annotation it gets the whole task
        return task  # pyright: ignore[reportUnknownVariableType] - the task has no annotation


def test_objects_with_execute_may_serve_several_names() -> None:
    found = definitions_of(Executes())
    assert [worker.name for worker in found] == ["a", "b"]
    assert found[0].options.poll_interval == 250
    (got,) = definitions_of(Getter())
    assert got.name == "got"
    assert got.signature.is_async


def test_later_definitions_replace_earlier_ones_of_the_same_key() -> None:
    one, other = define_worker("pay", lambda a: 1), define_worker("pay", lambda a: 2)  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType] - the untyped lambda or worker is the test's own
    assert all_definitions([one, other, module_worker]) == [other, *definitions_of(module_worker)]


@pytest.mark.parametrize("candidate", [5, "pay", lambda: None, object()])
def test_what_is_no_worker_is_refused_with_a_hint(candidate: Any) -> None:
    with pytest.raises(WorkerError, match="@worker_task"):
        definitions_of(candidate)


def test_a_class_is_refused_with_a_hint() -> None:
    with pytest.raises(WorkerError, match=r"pass an instance, Executes\(\)"):
        definitions_of(Executes)


class Async:
    async def __call__(self, amount: int) -> int:
        return amount


@functools.wraps(asyncio.sleep)
def runs_on_a_loop_of_its_own(*args: Any) -> Any:
    return asyncio.run(asyncio.sleep(*args))


def plain() -> None:
    pass


@functools.wraps(plain)
async def around_a_plain_function() -> None:
    plain()


@pytest.mark.parametrize(
    ("function", "is_async"),
    [
        (lambda: None, False),
        (asyncio.sleep, True),
        (functools.partial(asyncio.sleep, 1), True),
        (Getter().execute, True),  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - its task has no annotation
        (Async(), True),
        (runs_on_a_loop_of_its_own, False),
        (around_a_plain_function, True),
        (Executes().execute, False),  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - its task has no annotation
    ],
)
def test_where_a_function_runs_is_found_by_looking_at_it(function: Any, is_async: Any) -> None:
    assert define_worker("x", function).signature.is_async is is_async


def test_decorating_a_worker_loads_neither_http_nor_models_nor_asyncio() -> None:
    program = (
        "import sys; from conductor_core import worker_task\n"
        "@worker_task('a')\n"
        "async def a(x: int) -> int: return x\n"
        "print([m for m in ('asyncio', 'httpx', 'pydantic', 'pluggy', 'socket', 'stevedore') if m in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert output.stdout.strip() == "[]"
