"""Workers that are added to a handler, and the task manager."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor, TaskHandler
from conductor_core.errors import WorkerError
from conductor_core.worker import TaskManager, define_worker, serve_worker, serve_worker_async
from conductor_core.worker._config import WorkerOptions
from tests._support.stub_server import StubConductor, stub_plugins

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 30


def pay(order: int = 0) -> int:
    return order


async def ship(order: int = 0) -> int:
    return order


def until(holds: Callable[[], Any]) -> None:
    """Wait for what happens on the workers' thread."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_worker_is_added_before_the_start_and_while_it_runs() -> None:
    stub = StubConductor()
    stub.add("pay", "t1")
    stub.add("ship", "t2")
    handler = TaskHandler(plugins=stub_plugins(stub), workers=[], environ={}, keep_running=True)
    handler.start_worker("pay", pay, 2, 50)
    with handler:
        until(lambda: len(stub.results) == 1)
        handler.start_worker("ship", ship, domain="")
        until(lambda: len(stub.results) == 2)
        statuses = {status.name: status for status in handler.get_worker_status()}
    assert {name: status.concurrency for name, status in statuses.items()} == {"pay": 2, "ship": 1}


def test_the_same_name_again_adds_slots_and_another_domain_is_another_worker() -> None:
    stub = StubConductor()
    handler = TaskHandler(plugins=stub_plugins(stub), workers=[], environ={})
    handler.start_worker("pay", pay, 2)
    handler.start_worker("pay", pay, 3)
    handler.start_worker("pay", pay, domain="blue")
    with handler:
        handler.start_worker("pay", pay, 4)
        found = {status.domain: status.concurrency for status in handler.get_worker_status()}
    assert found == {None: 9, "blue": 1}


def test_a_handler_that_keeps_running_waits_for_its_stop() -> None:
    handler = TaskHandler(plugins=stub_plugins(StubConductor()), workers=[], environ={}, keep_running=True)
    with handler:
        assert handler.join(timeout=0.05) is False
    assert handler.join() is True


@pytest.mark.parametrize(("size", "message"), [(0, "from 1 on, got 0"), (True, "got True"), ("2", "got '2'")])
def test_a_wrong_batch_size_is_refused(size: Any, message: str) -> None:
    handler = TaskHandler(plugins=stub_plugins(StubConductor()), workers=[], environ={})
    with pytest.raises(WorkerError, match=message):
        handler.start_worker("pay", pay, size)


def test_nothing_is_added_to_workers_that_have_ended() -> None:
    handler = TaskHandler(plugins=stub_plugins(StubConductor()), workers=[], environ={}, keep_running=True)
    with handler:
        pass
    with pytest.raises(WorkerError, match="no workers run"):
        handler.start_worker("pay", pay)


def test_a_manager_polls_between_start_and_stop_and_again() -> None:
    stub = StubConductor()
    worker = define_worker("pay", pay, WorkerOptions(poll_interval=20))
    with Conductor(plugins=stub_plugins(stub)) as conductor:
        manager = TaskManager(conductor, [worker], concurrency=4, poll_interval=1000, worker_id="me")
        for number in (1, 2):
            stub.add("pay", f"t{number}")
            with manager:
                assert manager.is_polling
                manager.update_polling_options(poll_interval=10)
                until(lambda number=number: len(stub.results) == number)  # type: ignore[misc]
            assert not manager.is_polling
    options = manager.workers[0].options
    assert (options.concurrency, options.poll_interval, options.worker_id) == (4, 20, "me")


def test_a_manager_needs_workers_and_names_of_their_own() -> None:
    with Conductor(plugins=stub_plugins(StubConductor())) as conductor:
        with pytest.raises(WorkerError, match="at least one worker"):
            TaskManager(conductor, [])
        with pytest.raises(WorkerError, match="one task name and domain"):
            TaskManager(conductor, [define_worker("pay", pay), define_worker("pay", pay)])
        with pytest.raises(WorkerError, match="call start_polling"):
            TaskManager(conductor, [define_worker("pay", pay)]).update_polling_options(concurrency=2)


def test_a_worker_that_was_shut_down_may_be_started_again() -> None:
    stub = StubConductor()
    handler = TaskHandler(plugins=stub_plugins(stub), workers=[define_worker("ship", ship)], environ={})
    with handler:
        handler.start_worker("pay", pay)
        until(lambda: [poll for poll in stub.polls if poll.path.endswith("/pay")])
        handler.shutdown("pay")
        until(lambda: [status.name for status in handler.get_worker_status()] == ["ship"])
        stub.add("pay", "t1")
        handler.start_worker("pay", pay)
        until(lambda: stub.results)
        assert handler.is_healthy()


def test_a_worker_is_started_again_while_a_task_of_its_first_life_still_runs() -> None:
    stub, hold = StubConductor(), threading.Event()

    def held(order: int) -> int:
        if not order:
            hold.wait(PATIENCE)
        return order

    stub.add("pay", "t0", inputData={"order": 0})
    handler = TaskHandler(plugins=stub_plugins(stub), workers=[define_worker("ship", ship)], environ={})
    with handler:
        handler.start_worker("pay", held)
        until(lambda: any(status.tasks_running for status in handler.get_worker_status()))
        handler.shutdown("pay")
        stub.add("pay", "t1", inputData={"order": 1})
        until(lambda: len(stub.polls) > 3)
        handler.start_worker("pay", held)
        until(lambda: "t1" in stub.results)
        hold.set()
        until(lambda: "t0" in stub.results)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"concurrency": "5"}, r"concurrency .* whole number .* got '5' \(str\)"),
        ({"concurrency": 1.5}, r"concurrency .* whole number"),
        ({"poll_interval": "9"}, r"poll_interval .* number of milliseconds"),
        ({"poll_timeout": True}, r"poll_timeout .* whole number"),
    ],
)
def test_options_of_another_type_are_refused_while_it_runs(options: Any, words: str) -> None:
    with (
        TaskHandler(plugins=stub_plugins(StubConductor()), workers=[define_worker("pay", pay)], environ={}) as handler,
        pytest.raises(WorkerError, match=words),
    ):
        handler.update_polling_options("pay", **options)


@pytest.mark.parametrize("options", [{"stop_timeout": "30"}, {"stop_timeout": -1}, {"max_restarts": 1.5}])
def test_options_of_the_handler_of_another_type_are_refused(options: Any) -> None:
    with pytest.raises(WorkerError, match=rf"{next(iter(options))} must be .* from 0 on, got"):
        TaskHandler(plugins=stub_plugins(StubConductor()), workers=[], environ={}, **options)


def test_a_definition_is_served_while_workers_run_on_a_thread() -> None:
    stub = StubConductor()
    stub.add("ship", "one", inputData={"order": 4})
    with TaskHandler(plugins=stub_plugins(stub), workers=[], environ={}, keep_running=True) as handler:
        serve_worker(handler, define_worker("ship", ship))
        until(lambda: "one" in stub.results)
    assert stub.result("one")["outputData"] == {"result": 4}


async def test_a_definition_is_served_while_workers_run_on_this_loop() -> None:
    stub = StubConductor()
    stub.add("ship", "one", inputData={"order": 4})
    stub.add("pay", "two", inputData={"order": 5})
    handler = TaskHandler(plugins=stub_plugins(stub), workers=[], environ={}, keep_running=True)
    await serve_worker_async(handler, define_worker("ship", ship))
    async with handler:
        await serve_worker_async(handler, define_worker("pay", pay))
        await stub.until(lambda: len(stub.results) == 2)
    assert stub.result("two")["outputData"] == {"result": 5}
