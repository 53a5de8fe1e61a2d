"""The outbox in memory: order, bounds, what a full one does, and what becomes of refused results."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from conductor_core.http import ConnectError
from conductor_core.worker import MemoryOutbox, define_worker
from conductor_core.worker._config import WorkerOptions

if TYPE_CHECKING:
    import pytest

    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running, Virtual


async def work() -> str:
    return "done"


def serve(name: str = "pay", **options: Any) -> Any:
    return define_worker(name, work, WorkerOptions(**options))


def no_updates(request: Any) -> Any:
    return (500, {"message": "not now"}) if request.is_update else None


async def test_it_keeps_order_and_bounds() -> None:
    outbox = MemoryOutbox(max_results=2, max_bytes=100)
    first, second = outbox.letter("pay", {"taskId": "a"}), outbox.letter("ship", {"taskId": "b"})
    assert outbox.keep(first)
    assert not outbox.keep(outbox.letter("pay", {"taskId": "x" * 100}))
    assert outbox.keep(second)
    assert not outbox.keep(outbox.letter("pay", {"taskId": "c"}))
    assert await outbox.take() is first
    outbox.discard(first)
    assert await outbox.take() is second
    assert len(outbox) == 1


def test_keeping_twice_is_keeping_once() -> None:
    outbox = MemoryOutbox()
    letter = outbox.letter("pay", {"taskId": "a"})
    assert outbox.keep(letter)
    assert outbox.keep(letter)
    assert len(outbox) == 1


def test_near_the_bound_the_types_whose_results_wait_are_full_and_others_are_not() -> None:
    outbox = MemoryOutbox(max_results=10)
    letters = [outbox.letter("pay", {"taskId": f"t{number}"}) for number in range(9)]
    assert not any(outbox.is_full("pay") for letter in letters[:8] if outbox.keep(letter))
    assert outbox.keep(letters[8])
    assert outbox.is_full("pay")
    assert not outbox.is_full("ship")
    outbox.discard(letters[0])
    assert not outbox.is_full("pay")


def test_the_bound_in_bytes_counts_as_well() -> None:
    outbox = MemoryOutbox(max_bytes=1000)
    assert outbox.keep(outbox.letter("pay", {"taskId": "x" * 950}))
    assert outbox.is_full("pay")


def test_the_bounds_are_ten_thousand_results_and_64_mebibytes() -> None:
    outbox = MemoryOutbox()
    for number in range(10_000):
        assert outbox.keep(outbox.letter("pay", {"taskId": str(number)}))
    assert not outbox.keep(outbox.letter("pay", {"taskId": "one more"}))
    big = MemoryOutbox()
    assert not big.keep(big.letter("pay", {"output": "x" * (64 * 1024 * 1024)}))
    assert big.keep(big.letter("pay", {"output": "x" * (63 * 1024 * 1024)}))


def test_its_status_tells_size_and_age() -> None:
    now = [1000.0]
    outbox = MemoryOutbox(max_results=2, clock=lambda: now[0])
    assert outbox.status().results == 0
    letter = outbox.letter("pay", {"taskId": "a"})
    outbox.keep(letter)
    now[0] = 1060.0
    outbox.keep(outbox.letter("pay", {"taskId": "b"}))
    status = outbox.status()
    assert (status.results, status.bytes, status.oldest_seconds) == (2, 2 * len('{"taskId":"a"}'), 60.0)
    assert (status.full, status.file, status.dead_letters) == (True, None, 0)
    outbox.bury(letter, "too odd")
    assert (outbox.status().results, outbox.status().dead_letters) == (1, 1)
    assert outbox.dead_letters[0].reason == "too odd"


def test_a_full_outbox_stops_the_polling_of_its_type_only(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    outbox = MemoryOutbox(max_results=2)

    def no_pay(request: Any) -> Any:
        refuse = request.is_update and request.body["taskId"].startswith("p")
        return (500, None) if refuse else None

    async def main() -> None:
        stub.script = no_pay
        for number in range(5):
            stub.add("pay", f"p{number}")
        async with running(serve(), serve("ship"), outbox=outbox) as handler:
            await stub.until(lambda: len(outbox) == 2)
            assert handler.get_outbox_status().full
            count = len([poll for poll in stub.polls if poll.path.endswith("/pay")])
            stub.add("ship", "s1")
            await stub.until(lambda: "s1" in stub.results)
            await asyncio.sleep(120)
            assert len([poll for poll in stub.polls if poll.path.endswith("/pay")]) == count
            stub.script = None
            await stub.until(lambda: len(stub.results) == 6)

    virtual(main)
    assert len(outbox) == 0


def test_without_any_room_the_slot_keeps_its_result_and_takes_no_further_task(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> Any:
        stub.script = no_updates
        for number in range(4):
            stub.add("pay", f"t{number}")
        async with running(serve(concurrency=2), outbox=MemoryOutbox(max_results=0)) as handler:
            await asyncio.sleep(600)
            assert len(stub.queue("pay")) == 2
            assert handler.get_worker_status()[0].tasks_running == 2
            stub.script = None
            await stub.until(lambda: len(stub.results) == 4)
        return handler

    handler = virtual(main)
    assert handler.report.clean
    assert all(len(bodies) == 1 for bodies in stub.results.values())
    assert caplog.text.count("its slot keeps trying") == 2


def test_what_has_no_room_at_the_end_is_counted_as_lost(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> Any:
        stub.script = no_updates
        stub.add("pay", "t1")
        async with running(serve(), outbox=MemoryOutbox(max_results=0), stop_timeout=5) as handler:
            await stub.until(lambda: stub.updates)
        return handler

    handler = virtual(main)
    assert handler.report.undelivered == 1
    assert "task result lost: task t1 of workflow w-t1" in caplog.text


def test_a_result_that_is_refused_late_is_told_as_a_failure_too(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    outbox = MemoryOutbox()

    async def main() -> None:
        stub.script = no_updates
        stub.add("pay", "t1")
        async with running(serve(), outbox=outbox):
            await stub.until(lambda: len(outbox) == 1)
            answers = [(413, {"message": "too large"})]
            stub.script = lambda request: answers.pop() if request.is_update and answers else None
            await stub.until(lambda: stub.results)

    virtual(main)
    assert stub.result("t1")["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert [letter.document["status"] for letter in outbox.dead_letters] == ["COMPLETED"]


def test_a_late_result_that_nobody_wants_is_dropped(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    outbox = MemoryOutbox()

    async def main() -> None:
        stub.script = no_updates
        stub.add("pay", "t1")
        async with running(serve(), outbox=outbox):
            await stub.until(lambda: len(outbox) == 1)
            stub.script = lambda request: (409, {"message": "over"}) if request.is_update else None
            await stub.until(lambda: len(outbox) == 0)

    virtual(main)
    assert stub.results == {}
    assert not outbox.dead_letters


def test_a_late_result_on_its_way_at_stop_is_not_sent_a_second_time(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    outbox = MemoryOutbox()
    outbox.keep(outbox.letter("pay", {"taskId": "t1", "workflowInstanceId": "w", "status": "COMPLETED"}))
    stub.update_seconds = 5.0

    async def main() -> None:
        async with running(serve(), outbox=outbox) as handler:
            await stub.until(lambda: stub.updates)
            handler.request_stop()

    virtual(main)
    assert len(stub.results["t1"]) == 1


def test_ten_minutes_of_outage_lose_nothing(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()

        def down(request: Any) -> None:
            if loop.time() < 600:
                raise ConnectError("down")

        for number in range(5):
            stub.add("pay", f"t{number}")
        async with running(serve(concurrency=5)):
            await stub.until(lambda: not stub.queue("pay"))
            stub.script = down
            await stub.until(lambda: len(stub.results) == 5)

    virtual(main)
    assert all(len(bodies) == 1 for bodies in stub.results.values())
