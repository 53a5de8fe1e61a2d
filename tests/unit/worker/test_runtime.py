"""The loop from poll to update, against a stub server, on a clock that jumps."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import NonRetryableException, TaskDef, TaskInProgress, TaskResult, get_task_context, worker_task
from conductor_core.worker import carry_task_context, current_task_context, define_worker
from conductor_core.worker._config import WorkerOptions

if TYPE_CHECKING:
    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running, Virtual


def serve(name: Any = "pay", **options: Any) -> Any:
    """Describe a worker without the registry: ``serve("pay", concurrency=5)(function)``."""
    return lambda function: define_worker(name, function, WorkerOptions(**options))  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType, reportUnknownVariableType] - the untyped lambda or worker is the test's own


async def echo(x: int = 0) -> dict[str, Any]:
    return {"x": x}


def blocking(x: int = 0) -> dict[str, Any]:
    return {"x": x}


# Results of every kind of worker.


@pytest.mark.parametrize("function", [echo, blocking], ids=["async", "thread"])
def test_a_task_is_executed_and_reported(
    virtual: Virtual, running: Running, stub: StubConductor, function: Any
) -> None:
    async def main() -> None:
        stub.add("pay", "t1", inputData={"x": "5"})
        async with running(serve()(function)):
            await stub.until(lambda: stub.results)

    virtual(main, threads=True)
    result = stub.result("t1")
    assert (result["status"], result["outputData"]) == ("COMPLETED", {"x": 5})
    assert result["workflowInstanceId"] == "w-t1"
    assert result["workerId"]


class Service:
    task_definition_name = "pay"
    thread_count = 3
    domain = ""

    async def execute(self, task) -> Any:  # type: ignore[no-untyped-def]  # without annotation it gets the whole task
        return TaskResult(output_data={"id": task.task_id})  # pyright: ignore[reportUnknownMemberType] - the task has no annotation


def test_an_object_with_execute_serves_with_its_options(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        stub.add("pay", "t1")
        async with running(Service()) as handler:
            await stub.until(lambda: stub.results)
            assert handler.get_worker_status()[0].concurrency == 3

    virtual(main)
    assert stub.result("t1")["outputData"] == {"id": "t1"}


def test_a_function_that_returns_a_coroutine_is_awaited(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        stub.add("pay", "t1", inputData={"x": 3})
        async with running(serve()(lambda x, y=1: echo(x))):  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType] - the untyped lambda or worker is the test's own
            await stub.until(lambda: stub.results)

    virtual(main, threads=True)
    assert stub.result("t1")["outputData"] == {"x": 3}


class Skipped(BaseException):
    """As test libraries raise it: no ``Exception``."""


@pytest.mark.parametrize(
    "error",
    [
        ValueError("no"),
        SystemExit(2),
        KeyboardInterrupt(),
        StopIteration("stop"),
        StopAsyncIteration("stop"),
        GeneratorExit("out"),
        Skipped("not today"),
        asyncio.CancelledError(),
    ],
)
@pytest.mark.parametrize("kind", ["async", "thread"])
def test_whatever_a_worker_raises_fails_its_task_and_the_runner_goes_on(
    virtual: Virtual, running: Running, stub: StubConductor, error: Any, kind: Any
) -> None:
    async def fail_async(x: int) -> int:
        if x == 0:
            raise error
        return x

    def fail_in_thread(x: int) -> int:
        if x == 0:
            raise error
        return x

    async def main() -> None:
        stub.add("pay", "bad", inputData={"x": 0})
        stub.add("pay", "good", inputData={"x": 1})
        async with running(serve()(fail_async if kind == "async" else fail_in_thread)):
            await stub.until(lambda: "good" in stub.results)

    virtual(main, threads=True)
    result = stub.result("bad")
    assert result["status"] == "FAILED"
    if kind == "thread" and not isinstance(error, asyncio.CancelledError):
        assert result["reasonForIncompletion"] == (str(error) or type(error).__name__)
    log = result["logs"][-1]["log"]
    assert str(error) in log
    assert type(error).__name__.removesuffix("Error") in log
    assert stub.result("good")["outputData"] == {"result": 1}


def test_bad_input_is_a_terminal_failure(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def main() -> None:
        stub.add("pay", "t1", inputData={"x": "many"})
        async with running(serve()(echo)):
            await stub.until(lambda: stub.results)

    virtual(main)
    result = stub.result("t1")
    assert result["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert "parameter 'x'" in result["reasonForIncompletion"]


def test_non_retryable_and_in_progress(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def work(x: int) -> object:
        if x:
            raise NonRetryableException("never again")
        return TaskInProgress(callback_after_seconds=7, output={"part": 1})

    async def main() -> None:
        stub.add("pay", "no", inputData={"x": 1})
        stub.add("pay", "later", inputData={"x": 0})
        async with running(serve()(work)):
            await stub.until(lambda: len(stub.results) == 2)

    virtual(main)
    assert stub.result("no")["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert stub.result("later")["callbackAfterSeconds"] == 7


# Pause and other changes at run time.


def test_a_paused_worker_sends_no_poll_and_tells_listeners(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    class Listener:
        paused = 0

        def on_task_paused(self, event: Any) -> None:
            Listener.paused += 1

    async def main() -> None:
        async with running(serve(poll_interval=1000)(echo), event_listeners=[Listener()]) as handler:
            await stub.until(lambda: stub.polls)
            handler.pause("pay")
            await asyncio.sleep(5)
            count = len(stub.polls)
            await asyncio.sleep(60)
            assert len(stub.polls) == count
            assert handler.get_worker_status()[0].paused
            handler.resume("pay")
            await stub.until(lambda: len(stub.polls) > count)

    virtual(main)
    assert 60 <= Listener.paused <= 70


def test_a_worker_starts_paused_when_the_environment_says_so(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        async with running(serve()(echo), environ={"CONDUCTOR_WORKER_PAY_PAUSED": "true"}):
            await asyncio.sleep(60)

    virtual(main)
    assert stub.requests == []


def test_pausing_ends_a_chain_and_running_tasks_are_reported(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def work() -> None:
        await asyncio.sleep(1)

    async def main() -> None:
        for number in range(10):
            stub.add("pay", f"t{number}")
        async with running(serve()(work)) as handler:
            await stub.until(lambda: len(stub.results) == 3)
            handler.pause()
            await asyncio.sleep(30)

    virtual(main)
    assert len(stub.results) == 4
    assert stub.updates[-1].path == "/api/tasks"


def test_concurrency_changes_with_the_next_poll_and_lowering_cancels_nothing(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    active: list[int] = [0, 0]

    async def work() -> None:
        active[0] += 1
        active[1] = max(active)
        await asyncio.sleep(1)
        active[0] -= 1

    async def main() -> None:
        for number in range(40):
            stub.add("pay", f"t{number}")
        async with running(serve(concurrency=4)(work)) as handler:
            await stub.until(lambda: active[0] == 4)
            handler.update_polling_options("pay", concurrency=1, poll_interval=500, poll_timeout=50)
            await asyncio.sleep(1.5)
            assert active[0] == 1
            assert len(stub.results) == 4
            active[1] = 0
            handler.update_polling_options("pay", concurrency=6)
            await stub.until(lambda: len(stub.results) == 40)

    virtual(main)
    assert active[1] == 6
    assert all(len(bodies) == 1 and bodies[0]["status"] == "COMPLETED" for bodies in stub.results.values())


def test_shutdown_ends_one_worker_and_its_tasks_finish(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def work() -> None:
        await asyncio.sleep(5)

    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve()(work), serve("ship")(echo)) as handler:
            await stub.until(lambda: stub.queue("pay") == stub.queue("none"))
            handler.shutdown("pay")
            await asyncio.sleep(60)
            assert [(status.name, status.alive) for status in handler.get_worker_status()] == [("ship", True)]
            assert handler.is_healthy()
            pays = [poll.at for poll in stub.polls if poll.path.endswith("/pay")]
            assert max(pays) < 10

    virtual(main)
    assert stub.result("t1")["status"] == "COMPLETED"


# Contexts.


def test_a_hundred_tasks_at_once_never_see_each_others_context(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def in_loop() -> dict[str, Any]:
        before = get_task_context().get_task_id()
        await asyncio.sleep(0.01)
        get_task_context().add_log(before)
        return {"before": before, "after": get_task_context().get_task_id()}

    def in_thread() -> dict[str, Any]:
        before = get_task_context().get_task_id()
        get_task_context().add_log(before)
        child: list[str] = []
        thread = threading.Thread(target=carry_task_context(lambda: child.append(get_task_context().get_task_id())))  # type: ignore[misc]  # that it is written so is what is tested
        thread.start()
        thread.join()
        return {"before": before, "after": child[0]}

    async def main() -> None:
        for number in range(100):
            stub.add("loop", f"l{number}")
            stub.add("thread", f"t{number}")
        async with running(serve("loop", concurrency=5)(in_loop), serve("thread", concurrency=5)(in_thread)):
            await stub.until(lambda: len(stub.results) == 200)
            assert current_task_context() is None

    virtual(main, threads=True)
    for task_id in stub.results:
        result = stub.result(task_id)
        assert result["outputData"] == {"before": task_id, "after": task_id}
        assert [entry["log"] for entry in result["logs"]] == [task_id]


# Configuration, registration, errors at start.


def test_a_decorated_worker_is_found_and_the_environment_beats_code(
    virtual: Virtual, stub: StubConductor, running: Running
) -> None:
    @worker_task("pay", thread_count=2)
    async def pay() -> str:
        return "paid"

    async def main() -> None:
        stub.add("pay", "t1")
        async with running(pay, environ={"CONDUCTOR_WORKER_PAY_CONCURRENCY": "9"}):
            await stub.until(lambda: stub.results)

    virtual(main)
    assert stub.polls[0].query["count"] == "9"
    assert asyncio.run(pay()) == "paid"


def test_a_handler_without_workers_says_so_and_ends(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with running() as handler:
            await handler.wait()

    virtual(main)
    assert "no workers found" in caplog.text


@pytest.mark.parametrize(
    ("overwrite", "existing", "expected"),
    [
        (True, True, ["PUT"]),
        (True, False, ["PUT", "POST"]),
        (False, True, ["GET"]),
        (False, False, ["GET", "POST"]),
    ],
)
def test_definitions_are_registered_before_the_first_poll(
    virtual: Virtual, running: Running, stub: StubConductor, overwrite: Any, existing: Any, expected: Any
) -> None:
    def metadata(request: Any) -> Any:
        if "/metadata/" not in request.path:
            return None
        return (200, {"name": "pay"}) if existing or request.method == "POST" else (404, {"message": "no such def"})

    worker = define_worker(
        "pay",
        echo,
        WorkerOptions(register_task_def=True, overwrite_task_def=overwrite),
        task_def=TaskDef(name="other", retry_count=7),
    )

    async def main() -> None:
        stub.script = metadata
        async with running(worker):
            await stub.until(lambda: stub.polls)

    virtual(main)
    methods = [request.method for request in stub.requests if "/metadata/" in request.path]
    assert methods == expected
    assert all("/metadata/" in request.path for request in stub.requests[: len(expected)])
    sent = [request.body for request in stub.requests if request.body is not None and "/metadata/" in request.path]
    for body in sent:
        document = body[0] if isinstance(body, list) else body  # pyright: ignore[reportUnknownVariableType] - the untyped lambda or worker is the test's own
        assert (document["name"], document["retryCount"]) == ("pay", 7)


def test_a_failed_registration_is_logged_and_the_worker_starts(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        stub.script = lambda request: (400, {"message": "bad owner"}) if "/metadata/" in request.path else None
        stub.add("pay", "t1")
        async with running(serve(register_task_def=True)(echo)):
            await stub.until(lambda: stub.results)

    virtual(main)
    assert "bad owner" in caplog.text


def test_starting_twice_does_nothing(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with running(serve()(echo)) as handler:
            with contextlib.suppress(RuntimeError):
                await handler.__aenter__()

    virtual(main)
    assert "started before" in caplog.text
