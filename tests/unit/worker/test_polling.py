"""Polling: what is asked for, how often, and what a failed or odd answer does."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.worker import define_worker
from conductor_core.worker._config import WorkerOptions

if TYPE_CHECKING:
    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running, Virtual


def serve(name: Any = "pay", **options: Any) -> Any:
    """Describe a worker without the registry: ``serve("pay", concurrency=5)(function)``."""
    return lambda function: define_worker(name, function, WorkerOptions(**options))  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType, reportUnknownVariableType] - the untyped lambda or worker is the test's own


async def echo(x: int = 0) -> dict[str, Any]:
    return {"x": x}


def test_the_poll_says_what_was_configured(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def main() -> None:
        async with running(serve(concurrency=4, poll_timeout=250, worker_id="me", domain="eu")(echo)):
            await stub.until(lambda: stub.polls)

    virtual(main)
    assert stub.polls[0].query == {"workerid": "me", "count": "4", "timeout": "250", "domain": "eu"}


@pytest.mark.parametrize("domain", [None, "", "  "])
def test_an_empty_domain_is_not_sent(virtual: Virtual, running: Running, stub: StubConductor, domain: Any) -> None:
    async def main() -> None:
        async with running(serve(domain=domain)(echo)):
            await stub.until(lambda: stub.polls)

    virtual(main)
    assert "domain" not in stub.polls[0].query


def test_three_domains_of_one_name_are_three_workers(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    def in_domain(domain: Any) -> Any:
        async def work() -> str:
            return domain  # type: ignore[no-any-return]  # that it is written so is what is tested

        return serve(domain=domain)(work)

    async def main() -> None:
        for domain in ("", "eu", "us"):
            stub.add("pay", f"t-{domain}", domain=domain)
        async with running(in_domain(None), in_domain("eu"), in_domain("us")):
            await stub.until(lambda: len(stub.results) == 3)

    virtual(main)
    assert stub.result("t-")["outputData"] == {"result": None}
    assert stub.result("t-eu")["outputData"] == {"result": "eu"}
    assert stub.result("t-us")["outputData"] == {"result": "us"}


def test_a_five_second_interval_is_honoured_and_short_polls_lengthen_when_idle(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        async with running(serve(poll_interval=5000)(echo)):
            await asyncio.sleep(60)

    virtual(main)
    starts = [poll.at for poll in stub.polls]
    assert starts[-1] - starts[-2] == pytest.approx(5.0)
    assert [poll.query["timeout"] for poll in stub.polls][:7] == ["100"] * 5 + ["1000"] * 2


def test_a_chosen_poll_timeout_is_left_alone(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def main() -> None:
        async with running(serve(poll_timeout=200)(echo)):
            await asyncio.sleep(10)

    virtual(main)
    assert {poll.query["timeout"] for poll in stub.polls} == {"200"}


def test_a_task_ends_the_long_idle_polls(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def main() -> None:
        async with running(serve()(echo)):
            await asyncio.sleep(10)
            stub.add("pay", "t1")
            await stub.until(lambda: stub.results)
            idle = len(stub.polls)
            await stub.until(lambda: len(stub.polls) > idle)

    virtual(main)
    assert stub.polls[-1].query["timeout"] == "100"


def test_no_more_tasks_run_than_the_concurrency_allows_and_no_poll_is_sent_when_full(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    active, most = 0, 0

    async def work() -> None:
        nonlocal active, most
        active += 1
        most = max(most, active)
        await asyncio.sleep(1)
        active -= 1

    async def main() -> None:
        for number in range(20):
            stub.add("pay", f"t{number}")
        async with running(serve(concurrency=5)(work)) as handler:
            await stub.until(lambda: len(stub.results) == 20)
            assert handler.get_worker_status()[0].queue_full >= 1

    virtual(main)
    assert most == 5
    # Between the first poll and the end the slots were kept busy by the answers of the updates.
    assert stub.polls[0].query["count"] == "5"


def test_more_tasks_than_asked_for_are_executed_within_the_limit(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    active, most = 0, 0

    async def work() -> None:
        nonlocal active, most
        active += 1
        most = max(most, active)
        await asyncio.sleep(1)
        active -= 1

    given = [{"taskId": f"t{n}", "workflowInstanceId": "w", "taskType": "pay", "inputData": {}} for n in range(6)]  # pyright: ignore[reportUnknownVariableType] - the untyped lambda or worker is the test's own

    def generous(request: Any) -> Any:
        return (200, given) if request.is_poll and len(stub.polls) == 1 else None

    async def main() -> None:
        stub.script = generous
        async with running(serve(concurrency=2)(work)):
            await stub.until(lambda: len(stub.results) == 6)

    virtual(main)
    assert most == 2
    assert [poll.at for poll in stub.polls[1:] if poll.at < 2.99] == []


@pytest.mark.parametrize("answer", [(200, []), (200, None), (204, None)])
def test_every_kind_of_empty_answer_is_an_empty_poll(
    virtual: Virtual, running: Running, stub: StubConductor, answer: Any
) -> None:
    async def main() -> None:
        stub.script = lambda request: answer if request.is_poll and len(stub.polls) < 5 else None
        stub.add("pay", "t1")
        async with running(serve()(echo)) as handler:
            await stub.until(lambda: stub.results)
            assert handler.get_worker_status()[0].last_error is None

    virtual(main)


def test_unusable_tasks_are_dropped_and_their_slots_stay_free(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    def odd(request: Any) -> Any:
        if request.is_poll and len(stub.polls) == 1:
            return 200, [
                {"taskType": "pay", "taskId": "no-workflow"},
                {"taskType": "pay", "workflowInstanceId": "no-task"},
                {"taskId": "x", "workflowInstanceId": "w", "taskType": "other"},
            ]
        return None

    async def main() -> None:
        stub.script = odd
        async with running(serve()(echo)) as handler:
            await stub.until(lambda: len(stub.polls) > 1)
            stub.add("pay", "t1")
            await stub.until(lambda: stub.results)
            assert handler.get_worker_status()[0].tasks_running == 0

    virtual(main)
    assert list(stub.results) == ["t1"]
    assert caplog.text.count("no task or workflow id") == 2
    assert "of type other, not pay" in caplog.text


# Failed polls.


def test_polls_answered_401_back_off_and_an_answer_ends_that(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        stub.script = lambda request: (401, {"message": "who?"}) if request.is_poll and len(stub.polls) <= 3 else None
        async with running(serve()(echo)) as handler:
            await stub.until(lambda: len(stub.polls) > 4)
            assert handler.is_healthy()

    virtual(main)
    starts = [poll.at for poll in stub.polls]
    gaps = [later - sooner for sooner, later in itertools.pairwise(starts)]
    assert gaps[:3] == [pytest.approx(2, rel=0.11), pytest.approx(4, rel=0.11), pytest.approx(8, rel=0.11)]
    assert gaps[3] < 1


@pytest.mark.parametrize("failure", [(500, {"message": "x"}), (429, None), (200, {"not": "a list"})])
def test_any_other_failed_poll_backs_off_too_and_is_never_repeated_by_the_policy(
    virtual: Virtual, running: Running, stub: StubConductor, failure: Any
) -> None:
    async def main() -> None:
        stub.script = lambda request: failure if request.is_poll and len(stub.polls) <= 2 else None
        async with running(serve()(echo)):
            await stub.until(lambda: len(stub.polls) > 3)

    virtual(main)
    starts = [poll.at for poll in stub.polls]
    assert starts[1] - starts[0] == pytest.approx(2, rel=0.11)
    assert starts[2] - starts[1] == pytest.approx(4, rel=0.11)


def test_stop_ends_a_backoff_at_once(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def main() -> None:
        stub.script = lambda request: (500, None)
        loop = asyncio.get_running_loop()
        async with running(serve()(echo)) as handler:
            await stub.until(lambda: len(stub.polls) == 5)
            before = loop.time()
        assert loop.time() - before < 0.1
        assert handler.report.clean  # type: ignore[union-attr]  # that it is written so is what is tested

    virtual(main)


@pytest.mark.parametrize("status", [429, 503])
def test_a_poll_waits_as_long_as_the_server_asks(
    virtual: Virtual, running: Running, stub: StubConductor, status: int
) -> None:
    async def main() -> None:
        busy = (status, None, {"Retry-After": "30"})
        stub.script = lambda request: busy if request.is_poll and len(stub.polls) == 1 else None
        async with running(serve()(echo)):
            await stub.until(lambda: len(stub.polls) > 1)

    virtual(main)
    assert stub.polls[1].at - stub.polls[0].at > 29.9
