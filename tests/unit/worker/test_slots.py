"""Slots: how long a task keeps its own, what frees it, and what an idle process may hold open."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from conductor_core import hookimpl
from conductor_core.http import AsyncBaseTransport, ReadError
from conductor_core.worker import MemoryOutbox, define_worker
from conductor_core.worker._config import WorkerOptions
from conductor_core.worker._longpoll import LongPolls

if TYPE_CHECKING:
    import pytest

    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running, Virtual


async def work() -> str:
    return "done"


def serve(name: str = "pay", function: Any = work, **options: Any) -> Any:
    return define_worker(name, function, WorkerOptions(**options))


def test_a_result_in_its_waits_keeps_its_slot(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def main() -> None:
        stub.script = lambda request: (500, None) if request.is_update and len(stub.updates) < 3 else None
        stub.add("pay", "t1")
        async with running(serve()) as handler:
            await stub.until(lambda: stub.updates)
            polls = len(stub.polls)
            await asyncio.sleep(25)
            assert len(stub.polls) == polls
            assert handler.get_worker_status()[0].tasks_running == 1
            await stub.until(lambda: stub.results)
            await stub.until(lambda: len(stub.polls) > polls)

    virtual(main)


def test_a_released_slot_is_filled_at_once(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    stub.v2 = False

    async def five_seconds() -> None:
        await asyncio.sleep(5)

    async def main() -> None:
        stub.add("pay", "t1")
        stub.add("pay", "t2")
        async with running(serve(function=five_seconds, poll_interval=60_000)):
            await stub.until(lambda: len(stub.results) == 2)
            assert asyncio.get_running_loop().time() < 10.2

    virtual(main)


def test_a_poll_with_tasks_is_followed_by_the_next_at_once_while_slots_are_free(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def slow() -> None:
        await asyncio.sleep(5)

    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(function=slow, concurrency=3, poll_interval=5000, poll_timeout=0)):
            await stub.until(lambda: len(stub.polls) >= 2)

    virtual(main)
    assert [poll.query["count"] for poll in stub.polls[:2]] == ["3", "2"]
    assert stub.polls[1].at - stub.polls[0].at < 0.01


class Broken(MemoryOutbox):
    """Fails where nobody foresaw it, a number of times."""

    def __init__(self, where: str, times: int) -> None:
        super().__init__()
        self._where = where
        self._times = times

    def letter(self, task_type: str, document: Any) -> Any:
        self._fail("letter")
        return super().letter(task_type, document)

    async def commit(self, letter: Any) -> None:
        self._fail("commit")

    def _fail(self, where: str) -> None:
        if where == self._where and self._times:
            self._times -= 1
            raise RuntimeError("unforeseen")


def test_an_unforeseen_error_frees_the_slot(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        stub.add("pay", "t1")
        stub.add("pay", "t2")
        async with running(serve(), outbox=Broken("letter", 1)) as handler:
            await stub.until(lambda: "t2" in stub.results)
            assert handler.get_worker_status()[0].tasks_running == 0

    virtual(main)
    assert "serving task t1 failed in an unforeseen way" in caplog.text


def test_an_outbox_that_fails_does_not_keep_a_result_from_being_sent(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(), outbox=Broken("commit", 1)):
            await stub.until(lambda: stub.results)

    virtual(main)
    assert "could not keep the result of task t1" in caplog.text


def test_a_defect_on_the_way_to_the_server_costs_a_try_and_not_the_result(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    defects = [RuntimeError("a wrapper's defect")] * 2

    def script(request: Any) -> None:
        if request.is_update and defects:
            raise defects.pop()

    async def main() -> None:
        stub.script = script
        stub.add("pay", "t1")
        async with running(serve()):
            await stub.until(lambda: stub.results)

    virtual(main)
    assert [request.path for request in stub.updates] == ["/api/tasks/update-v2", "/api/tasks", "/api/tasks"]
    assert stub.result("t1")["status"] == "COMPLETED"


def test_a_lost_answer_of_update_v2_is_counted_as_a_possible_orphan(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    lost = [ReadError("reset")]

    def script(request: Any) -> None:
        if request.is_update and lost:
            raise lost.pop()

    async def main() -> Any:
        stub.script = script
        stub.add("pay", "t1")
        async with running(serve(), serve("ship")) as handler:
            await stub.until(lambda: stub.results)
            return [status.possible_orphans for status in handler.get_worker_status()]

    assert virtual(main) == [1, 0]


def test_a_chained_task_of_another_type_is_left_alone(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    foreign = {"taskId": "x", "workflowInstanceId": "w", "taskType": "other"}

    def script(request: Any) -> Any:
        if request.is_update and len(stub.updates) == 1:
            stub.store(request.body)
            return 200, foreign
        return None

    async def main() -> None:
        stub.script = script
        stub.add("pay", "t1")
        async with running(serve()) as handler:
            await stub.until(lambda: stub.results)
            stub.add("pay", "t2")
            await stub.until(lambda: "t2" in stub.results)
            assert handler.get_worker_status()[0].tasks_running == 0

    virtual(main)
    assert sorted(stub.results) == ["t1", "t2"]
    assert "task x is of type other, not pay" in caplog.text


# Long polls.


def test_beyond_the_limit_polls_do_not_wait_and_take_turns() -> None:
    polls = LongPolls(2)
    for name in ("a", "b"):
        assert polls.timeout_ms(name, 100, chosen=False, idle=False) == 100
        polls.opened(100)
    assert polls.timeout_ms("c", 100, chosen=True, idle=True) == 0
    polls.opened(0)
    polls.closed(0)
    polls.closed(100)
    assert polls.timeout_ms("a", 100, chosen=False, idle=True) == 0
    assert polls.timeout_ms("c", 250, chosen=True, idle=True) == 250
    polls.opened(250)
    polls.closed(100)
    assert polls.timeout_ms("a", 100, chosen=False, idle=True) == 1000


def test_a_process_holds_no_more_long_polls_open_than_its_setting_says(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        workers = [serve(f"idle{number}") for number in range(20)]
        async with running(*workers, settings={"max_long_polls": 5}):
            await asyncio.sleep(30)

    virtual(main)
    late = [poll for poll in stub.polls if poll.at > 10]
    assert {poll.query["timeout"] for poll in late} == {"0", "1000"}
    starts = [poll.at for poll in late if poll.query["timeout"] == "1000"]
    assert max(sum(at <= other < at + 0.99 for other in starts) for at in starts) <= 5
    # They take turns, as far as chance allows.
    assert len({poll.path for poll in late if poll.query["timeout"] == "1000"}) > 15


class Counting:
    def __init__(self) -> None:
        self.made: list[object] = []

    @hookimpl
    def conductor_wrap_transport(self, next: object) -> object:  # noqa: A002 - the contract's name
        self.made.append(next)
        return next


def test_fifty_workers_share_one_transport(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    plugin = Counting()

    async def main() -> None:
        async with running(*(serve(f"idle{number}") for number in range(50)), plugins=(plugin,)):
            await stub.until(lambda: len({poll.path for poll in stub.polls}) == 50)

    virtual(main)
    assert len([one for one in plugin.made if isinstance(one, AsyncBaseTransport)]) == 1


def test_a_task_handed_out_anew_while_its_last_update_is_under_way_is_still_run_once(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    """Its first slot, when it ends, must not forget the second one's task: a third hand-out would be run beside it."""
    runs: list[float] = []

    async def slow() -> str:
        runs.append(asyncio.get_running_loop().time())
        await asyncio.sleep(5)
        return "done"

    async def main() -> None:
        stub.v2 = False
        stub.update_seconds = 2
        stub.add("pay", "t1")
        async with running(serve(function=slow, concurrency=3)):
            await stub.until(lambda: stub.results)
            stub.add("pay", "t1")
            await stub.until(lambda: len(runs) == 2)
            await asyncio.sleep(3)
            stub.add("pay", "t1")
            await asyncio.sleep(1)
            assert len(runs) == 2

    virtual(main)


def test_threads_are_used_again(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    seen: set[int] = set()

    def note() -> None:
        seen.add(threading.get_ident())

    async def main() -> None:
        for number in range(10):
            stub.add("pay", f"t{number}")
        async with running(serve(function=note)):
            await stub.until(lambda: len(stub.results) == 10)

    virtual(main, threads=True)
    assert len(seen) == 1
