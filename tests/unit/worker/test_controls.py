"""What can be changed about running workers by name, and how often a result is tried."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor, TaskHandler
from conductor_core.errors import WorkerError
from conductor_core.worker import TaskManager, define_worker
from conductor_core.worker._config import WorkerOptions
from tests._support.stub_server import StubConductor, stub_plugins

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core import Task
    from tests._support.worker_fixtures import Running, Virtual


async def pay(order: int = 0) -> int:
    return order


def until(holds: Callable[[], Any]) -> None:
    """Wait for what happens on the workers' thread."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def serve(name: str = "pay", function: Any = pay, **options: Any) -> Any:
    return define_worker(name, function, WorkerOptions(**options))


def test_batch_sizes_are_set_raised_and_lowered_while_workers_run(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        async with running(serve(concurrency=3), serve("ship"), serve(domain="eu")) as handler:
            seen: list[dict[Any, int]] = []

            async def look() -> None:
                await asyncio.sleep(0.1)
                seen.append({(s.name, s.domain): s.concurrency for s in handler.get_worker_status()})

            handler.set_batch_size("pay", 7)
            await look()
            handler.increase_batch_size("pay", 2, domain="eu")
            await look()
            handler.increase_batch_size("ship")
            handler.decrease_batch_size("pay", 3)
            await look()
            handler.decrease_batch_size("ship", 100)
            await look()
            assert seen == [
                {("pay", None): 7, ("ship", None): 1, ("pay", "eu"): 7},
                {("pay", None): 7, ("ship", None): 1, ("pay", "eu"): 9},
                {("pay", None): 4, ("ship", None): 2, ("pay", "eu"): 6},
                {("pay", None): 4, ("ship", None): 1, ("pay", "eu"): 6},
            ]

    virtual(main)


def test_a_larger_batch_is_polled_for_and_executed(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def slow() -> None:
        await asyncio.sleep(10)

    async def main() -> None:
        async with running(serve(function=slow)) as handler:
            await stub.until(lambda: stub.polls)
            handler.increase_batch_size("pay", 4)
            await asyncio.sleep(1)
            assert stub.polls[-1].query["count"] == "5"
            for number in range(5):
                stub.add("pay", f"t{number}")
            await stub.until(lambda: handler.get_worker_status()[0].tasks_running == 5)

    virtual(main)


def test_interval_and_timeout_of_polls_are_set_while_workers_run(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        async with running(serve(poll_timeout=0)) as handler:
            await asyncio.sleep(10)
            handler.set_poll_interval("pay", 7000)
            handler.set_poll_timeout("pay", 40)
            await asyncio.sleep(60)

    virtual(main)
    late = [poll for poll in stub.polls if poll.at > 30]
    assert {poll.query["timeout"] for poll in late} == {"40"}
    assert {round(later.at - sooner.at) for sooner, later in itertools.pairwise(late)} == {7}


@pytest.mark.parametrize(
    ("method", "arguments", "words"),
    [
        ("set_batch_size", ("pay", 0), "1 or more, got 0"),
        ("increase_batch_size", ("pay", 0), "changes by 1 or more, got 0"),
        ("decrease_batch_size", ("pay", -1), "changes by 1 or more, got -1"),
        ("increase_batch_size", ("pay", "2"), r"whole number .* got '2' \(str\)"),
        ("set_poll_interval", ("pay", 0.5), "1 ms or more, got 0.5"),
        ("set_poll_timeout", ("pay", 5001), "from 0 to 5000 ms, got 5001"),
        ("set_batch_size", ("ship", 2), "no worker of task 'ship' runs"),
    ],
)
def test_what_cannot_be_is_refused(method: str, arguments: tuple[Any, ...], words: str) -> None:
    with (
        TaskHandler(plugins=stub_plugins(StubConductor()), workers=[serve()], environ={}) as handler,
        pytest.raises(WorkerError, match=words),
    ):
        getattr(handler, method)(*arguments)


@pytest.mark.parametrize(("tries", "gaps"), [(1, []), (2, [10]), (6, [10, 20, 30, 30, 30])])
def test_the_number_of_tries_of_an_update_can_be_chosen(
    virtual: Virtual, running: Running, stub: StubConductor, tries: int, gaps: list[int]
) -> None:
    class Listener:
        counts: list[int] = []  # noqa: RUF012 - the class is of this test alone

        def on_task_update_failure(self, event: Any) -> None:
            self.counts.append(event.retry_count)

    async def main() -> None:
        stub.script = lambda request: (500, None) if request.is_update and len(stub.updates) <= tries else None
        stub.add("pay", "t1")
        async with running(serve(), event_listeners=[Listener()], update_tries=tries):
            await stub.until(lambda: stub.results)

    virtual(main)
    starts = [update.at for update in stub.updates[:tries]]
    assert [later - sooner for sooner, later in itertools.pairwise(starts)] == [
        pytest.approx(g, rel=0.11) for g in gaps
    ]
    assert Listener.counts == [tries]


@pytest.mark.parametrize("tries", [0, -1, 2.5, "4", True])
def test_a_number_of_tries_that_is_none_is_refused(tries: Any) -> None:
    with pytest.raises(WorkerError, match="update_tries must be a whole number from 1 on, got"):
        TaskHandler(plugins=stub_plugins(StubConductor()), workers=[], environ={}, update_tries=tries)


# The task manager.


class Lines:
    """A logger of the program's own."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def debug(self, message: str, *_: object) -> None: ...
    def info(self, message: str, *_: object) -> None: ...
    def error(self, message: str, *values: object) -> None:
        self.errors.append(message % values)


def test_every_option_of_a_manager_reaches_its_workers() -> None:
    stub, failed, lines = StubConductor(), threading.Event(), Lines()
    tasks: list[str] = []

    def on_error(error: BaseException, task: Task) -> None:
        tasks.append(f"{task.task_id}: {error}")
        if len(tasks) == 2:  # the execution, then the only try of its update
            failed.set()

    async def refuse() -> None:
        raise ValueError("no")

    stub.add("pay", "t1", domain="eu")
    stub.script = lambda request: (500, None) if request.is_update else None
    with Conductor(plugins=stub_plugins(stub)) as conductor:
        manager = TaskManager(
            conductor,
            [serve(function=refuse)],
            concurrency=4,
            poll_interval=20,
            worker_id="me",
            domain="eu",
            batch_polling_timeout=30,
            on_error=on_error,
            max_retries=1,
            logger=lines,
        )
        with manager:
            assert failed.wait(20)
            until(lambda: any("try 1 of 1" in line for line in lines.errors))
            stub.script = None
    assert stub.polls[0].query == {"workerid": "me", "count": "4", "timeout": "30", "domain": "eu"}
    assert manager.workers[0].options.poll_interval == 20
    assert tasks[0] == "t1: no"


def test_a_manager_changes_its_running_workers() -> None:
    stub = StubConductor()
    with Conductor(plugins=stub_plugins(stub)) as conductor, TaskManager(conductor, [serve(poll_timeout=0)]) as manager:
        manager.update_polling_options(concurrency=5, poll_interval=3, poll_timeout=2)
        changed = threading.Event()

        def script(request: Any) -> None:
            if request.is_poll and (request.query["count"], request.query["timeout"]) == ("5", "2"):
                changed.set()

        stub.script = script
        assert changed.wait(20)
