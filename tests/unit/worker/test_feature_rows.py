"""Rows of the feature table about workers, end to end, where no other page shows the whole of them."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import logging
import multiprocessing
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import (
    NonRetryableException,
    TaskDef,
    TaskHandler,
    TaskResult,
    get_task_context,
    worker_task,
)
from conductor_core.errors import WorkerError
from conductor_core.models import RetryLogic, TaskExecLog
from conductor_core.worker import (
    WorkerTask,
    clear_worker_registry,
    count_registered_workers,
    current_task_context,
    define_worker,
    get_registered_worker,
    get_registered_workers,
    json_schema,
    register_worker,
)
from conductor_core.worker._config import WorkerOptions
from tests._support import process_workers
from tests._support.stub_server import StubConductor, stub_plugins

if TYPE_CHECKING:
    from pathlib import Path

    from tests._support.worker_fixtures import Running, Virtual


async def echo(x: int = 0) -> dict[str, int]:
    return {"x": x}


def serve(function: Any = echo, name: str = "pay", **options: Any) -> Any:
    return define_worker(name, function, WorkerOptions(**options))


# W9: capacity.


def test_no_poll_asks_for_more_than_the_free_slots(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    """Tasks of different lengths end one by one, so that any number of slots is free at some poll."""
    active = 0
    asked: list[tuple[int, int]] = []

    async def work(seconds: float) -> None:
        nonlocal active
        active += 1
        await asyncio.sleep(seconds)
        active -= 1

    def count(request: Any) -> None:
        if request.is_poll:
            asked.append((int(request.query["count"]), active))

    async def main() -> None:
        stub.v2 = False
        stub.script = count
        for number in range(60):
            stub.add("pay", f"t{number}", inputData={"seconds": 0.1 + 0.37 * (number % 7)})
        async with running(serve(work, concurrency=6)):
            await stub.until(lambda: len(stub.results) == 60)

    virtual(main)
    assert all(1 <= number <= 6 - used for number, used in asked), asked
    assert {used for _, used in asked} >= {0, 5}


# W11, W11a: contexts.


def test_a_hundred_workers_of_five_slots_never_see_the_context_of_another_task(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def deeper(level: int) -> list[str]:
        await asyncio.sleep(0.001 * level)
        own = get_task_context().get_task_id()
        if level == 0:
            return [own]
        branches = await asyncio.gather(deeper(level - 1), deeper(level - 1))
        return [own, *itertools.chain.from_iterable(branches)]

    async def work() -> dict[str, Any]:
        get_task_context().add_log(get_task_context().get_task_id())
        return {"seen": sorted(set(await deeper(2))), "type": get_task_context().get_task_def_name()}

    async def main() -> None:
        workers = [serve(work, f"type-{number}", concurrency=5) for number in range(100)]
        for number, copy in itertools.product(range(100), range(5)):
            stub.add(f"type-{number}", f"{number}-{copy}")
        async with running(*workers):
            await stub.until(lambda: len(stub.results) == 500)
        assert current_task_context() is None

    virtual(main)
    for task_id in stub.results:
        result = stub.result(task_id)
        assert result["outputData"] == {"seen": [task_id], "type": f"type-{task_id.partition('-')[0]}"}
        assert [entry["log"] for entry in result["logs"]] == [task_id]


# W14, S2-27, S3-7: decorators.

OPTIONS: dict[str, tuple[Any, str, Any]] = {
    "poll_interval_millis": (250, "poll_interval", 250),
    "domain": ("eu", "domain", "eu"),
    "worker_id": ("me", "worker_id", "me"),
    "thread_count": (7, "concurrency", 7),
    "register_task_def": (True, "register_task_def", True),
    "poll_timeout": (30, "poll_timeout", 30),
    "overwrite_task_def": (False, "overwrite_task_def", False),
    "strict_schema": (True, "strict_schema", True),
    "lease_extend_enabled": (True, "lease_extend_enabled", True),
    "register_schema": (True, "register_schema", True),
    "isolation": ("thread", "isolation", "thread"),
}
"""Keyword of the decorator: a value that is no default, and where it arrives."""


@pytest.mark.parametrize("keyword", OPTIONS)
def test_each_option_of_the_decorator_reaches_the_worker(keyword: str) -> None:
    given, option, value = OPTIONS[keyword]
    worker_task("pay", **{keyword: given})(echo)
    (found,) = get_registered_workers()
    assert getattr(found.options, option) == value
    others = [one for one in WorkerOptions.__dataclass_fields__ if one != option]
    assert [getattr(found.options, one) for one in others] == [None] * len(others)


def test_the_decorator_has_no_option_that_is_not_looked_at_here() -> None:
    about_the_definition = {"task_def", "missing_as_none", "input_type", "output_type"}
    assert set(inspect.signature(worker_task).parameters) == {"task_definition_name", *OPTIONS, *about_the_definition}
    schema, definition = json_schema({"type": "object"}), TaskDef(name="other", retry_count=1)
    worker_task("pay", task_def=definition, missing_as_none=True, input_type=schema, output_type=schema)(echo)
    found = get_registered_worker("pay")
    assert found is not None
    assert (found.task_def, found.missing_as_none) == (definition, True)
    assert (found.schemas.document("input"), found.schemas.document("output")) == ({"type": "object"},) * 2


def test_retries_and_timeouts_written_at_the_worker_are_registered_with_it(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    settings = TaskDef(
        name="any",
        retry_count=5,
        retry_logic=RetryLogic.EXPONENTIAL_BACKOFF,
        retry_delay_seconds=2,
        timeout_seconds=300,
        response_timeout_seconds=60,
    )

    @worker_task("charge", task_def=settings, register_task_def=True)
    async def charge() -> None: ...

    async def main() -> None:
        stub.script = lambda request: (200, None) if "/metadata/" in request.path else None
        async with running(charge):
            await stub.until(lambda: stub.polls)

    virtual(main)
    first = stub.requests[0]
    assert (first.method, first.path) == ("PUT", "/api/metadata/taskdefs")
    wanted = {
        "name": "charge",
        "retryCount": 5,
        "retryLogic": "EXPONENTIAL_BACKOFF",
        "retryDelaySeconds": 2,
        "timeoutSeconds": 300,
        "responseTimeoutSeconds": 60,
    }
    assert {name: first.body[name] for name in wanted} == wanted


def test_the_older_decorator_takes_its_arguments_by_position() -> None:
    WorkerTask("old", 300, "eu", "me", strict_schema=True)(echo)
    found = get_registered_worker("old", "eu")
    assert found is not None
    assert (found.options.poll_interval, found.options.worker_id, found.options.strict_schema) == (300, "me", True)


# W15: the registry.


def test_workers_are_added_listed_found_counted_and_forgotten() -> None:
    plain, europe = serve(), serve(domain="eu")
    for worker in (plain, europe):
        register_worker(worker)
    assert get_registered_workers() == [plain, europe]
    assert (get_registered_worker("pay"), get_registered_worker("pay", "eu")) == (plain, europe)
    assert get_registered_worker("pay", "us") is None
    assert count_registered_workers() == 2
    clear_worker_registry()
    assert (count_registered_workers(), get_registered_workers()) == (0, [])


# W25, W29: the environment.


def test_a_number_that_is_none_is_warned_of_at_start_and_the_next_level_counts(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    environ = {"CONDUCTOR_WORKER_PAY_THREAD_COUNT": "many", "CONDUCTOR_WORKER_ALL_THREAD_COUNT": "4"}

    async def main() -> None:
        async with running(serve(concurrency=2), environ=environ):
            await stub.until(lambda: stub.polls)

    virtual(main)
    assert stub.polls[0].query["count"] == "4"
    (warning,) = [record for record in caplog.records if "'many'" in record.getMessage()]
    assert warning.levelno == logging.WARNING
    assert "CONDUCTOR_WORKER_PAY_THREAD_COUNT" in warning.getMessage()


@pytest.mark.parametrize(
    ("variable", "domain", "polled"),
    [
        ("CONDUCTOR_WORKER_PAY_DOMAIN", None, "us"),
        ("CONDUCTOR_WORKER_PAY_DOMAIN", "eu", "us"),
        ("conductor.worker.all.domain", "eu", "us"),
        ("CONDUCTOR_WORKER_SHIP_DOMAIN", "eu", "eu"),
    ],
)
def test_the_domain_of_the_environment_is_polled_in_place_of_that_of_the_code(
    virtual: Virtual, running: Running, stub: StubConductor, variable: str, domain: str | None, polled: str
) -> None:
    async def main() -> None:
        stub.add("pay", "t1", domain=polled)
        async with running(serve(domain=domain), environ={variable: "us"}):
            await stub.until(lambda: stub.results)

    virtual(main)
    assert {poll.query.get("domain") for poll in stub.polls} == {polled}


# W31: strict mode.


def test_strict_mode_refuses_bad_input_before_the_function_runs(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    calls: list[int] = []

    async def charge(amount: int) -> None:
        calls.append(amount)

    async def main() -> None:
        stub.add("pay", "text", inputData={"amount": "5"})
        stub.add("pay", "more", inputData={"amount": 5, "currency": "EUR"})
        stub.add("pay", "good", inputData={"amount": 6})
        async with running(serve(charge, strict_schema=True)):
            await stub.until(lambda: len(stub.results) == 3)

    virtual(main)
    assert calls == [6]
    for task_id, words in {"text": "parameter 'amount'", "more": "currency"}.items():
        result = stub.result(task_id)
        assert result["status"] == "FAILED_WITH_TERMINAL_ERROR"
        assert words in result["reasonForIncompletion"]


# S2-18, S3-16, S4-2: life of a handler.

MODULE = """
from conductor_core import worker_task

@worker_task("{name}")
def work(x: int) -> int:
    return x + 1
"""


def test_a_handler_imports_modules_serves_their_workers_and_stops_them_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("first_shop", "second_shop"):
        (tmp_path / f"{name}.py").write_text(MODULE.format(name=name))
    monkeypatch.syspath_prepend(str(tmp_path))  # pyright: ignore[reportUnknownMemberType] - the argument has no type
    stub, done = StubConductor(), threading.Event()
    for number, name in enumerate(("first_shop", "second_shop")):
        stub.add(name, name, inputData={"x": number})
    stub.script = lambda _: done.set() if len(stub.results) == 2 else None
    try:
        modules = ["first_shop", "second_shop"]
        with TaskHandler(plugins=stub_plugins(stub), import_modules=modules, entry_points=False, environ={}) as handler:
            assert done.wait(20)
            assert len(handler.get_worker_status()) == 2
        assert [stub.result(name)["outputData"] for name in modules] == [{"result": 1}, {"result": 2}]
        assert handler.report is not None
        assert handler.report.clean
        assert not [thread for thread in threading.enumerate() if thread.name == "conductor-workers"]
    finally:
        for name in ("first_shop", "second_shop"):
            sys.modules.pop(name, None)


@pytest.mark.parametrize("method", ["join_processes", "wait_workers"])
def test_whoever_waits_for_the_workers_goes_on_when_they_have_ended(method: str) -> None:
    handler = TaskHandler(plugins=stub_plugins(StubConductor()), workers=[serve()], environ={})
    handler.start()
    waiting = threading.Thread(target=getattr(handler, method))
    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive()
    handler.request_stop()
    waiting.join(20)
    assert not waiting.is_alive()
    assert not handler.is_healthy()


# S1-4: log lines of a result.


def test_a_result_may_carry_log_lines_with_their_times(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def work() -> TaskResult:
        return TaskResult(
            logs=[TaskExecLog(log="before lunch", created_time=1_700_000_000_000), TaskExecLog(log="now")]
        )

    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(work)):
            await stub.until(lambda: stub.results)

    virtual(main)
    first, second = stub.result("t1")["logs"]
    assert (first["log"], first["createdTime"], first["taskId"]) == ("before lunch", 1_700_000_000_000, "t1")
    assert (second["log"], second["taskId"]) == ("now", "t1")


# P2-9, P2-10, P2-11: workers that are objects.


class Warehouse:
    task_definition_names = ("pick", "pack")
    worker_id = "robot-7"

    def execute(self, task) -> dict[str, str]:  # type: ignore[no-untyped-def]  # without annotation it gets the whole task
        context = get_task_context()
        if context.get_input().get("broken"):
            raise NonRetryableException("broken on arrival")
        return {"type": context.get_task_def_name(), "task": task.task_id}  # pyright: ignore[reportUnknownMemberType] - the task has no annotation


def test_an_object_serves_all_its_names_with_its_worker_id_and_the_context(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        stub.add("pick", "t1")
        stub.add("pack", "t2")
        stub.add("pack", "t3", inputData={"broken": True})
        async with running(Warehouse()):
            await stub.until(lambda: len(stub.results) == 3)

    virtual(main, threads=True)
    assert stub.result("t1")["outputData"] == {"type": "pick", "task": "t1"}
    assert stub.result("t2")["outputData"] == {"type": "pack", "task": "t2"}
    assert stub.result("t3")["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert {request.query["workerid"] for request in stub.polls} == {"robot-7"}
    assert {request.body["workerId"] for request in stub.updates} == {"robot-7"}


# P2-12: what does not cross to another process.


class Locked:
    """Holds what does not cross."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def work(self) -> None: ...


async def test_a_worker_that_cannot_be_pickled_leaves_no_process_behind(stub: StubConductor, running: Running) -> None:
    good = serve(process_workers.work, "good", isolation="process")
    for workers in (
        [good, serve(Locked().work, isolation="process")],
        [serve(Locked().work, isolation="process"), good],
    ):
        with pytest.raises(WorkerError, match="cannot be pickled"):
            async with running(*workers):
                pass
    assert multiprocessing.active_children() == []
    assert stub.polls == []


# J4-9: a chain and its neighbours.


async def test_a_chain_that_never_waits_leaves_the_other_workers_their_turns(
    stub: StubConductor, running: Running
) -> None:
    """Each answer of update-v2 brings the next task, at once; whoever did not yield would hold the loop to the end."""
    served, last = 0, 100_000

    async def busy() -> None:
        nonlocal served
        served += 1
        if served < last and "o1" not in stub.results:
            stub.add("busy", f"b{served}")

    stub.add("busy", "b0")
    async with asyncio.timeout(120), running(serve(busy, "busy"), serve(name="other", poll_timeout=0)):
        await stub.until(lambda: served > 10)
        stub.add("other", "o1")
        await stub.until(lambda: "o1" in stub.results)
    assert 10 < served < last
