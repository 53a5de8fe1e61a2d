"""What listeners are told, in which order, and that none of them changes anything."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import TaskResult, hookimpl
from conductor_core.events import EVENT_TYPES, PollStarted
from conductor_core.worker import _notify, define_worker
from conductor_core.worker._config import WorkerOptions
from conductor_core.worker._notify import Notifier
from tests._support.stub_server import StubConductor, stub_plugins

if TYPE_CHECKING:
    from conductor_core.events import TaskQueueFull, WorkersStopped
    from tests._support.worker_fixtures import Running, Virtual

METHODS = [event.hook.removeprefix("conductor_") for event in EVENT_TYPES]


class Recorder:
    def __init__(self) -> None:
        self.events: list[Any] = []

    def names(self, task_id: Any = None) -> Any:
        return [type(e).__name__ for e in self.events if task_id is None or getattr(e, "task_id", None) == task_id]


for method in METHODS:
    setattr(Recorder, method, lambda self, event: self.events.append(event))  # pyright: ignore[reportUnknownLambdaType, reportUnknownMemberType] - the untyped lambda or worker is the test's own


def serve(function: Any, **options: Any) -> Any:
    return define_worker("pay", function, WorkerOptions(worker_id="me", **options))


async def work(fail: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - a worker's input
    if fail:
        raise ValueError("no")
    return {"text": "é"}


def test_the_events_of_one_task_come_in_order_and_once(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    recorder = Recorder()

    async def main() -> None:
        stub.add("pay", "t1")
        stub.add("pay", "bad", inputData={"fail": True})
        async with running(serve(work), event_listeners=[recorder]):
            await stub.until(lambda: len(stub.results) == 2)
            await asyncio.sleep(0.1)

    virtual(main)
    assert recorder.names()[:2] == ["PollStarted", "PollCompleted"]
    assert recorder.names("t1") == ["TaskExecutionStarted", "TaskExecutionCompleted", "TaskUpdateCompleted"]
    assert recorder.names("bad") == ["TaskExecutionStarted", "TaskExecutionFailure", "TaskUpdateCompleted"]
    started, polled = recorder.events[0], recorder.events[1]
    assert (started.task_type, started.worker_id, started.poll_count) == ("pay", "me", 1)
    assert polled.tasks_received == 1
    completed = next(e for e in recorder.events if type(e).__name__ == "TaskExecutionCompleted")
    assert completed.output_size_bytes == len('{"text":"é"}'.encode())
    assert (completed.worker_id, completed.workflow_instance_id) == ("me", "w-t1")
    failed = next(e for e in recorder.events if type(e).__name__ == "TaskExecutionFailure")
    assert isinstance(failed.cause, ValueError)


def test_the_duration_is_that_of_the_execution_alone(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    recorder = Recorder()

    async def slow() -> None:
        await asyncio.sleep(3)

    async def main() -> None:
        stub.script = lambda request: (500, None) if request.is_update and len(stub.updates) == 1 else None
        stub.add("pay", "t1")
        async with running(serve(slow), event_listeners=[recorder]):
            await stub.until(lambda: stub.results)
            await asyncio.sleep(0.1)

    virtual(main)
    durations = {
        type(e).__name__: e.duration_ms for e in recorder.events if hasattr(e, "task_id") and hasattr(e, "duration_ms")
    }
    assert durations["TaskExecutionCompleted"] == pytest.approx(3000, abs=1)
    assert durations["TaskUpdateCompleted"] == pytest.approx(10000, rel=0.11)


def test_a_failed_poll_is_told_and_a_look_without_request_is_not(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    recorder = Recorder()

    async def main() -> None:
        stub.script = lambda request: (500, {"message": "x"}) if len(stub.polls) == 1 else None
        async with running(serve(work), event_listeners=[recorder]):
            await stub.until(lambda: len(stub.polls) == 2)

    virtual(main)
    assert recorder.names()[:3] == ["PollStarted", "PollFailure", "PollStarted"]
    assert recorder.events[1].cause.status == 500
    assert recorder.names().count("PollStarted") == len(stub.polls)


class Ending:
    """A plugin that is told when all workers have stopped."""

    def __init__(self) -> None:
        self.told = 0

    @hookimpl
    def conductor_on_workers_stopped(self, event: WorkersStopped) -> None:
        self.told += event.timestamp.tzinfo is not None


def test_the_end_of_all_workers_is_told_once_and_last(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    recorder, plugin = Recorder(), Ending()

    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(work), event_listeners=[plugin, recorder]):
            await stub.until(lambda: stub.results)

    virtual(main)
    assert plugin.told == 1
    assert recorder.names().count("WorkersStopped") == 1
    assert recorder.names()[-1] == "WorkersStopped"


def test_the_names_that_are_asked_for_are_the_hooks_of_the_events() -> None:
    names = {name: value for name, value in vars(_notify).items() if str(value).startswith("conductor_on_")}
    assert sorted(names.values()) == sorted(event.hook for event in EVENT_TYPES)
    assert all(value == f"conductor_on_{name.lower()}" for name, value in names.items())


class Full:
    """A plugin that is told when there is no free slot."""

    def __init__(self) -> None:
        self.told: list[str] = []

    @hookimpl
    def conductor_on_task_queue_full(self, event: TaskQueueFull) -> None:
        self.told.append(event.task_type)


def test_having_no_free_slot_is_told_once_until_there_is_one(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    full, recorder = Full(), Recorder()

    async def slow() -> None:
        await asyncio.sleep(5)

    async def main() -> None:
        stub.add("pay", "t1")
        stub.add("pay", "t2")
        async with running(define_worker("pay", slow, WorkerOptions(concurrency=2)), event_listeners=[full, recorder]):
            await stub.until(lambda: len(stub.results) == 2)

    virtual(main)
    assert full.told == ["pay"]
    polled = next(event for event in recorder.events if type(event).__name__ == "PollCompleted")
    assert [task["workflowInstanceId"] for task in polled.tasks] == ["w-t1", "w-t2"]


def test_a_listener_that_raises_is_logged_counted_and_changes_nothing(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = Recorder()

    class Broken:
        def on_task_execution_started(self, event: Any) -> None:
            raise RuntimeError("my fault")

        async def on_task_update_completed(self, event: Any) -> None:
            raise RuntimeError("mine too")

    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(work), event_listeners=[Broken(), recorder]):
            await stub.until(lambda: recorder.names("t1")[-1:] == ["TaskUpdateCompleted"])

    virtual(main)
    assert stub.result("t1")["status"] == "COMPLETED"
    assert "Broken" in caplog.text
    assert "my fault" in caplog.text
    assert "mine too" in caplog.text


def test_an_async_listener_gets_one_second(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    class Slow:
        async def on_task_execution_started(self, event: Any) -> None:
            await asyncio.sleep(3600)

    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(work), event_listeners=[Slow()]):
            await stub.until(lambda: stub.results)
            assert asyncio.get_running_loop().time() == pytest.approx(1.0, abs=0.1)

    virtual(main)


async def test_a_slow_listener_moves_to_a_thread_of_its_own(
    stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[tuple[int, str]] = []

    class Sleepy:
        def on_poll_started(self, event: Any) -> None:
            time.sleep(0.06)
            seen.append((event.poll_count, threading.current_thread().name))

    notifier = Notifier(_listeners(stub, Sleepy()))
    for number in range(5):
        await notifier.emit(PollStarted(task_type="pay", worker_id="me", poll_count=number))
    await notifier.close(2.0)
    assert [count for count, _ in seen] == [0, 1, 2, 3, 4]
    main = threading.current_thread().name
    assert [thread == main for _, thread in seen] == [True, True, True, False, False]
    assert "is slow" in caplog.text


async def test_a_listener_that_says_it_blocks_never_runs_on_the_loop(stub: StubConductor) -> None:
    seen: list[str] = []

    class Blocking:
        conductor_blocking = True

        def on_poll_started(self, event: Any) -> None:
            seen.append(threading.current_thread().name)

    notifier = Notifier(_listeners(stub, Blocking()))
    await notifier.emit(PollStarted(task_type="pay", worker_id="me", poll_count=1))
    await notifier.close(2.0)
    assert seen
    assert seen[0].startswith("conductor-listener")


def _listeners(stub: StubConductor, *made: Any) -> Any:
    plugins = stub_plugins(stub)
    for listener in made:
        plugins.add_listener(listener)
    return plugins.listeners()


class Watching:
    """A plugin that implements every listener hook."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    @hookimpl
    def conductor_on_poll_started(self, event: Any) -> None:
        self.seen.append("poll started")

    @hookimpl
    def conductor_on_poll_completed(self, event: Any) -> None:
        self.seen.append("poll completed")

    @hookimpl
    def conductor_on_poll_failure(self, event: Any) -> None:
        self.seen.append("poll failure")

    @hookimpl
    def conductor_on_task_paused(self, event: Any) -> None:
        self.seen.append("paused")

    @hookimpl
    def conductor_on_task_execution_started(self, event: Any) -> None:
        self.seen.append("execution started")

    @hookimpl
    async def conductor_on_task_execution_completed(self, event: Any) -> None:
        self.seen.append("execution completed")

    @hookimpl
    def conductor_on_task_execution_failure(self, event: Any) -> None:
        self.seen.append("execution failure")

    @hookimpl
    def conductor_on_task_payload_used(self, event: Any) -> None:
        self.seen.append("payload used")

    @hookimpl
    def conductor_on_task_result_payload_size(self, event: Any) -> None:
        self.seen.append("result size")

    @hookimpl
    def conductor_on_task_update_completed(self, event: Any) -> None:
        self.seen.append("update completed")

    @hookimpl
    def conductor_on_task_update_failure(self, event: Any) -> None:
        self.seen.append("update failure")


def test_a_plugin_hears_everything_through_its_hooks(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    watching = Watching()

    def script(request: Any) -> Any:
        if request.is_poll and len(stub.polls) == 1:
            return 500, None
        return (409, None) if request.is_update and request.body["taskId"] == "bad" else None

    async def main() -> None:
        stub.script = script
        stub.add("pay", "t1", externalInputPayloadStoragePath="in/1")
        stub.add("pay", "bad", inputData={"fail": True})
        async with running(serve(work), plugins=(watching,)) as handler:
            await stub.until(lambda: "update failure" in watching.seen)
            handler.pause()
            await asyncio.sleep(5)

    virtual(main)
    assert watching.seen[:9] == [
        "poll started",
        "poll failure",
        "poll started",
        "poll completed",
        "payload used",
        "execution started",
        "execution completed",
        "result size",
        "update completed",
    ]
    assert watching.seen[9:12] == ["execution started", "execution failure", "update failure"]
    assert watching.seen[-1] == "paused"


def test_without_a_listener_no_event_is_asked_for(stub: StubConductor) -> None:
    notifier = Notifier(stub_plugins(stub).listeners())
    assert not notifier.listens(PollStarted.hook)


# Wrappers around executions and requests act in the worker as everywhere.


def test_execution_wrappers_stand_around_the_function_and_may_change_its_input(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    seen: list[str] = []

    class Wrapper:
        @hookimpl
        def conductor_wrap_execute(self, next: Any) -> Any:  # noqa: A002 - the contract's name
            async def around(given: Any) -> Any:
                seen.append(f"before {given.task.task_id} {given.worker_id}")
                changed = given.task.model_copy(update={"input_data": {"x": 41}})
                try:
                    return await next(type(given)(task=changed, worker_id=given.worker_id, domain=given.domain))
                finally:
                    seen.append("after")

            return around

    def add_one(x: int, y: int = 1) -> int:
        return x + y

    async def main() -> None:
        stub.add("pay", "t1", inputData={"x": 1})
        async with running(serve(add_one), plugins=(Wrapper(),)):
            await stub.until(lambda: stub.results)

    virtual(main, threads=True)
    assert seen == ["before t1 me", "after"]
    assert stub.result("t1")["outputData"] == {"result": 42}


def test_a_wrapping_transport_and_auth_act_on_poll_and_update(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    from conductor_core.http import AsyncBaseTransport  # noqa: PLC0415 - only here

    class Signed(AsyncBaseTransport):
        def __init__(self, following: Any) -> None:
            self._following = following

        async def handle_async_request(self, request: Any) -> Any:
            request.headers["x-signature"] = f"{len(await request.aread())}"
            return await self._following.handle_async_request(request)

    class Wrapper:
        @hookimpl
        def conductor_wrap_transport(self, next: Any) -> Any:  # noqa: A002 - the contract's name
            return (
                Signed(next) if hasattr(next, "handle_async_request") and not hasattr(next, "handle_request") else next
            )

    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(work), plugins=(Wrapper(),), settings={"auth": "bearer", "auth_token": "token"}):
            await stub.until(lambda: stub.results)

    virtual(main)
    for request in (stub.polls[0], stub.updates[0]):
        assert "x-signature" in request.headers
        assert any("token" in value for value in request.headers.values())


def test_payloads_outside_of_the_server_are_told(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    recorder = Recorder()

    async def stores() -> TaskResult:
        return TaskResult(status="COMPLETED", external_output_payload_storage_path="out/1")

    async def main() -> None:
        stub.add("pay", "t1", externalInputPayloadStoragePath="in/1")
        async with running(serve(stores), event_listeners=[recorder]):
            await stub.until(lambda: stub.results)
            await asyncio.sleep(0.1)

    virtual(main)
    used = [event for event in recorder.events if type(event).__name__ == "TaskPayloadUsed"]
    assert [(event.task_type, event.operation, event.payload_type) for event in used] == [
        ("pay", "READ", "TASK_INPUT"),
        ("pay", "WRITE", "TASK_OUTPUT"),
    ]
    (size,) = [event for event in recorder.events if type(event).__name__ == "TaskResultPayloadSize"]
    assert size.size_bytes == len("{}")


def test_an_update_that_fails_for_good_is_told_with_the_whole_result(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    recorder = Recorder()

    async def main() -> None:
        stub.script = lambda request: (503, {"message": "down"}) if request.is_update else None
        stub.add("pay", "t1")
        async with running(serve(work), event_listeners=[recorder], stop_timeout=1):
            await stub.until(lambda: "TaskUpdateFailure" in recorder.names())
            stub.script = None

    virtual(main)
    failure = next(event for event in recorder.events if type(event).__name__ == "TaskUpdateFailure")
    assert (failure.retry_count, failure.cause.status, failure.duration_ms >= 50_000) == (4, 503, True)
    result = failure.task_result
    assert (result.task_id, result.workflow_instance_id, result.worker_id) == ("t1", "w-t1", "me")
    assert (result.status, result.output_data) == ("COMPLETED", {"text": "é"})


def test_listeners_that_raise_hang_or_flood_change_no_result(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    heard: list[str] = []

    class Raising:
        def on_task_execution_completed(self, event: Any) -> None:
            raise RuntimeError(event)

    class Hanging:
        async def on_task_execution_completed(self, event: Any) -> None:
            await asyncio.sleep(3600)

    class Flooding:
        conductor_blocking = True

        def on_task_execution_completed(self, event: Any) -> None:
            heard.extend(event.task_id for _ in range(1000))

    async def main() -> None:
        for number in range(5):
            stub.add("pay", f"t{number}")
        async with running(serve(work), event_listeners=[Raising(), Hanging(), Flooding()]):
            await stub.until(lambda: len(stub.results) == 5)

    virtual(main)
    assert [stub.result(f"t{number}")["outputData"] for number in range(5)] == [{"text": "é"}] * 5
    assert len(heard) == 5000


def test_events_are_frozen_and_their_times_are_utc() -> None:
    event = PollStarted(task_type="pay", worker_id="me", poll_count=1)
    assert event.timestamp.utcoffset() == timedelta(0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.poll_count = 2  # type: ignore[misc]  # what must not work
