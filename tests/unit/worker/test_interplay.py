"""Where rules meet: a chain and a pause between polls, a stop and a result in its waits, a full outbox and a free slot."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import TaskInProgress
from conductor_core.worker import MemoryOutbox, current_task_context, define_worker
from conductor_core.worker._config import WorkerOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from conductor_core.events import PollStarted
    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running, Virtual

V2 = "/api/tasks/update-v2"
V1 = "/api/tasks"


async def work() -> str:
    return "done"


async def five_seconds() -> str:
    await asyncio.sleep(5)
    return "done"


def serve(function: Any = work, **options: Any) -> Any:
    return define_worker("pay", function, WorkerOptions(**options))


def document(task_id: str, **fields: Any) -> dict[str, Any]:
    return {"taskId": task_id, "workflowInstanceId": "w", "taskType": "pay", "inputData": {}, **fields}


def test_a_raised_concurrency_starts_what_waits(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    """The server sent more than was asked for, so no poll has to bring what the new slots run."""
    begun: list[float] = []

    async def note() -> None:
        begun.append(asyncio.get_running_loop().time())
        await asyncio.sleep(5)

    async def main() -> None:
        three = [document(f"t{number}") for number in range(3)]
        stub.script = lambda request: ((200, three) if len(stub.polls) == 1 else (200, [])) if request.is_poll else None
        async with running(serve(note)) as handler:
            await stub.until(lambda: begun)
            handler.update_polling_options("pay", concurrency=3)
            await asyncio.sleep(1)
            assert len(begun) == 3

    virtual(main)


def test_a_task_in_progress_may_come_back_in_the_chain_that_it_left(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    looks: list[str] = []

    async def look() -> object:
        looks.append("look")
        return TaskInProgress(0) if len(looks) == 1 else "done"

    async def main() -> None:
        answers = [(200, document("t2")), (200, document("t1")), (204, None)]
        stub.script = lambda request: answers.pop(0) if request.path == V2 else None
        stub.add("pay", "t1")
        async with running(serve(look)):
            await stub.until(lambda: not answers)
            await asyncio.sleep(0.05)

    virtual(main)
    assert [request.body["taskId"] for request in stub.updates] == ["t1", "t2", "t1"]
    assert len(stub.polls) == 2


class BrokenOnce(MemoryOutbox):
    """Fails once, in a place where nothing is expected to."""

    left = 1

    def letter(self, task_type: str, document: dict[str, Any]) -> Any:
        if self.left:
            self.left -= 1
            raise RuntimeError("a defect")
        return super().letter(task_type, document)


def test_a_task_whose_slot_broke_may_be_handed_out_again(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(), outbox=BrokenOnce()):
            await stub.until(lambda: stub.polls and not stub.queue("pay"))
            await asyncio.sleep(1)
            stub.add("pay", "t1")
            await stub.until(lambda: stub.results)

    virtual(main)
    assert stub.result("t1")["status"] == "COMPLETED"


def test_a_chained_task_ends_the_long_polls_of_the_other_slots(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        def script(request: Any) -> Any:
            if request.is_poll:
                return 200, [document("t1")] if len(stub.polls) == 1 else []
            return (200, document("t2")) if request.body["taskId"] == "t1" else (204, None)

        stub.script = script
        async with running(serve(five_seconds, concurrency=2)):
            await stub.until(lambda: stub.updates)
            before = len(stub.polls)
            await stub.until(lambda: len(stub.polls) > before)
            assert stub.polls[before - 1].query["timeout"] == "1000"
            assert stub.polls[before].query["timeout"] == "100"

    virtual(main)


# Without update-v2.


def test_a_poll_that_keeps_a_slot_busy_asks_for_one_task(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    stub.v2 = False
    seen: list[object] = []

    class Listener:
        def on_poll_started(self, _event: PollStarted) -> None:
            seen.append(current_task_context())

    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(concurrency=3, poll_interval=60_000), plugins=(Listener(),)):
            await stub.until(lambda: stub.results)
            await asyncio.sleep(0.05)

    virtual(main)
    after = [request for request in stub.requests[stub.requests.index(stub.updates[-1]) :] if request.is_poll]
    assert after[0].query["count"] == "1"
    assert seen == [None] * len(stub.polls)


def test_a_slot_does_not_poll_for_itself_while_polls_back_off(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    stub.v2 = False

    async def main() -> None:
        stub.script = lambda request: (500, None) if request.is_poll and len(stub.polls) > 1 else None
        stub.add("pay", "t1")
        async with running(serve(five_seconds, concurrency=2)):
            await stub.until(lambda: stub.results)
            await asyncio.sleep(0.5)

    virtual(main)
    reported = stub.updates[-1].at
    assert not [poll for poll in stub.polls if reported <= poll.at < reported + 0.4]


def test_an_answer_lost_by_the_plain_update_leaves_no_orphan(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    stub.v2 = False
    lost = [RuntimeError("nobody knows whether before or after the request went out")]

    def script(request: Any) -> None:
        if request.path == V1 and request.body["taskId"] == "t2" and lost:
            raise lost.pop()

    async def main() -> Any:
        stub.script = script
        stub.add("pay", "t1")
        async with running(serve()) as handler:
            await stub.until(lambda: stub.results)
            stub.add("pay", "t2")
            await stub.until(lambda: "t2" in stub.results)
            return handler.get_worker_status()[0].possible_orphans

    assert virtual(main) == 0
    assert not lost


# Failed polls.


@pytest.mark.parametrize("status", [401, 403])
def test_whoever_is_not_let_in_is_told_apart(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    async def main() -> None:
        stub.script = lambda request: (status, None) if request.is_poll and len(stub.polls) == 1 else None
        async with running(serve()):
            await stub.until(lambda: len(stub.polls) > 1)

    virtual(main)
    assert "polling pay was refused 1 times in a row" in caplog.text


def test_a_defect_on_the_way_is_a_failed_poll_and_no_death(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    causes: list[BaseException] = []

    class Listener:
        def on_poll_failure(self, event: Any) -> None:
            causes.append(event.cause)

    def script(request: Any) -> None:
        if request.is_poll and len(stub.polls) == 1:
            raise RuntimeError("a wrapper's defect")

    async def main() -> Any:
        stub.script = script
        async with running(serve(), plugins=(Listener(),)) as handler:
            await stub.until(lambda: len(stub.polls) > 1)
            return handler.get_worker_status()[0].restarts

    assert virtual(main) == 0
    assert [str(cause) for cause in causes] == ["a wrapper's defect"]


def test_failed_polls_give_their_place_among_the_long_ones_back(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        stub.script = lambda request: (500, None) if request.is_poll and len(stub.polls) < 3 else None
        async with running(serve(), settings={"max_long_polls": 1}):
            await stub.until(lambda: len(stub.polls) > 3)

    virtual(main)
    assert "0" not in {poll.query["timeout"] for poll in stub.polls}


# Stop.


def test_a_listener_that_stops_before_the_poll_is_sent_stops_it(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    handlers: list[Any] = []

    class Listener:
        async def on_poll_started(self, _event: PollStarted) -> None:
            await asyncio.sleep(0.1)
            handlers[0].request_stop()

    async def main() -> None:
        async with running(serve(), plugins=(Listener(),)) as handler:
            handlers.append(handler)
            await handler.wait()

    virtual(main)
    assert not stub.polls


def test_a_forced_stop_sends_results_in_their_waits_and_gives_nothing_of_them_back(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> Any:
        stub.script = lambda request: (500, None) if request.is_update and len(stub.updates) == 1 else None
        stub.add("pay", "t1")
        async with running(serve()) as handler:
            await stub.until(lambda: stub.updates)
            await asyncio.sleep(1)
            handler.force_stop()
        return handler

    handler = virtual(main)
    assert handler.report.undelivered == 0
    assert stub.result("t1")["status"] == "COMPLETED"


def _stopped_during_an_update(
    running: Running, stub: StubConductor, answers: list[Any]
) -> Callable[[], Coroutine[Any, Any, None]]:
    """A worker whose first try to report hangs until the limit of stop cuts it off; the last one is answered."""
    stub.update_seconds = 100

    async def main() -> None:
        stub.script = lambda request: answers.pop(0) if request.is_update and answers else None
        stub.add("pay", "t1")
        async with running(serve(), stop_timeout=5) as handler:
            await stub.until(lambda: stub.updates)
            handler.request_stop()
            await asyncio.sleep(1)
            stub.update_seconds = 0

    return main


def test_a_result_that_is_refused_at_the_very_end_fails_its_task(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    answers: list[Any] = [(500, None), (400, {"message": "no such field"})]
    virtual(_stopped_during_an_update(running, stub, answers))
    result = stub.result("t1")
    assert result["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert "no such field" in result["reasonForIncompletion"]


def test_a_result_whose_try_the_limit_cuts_off_is_sent_once_more(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    answers: list[Any] = [(500, None)]
    virtual(_stopped_during_an_update(running, stub, answers))
    assert [request.path for request in stub.updates] == [V2, V1]
    assert stub.result("t1")["outputData"] == {"result": "done"}


# A full outbox.


def test_a_type_whose_results_fill_the_outbox_takes_no_task_by_poll_or_chain(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        away = True
        stub.script = lambda request: (
            (503, None) if request.is_update and away and request.body["taskId"] == "t1" else None
        )
        stub.add("pay", "t1")
        outbox = MemoryOutbox(max_results=1)
        async with running(serve(five_seconds, concurrency=2), outbox=outbox):
            await stub.until(lambda: len(outbox))
            await asyncio.sleep(2)
            polls = len(stub.polls)
            await asyncio.sleep(20)
            assert len(stub.polls) == polls
            away = False
            await stub.until(lambda: "t1" in stub.results)
            await stub.until(lambda: len(stub.polls) > polls)

    virtual(main)


def test_a_result_is_sent_without_asking_for_a_task_while_the_outbox_is_full(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def hundred_seconds() -> str:
        await asyncio.sleep(100)
        return "done"

    async def either(slow: bool = False) -> str:  # noqa: FBT001, FBT002 - an input of the task
        return await (hundred_seconds() if slow else work())

    async def main() -> None:
        stub.script = lambda request: (503, None) if request.is_update and request.body["taskId"] == "quick" else None
        stub.add("pay", "quick")
        stub.add("pay", "slow", inputData={"slow": True})
        async with running(serve(either, concurrency=2), outbox=MemoryOutbox(max_results=1)):
            await stub.until(lambda: "slow" in stub.results)

    virtual(main)
    (sent,) = [request.path for request in stub.updates if request.body["taskId"] == "slow"]
    assert sent == V1
