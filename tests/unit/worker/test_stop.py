"""Stopping in order: no poll, running tasks finish, what cannot is given back."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Settings, TaskHandler, hookimpl
from conductor_core.errors import WorkerError
from conductor_core.worker import define_worker
from conductor_core.worker._config import WorkerOptions
from tests._support.stub_server import StubConductor, StubServer, stub_plugins

if TYPE_CHECKING:
    from tests._support.worker_fixtures import Running, Virtual


def serve(function: Any, **options: Any) -> Any:
    return define_worker("pay", function, WorkerOptions(**options))


async def five_seconds() -> str:
    await asyncio.sleep(5)
    return "done"


def test_running_tasks_finish_and_are_reported_without_fetching_more(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> Any:
        for number in range(6):
            stub.add("pay", f"t{number}")
        async with running(serve(five_seconds, concurrency=3)) as handler:
            await stub.until(lambda: len(stub.queue("pay")) == 3)
            await asyncio.sleep(1)
        return handler

    handler = virtual(main)
    assert handler.report.clean
    assert sorted(stub.results) == ["t0", "t1", "t2"]
    assert {request.path for request in stub.updates} == {"/api/tasks"}
    assert len(stub.queue("pay")) == 3


def test_an_open_long_poll_is_waited_for_and_what_it_brings_is_executed(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> Any:
        loop = asyncio.get_running_loop()
        async with running(serve(five_seconds, poll_timeout=4000)) as handler:
            await stub.until(lambda: stub.polls)
            handler.request_stop()
            await asyncio.sleep(1)
            stub.add("pay", "late")
            await handler.wait()
            assert 5.5 < loop.time() < 7
        return handler

    handler = virtual(main)
    assert len(stub.polls) == 1
    assert stub.result("late")["status"] == "COMPLETED"
    assert handler.report.clean


def test_the_limit_gives_unfinished_tasks_back_and_names_them(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    async def forever() -> None:
        await asyncio.sleep(1e6)

    async def main() -> Any:
        loop = asyncio.get_running_loop()
        stub.add("pay", "t1")
        stub.add("pay", "t2")
        async with running(serve(forever), stop_timeout=30) as handler:
            await stub.until(lambda: len(stub.queue("pay")) == 1)
            stopped = loop.time()
        assert loop.time() - stopped == pytest.approx(30, abs=0.5)
        return handler

    handler = virtual(main)
    assert handler.report.given_back == ("t1",)
    result = stub.result("t1")
    assert (result["status"], result["callbackAfterSeconds"], result["outputData"]) == ("IN_PROGRESS", 0, {})
    assert "t1 (pay)" in caplog.text


def test_queued_tasks_are_given_back_too(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def forever() -> None:
        await asyncio.sleep(1e6)

    given = [{"taskId": f"t{n}", "workflowInstanceId": "w", "taskType": "pay", "inputData": {}} for n in range(3)]  # pyright: ignore[reportUnknownVariableType] - the untyped lambda or worker is the test's own

    async def main() -> Any:
        stub.script = lambda request: (200, given) if request.is_poll else None  # pyright: ignore[reportUnknownLambdaType] - the untyped lambda or worker is the test's own
        async with running(serve(forever), stop_timeout=1) as handler:
            await asyncio.sleep(1)
        return handler

    handler = virtual(main)
    assert sorted(handler.report.given_back) == ["t0", "t1", "t2"]
    assert all(stub.result(name)["status"] == "IN_PROGRESS" for name in ("t0", "t1", "t2"))


def test_a_worker_that_resists_cancellation_does_not_hold_up_the_end(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def stubborn() -> None:
        while True:
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                await asyncio.sleep(20)
                return

    async def main() -> None:
        loop = asyncio.get_running_loop()
        stub.add("pay", "t1")
        async with running(serve(stubborn), stop_timeout=1):
            await stub.until(lambda: not stub.queue("pay"))
            await asyncio.sleep(0.1)
        assert loop.time() < 10

    virtual(main)
    assert stub.result("t1")["status"] == "IN_PROGRESS"


def test_a_finished_result_in_its_waits_is_sent_once_more_when_stop_is_forced(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def quick() -> str:
        return "done"

    async def main() -> Any:
        stub.script = lambda request: (500, None) if request.is_update and len(stub.updates) == 1 else None
        stub.add("pay", "t1")
        async with running(serve(quick)) as handler:
            await stub.until(lambda: stub.updates)
            await asyncio.sleep(1)
            handler.force_stop()
            await handler.wait()
        return handler

    virtual(main)
    assert stub.result("t1")["status"] == "COMPLETED"


def test_no_result_is_sent_for_a_task_that_was_given_back(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    release = threading.Event()

    def slow() -> str:
        release.wait(5)
        return "too late"

    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(slow)) as handler:
            await stub.until(lambda: not stub.queue("pay"))
            await asyncio.sleep(0.1)
            handler.force_stop()
            await handler.wait()
            release.set()
            await asyncio.sleep(0.1)

    virtual(main, threads=True)
    assert stub.result("t1")["status"] == "IN_PROGRESS"


def test_leaving_by_an_exception_stops_in_order_too(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(five_seconds)):
            await stub.until(lambda: not stub.queue("pay"))
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        virtual(main)
    assert stub.result("t1")["status"] == "COMPLETED"


def test_cancelling_the_one_who_waits_does_not_cut_tasks_off(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        stub.add("pay", "t1")
        handler = TaskHandler(plugins=stub_plugins(stub), workers=[serve(five_seconds)], environ={})
        waiting = asyncio.create_task(handler.run())
        await stub.until(lambda: not stub.queue("pay"))
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    virtual(main)
    assert stub.result("t1")["status"] == "COMPLETED"


# A program without a loop of its own, on a real socket and a real clock.


class Started:
    """Runs the stub server on a thread with a loop of its own, for handlers that block."""

    def __init__(self) -> None:
        self.server: StubServer | None = None
        self._finished = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        async with StubServer() as self.server:
            self._ready.set()
            await asyncio.to_thread(self._finished.wait)

    def __enter__(self) -> StubServer:
        self._thread.start()
        assert self._ready.wait(5)
        assert self.server is not None
        return self.server

    def __exit__(self, *_: object) -> None:
        self._finished.set()
        self._thread.join()


def test_the_context_manager_runs_its_loop_on_a_thread() -> None:
    async def quick(x: int) -> int:
        return x + 1

    with Started() as server:
        server.add("pay", "t1", inputData={"x": 1})
        with TaskHandler(Settings(server_url=server.url), workers=[serve(quick)], environ={}) as handler:
            assert handler.is_healthy()
            assert handler.join(timeout=0.01) is False
            while not server.results:
                time.sleep(0.001)
        assert handler.report is not None
        assert handler.report.clean
        assert not handler.is_healthy()
        assert handler.join()
        assert not [t for t in threading.enumerate() if t.name == "conductor-workers"]
        assert server.result("t1")["outputData"] == {"result": 2}


@pytest.mark.parametrize("ask", ["request_stop", "force_stop"])
def test_a_stop_that_is_asked_for_while_the_workers_start_is_not_lost(stub: StubConductor, ask: str) -> None:
    async def quick() -> None: ...

    class DuringTheStart:
        @hookimpl
        def conductor_register_listeners(self, settings: Settings) -> list[object]:
            getattr(handler, ask)()
            return []

    handler = TaskHandler(plugins=stub_plugins(stub, DuringTheStart()), workers=[serve(quick)], environ={})
    handler.request_stop()  # before the start it asks for nothing
    handler.start()
    assert handler.join(timeout=20)
    assert handler.report is not None
    assert handler.report.clean
    assert not stub.polls


def test_a_listener_may_stop_the_handler_it_listens_to() -> None:
    async def quick() -> None: ...

    class Last:
        def on_task_update_completed(self, event: Any) -> None:
            handler.stop()

    with Started() as server:
        server.add("pay", "t1")
        handler = TaskHandler(
            Settings(server_url=server.url), workers=[serve(quick)], environ={}, event_listeners=[Last()]
        )
        with handler:
            assert handler.join(timeout=5)
        assert handler.report is not None
        assert handler.report.clean
        with pytest.raises(WorkerError, match="have ended"):
            handler.pause()


async def test_join_on_an_asyncio_program_says_what_to_use(stub: StubConductor) -> None:
    async with TaskHandler(plugins=stub_plugins(stub), workers=[serve(five_seconds)], environ={}) as handler:
        with pytest.raises(WorkerError, match=r"await handler\.run"):
            handler.join()


def test_signals_can_be_owned_in_the_main_thread_only(stub: StubConductor) -> None:
    errors: list[Exception] = []

    def elsewhere() -> None:
        handler = TaskHandler(
            plugins=stub_plugins(stub), workers=[serve(five_seconds)], environ={}, handle_signals=True
        )
        try:
            handler.start()
        except WorkerError as error:
            errors.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert "main thread" in str(errors[0])


def test_what_an_open_poll_brings_after_a_forced_stop_is_given_back(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> Any:
        async with running(serve(five_seconds, poll_timeout=4000)) as handler:
            await stub.until(lambda: stub.polls)
            handler.force_stop()
            await asyncio.sleep(1)
            stub.add("pay", "late")
        return handler

    handler = virtual(main)
    assert handler.report.given_back == ("late",)
    assert (stub.result("late")["status"], stub.result("late")["callbackAfterSeconds"]) == ("IN_PROGRESS", 0)


def test_a_task_that_has_just_arrived_at_a_forced_stop_is_given_back(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> Any:
        async with running(serve(five_seconds, poll_timeout=4000)) as handler:
            await stub.until(lambda: stub.polls)
            await asyncio.sleep(1)
            # Both in one turn of the loop: the slot is cancelled before its first step.
            handler.force_stop()
            stub.add("pay", "t1")
        return handler

    handler = virtual(main)
    assert handler.report.given_back == ("t1",)
    assert stub.result("t1")["status"] == "IN_PROGRESS"


def test_a_worker_may_stop_its_own_handler_and_its_result_is_sent() -> None:
    stub = StubConductor()
    handlers: list[TaskHandler] = []

    def last(task) -> str:  # type: ignore[no-untyped-def]  # without annotation it gets the whole task
        handlers[0].stop()
        return "stopped"

    stub.add("pay", "t1")
    handlers.append(TaskHandler(plugins=stub_plugins(stub), workers=[serve(last)], environ={}))
    handlers[0].start()
    assert handlers[0].join(20)
    assert handlers[0].report is not None
    assert handlers[0].report.clean
    assert stub.result("t1")["outputData"] == {"result": "stopped"}
