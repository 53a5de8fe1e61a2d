"""From outcome to an accepted update: chains, the update-v2 protocol, tries and waits, what is never taken."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.http import ConnectError, ReadError, ReadTimeout
from conductor_core.worker import PolledTask, define_worker
from conductor_core.worker._calls import heartbeat_call, last_update_call, poll_call, update_call, update_v2_call
from conductor_core.worker._config import WorkerOptions

if TYPE_CHECKING:
    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running, Virtual

V2 = "/api/tasks/update-v2"
V1 = "/api/tasks"
NO_SUCH_TASK = (404, {"status": 404, "message": "No such task found by id: t1", "retryable": False})
NO_SUCH_PATH = (404, {"status": 404, "message": "No static resource api/tasks/update-v2."})


async def work() -> str:
    return "done"


def serve(**options: Any) -> Any:
    return define_worker("pay", work, WorkerOptions(**options))


def answering(*answers: Any) -> Any:
    """Script the first updates one after the other; None lets the stub answer."""
    left = list(answers)

    def script(request: Any) -> Any:
        if not request.is_update or not left:
            return None
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return script


class Recorder:
    def __init__(self) -> None:
        self.failures: list[Any] = []
        self.completed: list[Any] = []

    def on_task_update_failure(self, event: Any) -> None:
        self.failures.append(event)

    def on_task_update_completed(self, event: Any) -> None:
        self.completed.append(event)


def gaps(stub: StubConductor) -> Any:
    return [later.at - sooner.at for sooner, later in itertools.pairwise(stub.updates)]


def run_one(
    virtual: Virtual,
    running: Running,
    stub: StubConductor,
    script: Any,
    *,
    until: Any = None,
    seconds: Any = 0.0,
    **options: Any,
) -> Any:
    """Run task t1 against a script of update answers; return the listener."""
    recorder = Recorder()

    async def main() -> Any:
        stub.script = script
        stub.add("pay", "t1")
        async with running(serve(), event_listeners=[recorder], **options) as handler:
            await stub.until(until or (lambda: stub.results))
            await asyncio.sleep(seconds)
            return handler

    return virtual(main), recorder


def test_a_hundred_tasks_pass_through_one_slot_by_one_poll(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        for number in range(100):
            stub.add("pay", f"t{number}")
        async with running(serve()):
            await stub.until(lambda: len(stub.results) == 100)

    virtual(main)
    assert stub.requests.index(stub.polls[-1]) in {0, 101}
    assert {request.path for request in stub.updates} == {V2}
    assert list(stub.results) == [f"t{number}" for number in range(100)]


def test_a_server_without_update_v2_is_found_out_once_and_slots_stay_busy_by_polls(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    stub.v2 = False

    async def main() -> None:
        for number in range(10):
            stub.add("pay", f"t{number}")
        async with running(serve()):
            await stub.until(lambda: len(stub.results) == 10)

    virtual(main)
    assert [request.path for request in stub.updates].count(V2) == 1
    assert [request.path for request in stub.updates].count(V1) == 10
    assert [poll.query["count"] for poll in stub.polls[:10]] == ["1"] * 10


@pytest.mark.parametrize("answer", [(404, None), (405, {"message": "Method Not Allowed"}), NO_SUCH_PATH])
def test_the_same_result_goes_the_plain_way_at_once_and_costs_no_try(
    virtual: Virtual, running: Running, stub: StubConductor, answer: Any
) -> None:
    _, recorder = run_one(virtual, running, stub, answering(answer), until=lambda: stub.results)
    assert [request.path for request in stub.updates] == [V2, V1]
    assert gaps(stub)[0] < 0.01
    assert len(recorder.completed) == 1
    assert recorder.failures == []


def test_a_404_for_the_task_does_not_switch_update_v2_off(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        stub.script = answering(NO_SUCH_TASK, NO_SUCH_TASK)
        stub.add("pay", "gone")
        stub.add("pay", "t2")
        async with running(serve()):
            await stub.until(lambda: "t2" in stub.results)

    virtual(main)
    assert [request.path for request in stub.updates] == [V2, V1, V2]


def test_once_known_to_work_a_404_means_the_task(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    async def main() -> None:
        stub.script = answering(None, NO_SUCH_TASK)
        for name in ("t1", "gone", "t3"):
            stub.add("pay", name)
        async with running(serve()):
            await stub.until(lambda: "t3" in stub.results)

    virtual(main)
    assert [request.path for request in stub.updates] == [V2, V2, V2]
    assert "gone" not in stub.results


@pytest.mark.parametrize(
    "failure",
    [
        (500, {"message": "x"}),
        (503, None),
        (401, {"error": "INVALID_TOKEN"}),
        (403, None),
        (500, {"message": "not here"}),
    ],
)
def test_four_tries_with_waits_of_ten_twenty_and_thirty_seconds(
    virtual: Virtual, running: Running, stub: StubConductor, failure: Any
) -> None:
    errors = []
    _, recorder = run_one(
        virtual,
        running,
        stub,
        answering(failure, failure, failure),
        on_error=lambda error, task: errors.append((error, task.task_id)),  # pyright: ignore[reportUnknownLambdaType, reportUnknownMemberType] - the untyped lambda or worker is the test's own
    )
    assert gaps(stub) == [pytest.approx(seconds, rel=0.11) for seconds in (10, 20, 30)]
    assert len(recorder.completed) == 1
    assert [task_id for _, task_id in errors] == ["t1"] * 3  # pyright: ignore[reportUnknownVariableType] - the untyped lambda or worker is the test's own
    assert stub.result("t1")["status"] == "COMPLETED"


def test_after_the_last_try_the_result_waits_in_the_outbox_and_the_slot_is_free(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    failures = [(500, {"message": "away"})] * 4

    async def main() -> Any:
        recorder = Recorder()
        stub.script = answering(*failures)
        stub.add("pay", "t1")
        async with running(serve(), event_listeners=[recorder]) as handler:
            await stub.until(lambda: recorder.failures)
            assert handler.get_worker_status()[0].tasks_running == 0
            stub.add("pay", "t2")
            await stub.until(lambda: len(stub.results) == 2)
            return recorder

    recorder = virtual(main)
    (event,) = recorder.failures
    assert event.retry_count == 4
    assert event.cause.status == 500
    assert (event.task_result.task_id, event.task_result.output_data) == ("t1", {"result": "done"})
    assert "t1 of workflow w-t1" in caplog.text
    assert stub.result("t1")["status"] == "COMPLETED"


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refused_result_is_told_once_as_a_failure_and_not_tried_again(
    virtual: Virtual, running: Running, stub: StubConductor, status: Any
) -> None:
    _, recorder = run_one(virtual, running, stub, answering((status, {"message": "too odd"})), seconds=120)
    assert [request.path for request in stub.updates] == [V2, V1]
    result = stub.result("t1")
    assert result["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert "too odd" in result["reasonForIncompletion"]
    assert result["outputData"] == {}
    assert len(recorder.failures) == 1


@pytest.mark.parametrize("answer", [(409, {"message": "over"}), NO_SUCH_TASK])
def test_a_result_nobody_wants_is_dropped(
    virtual: Virtual, running: Running, stub: StubConductor, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    _, recorder = run_one(
        virtual, running, stub, answering(answer, answer), until=lambda: len(stub.polls) > 1, seconds=120
    )
    assert stub.results == {}
    assert len(stub.updates) <= 2
    assert len(recorder.failures) == 1
    assert "does not want the result of task t1" in caplog.text


@pytest.mark.parametrize("failure", [ReadError("reset"), ReadTimeout("slow"), (504, None), (502, None)])
def test_after_a_lost_answer_of_update_v2_the_result_goes_the_plain_way(
    virtual: Virtual, running: Running, stub: StubConductor, failure: Any
) -> None:
    run_one(virtual, running, stub, answering(failure))
    assert [request.path for request in stub.updates] == [V2, V1]
    assert gaps(stub)[0] == pytest.approx(10, rel=0.11)


def test_a_refused_connection_is_not_ambiguous(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    failures = [ConnectError("refused")] * 6
    script = answering(*failures)
    run_one(virtual, running, stub, script)
    # The policy repeats a try for at most ten seconds; the tries themselves are ten seconds and more apart.
    assert {request.path for request in stub.updates} == {V2}


def test_the_policy_may_repeat_a_try_of_an_update_for_ten_seconds_and_nothing_else() -> None:
    task = PolledTask({"taskId": "t1", "workflowInstanceId": "w1"})
    assert update_call({}).retry_budget == 10.0
    assert update_v2_call({}).retry_budget == 10.0
    assert last_update_call({}).retry_budget == 0
    assert heartbeat_call(task, "me").retry_budget == 0
    poll = poll_call("pay", worker_id="me", count=1, timeout_ms=5000, domain=None)
    assert poll.retry_budget == 0
    assert poll.timeout is not None
    assert 10 < poll.timeout <= 12


def test_a_repeated_answer_of_429_costs_the_policy_no_try_of_the_update(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    run_one(virtual, running, stub, answering((429, None), (429, None)))
    assert [request.path for request in stub.updates] == [V2, V2, V2]
    assert gaps(stub) == [pytest.approx(1, rel=0.11), pytest.approx(2, rel=0.11)]


def test_stop_cuts_no_try_and_spreads_the_rest_over_its_limit(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> Any:
        loop = asyncio.get_running_loop()
        stub.script = answering((500, None), (500, None), (500, None))
        stub.add("pay", "t1")
        async with running(serve(), stop_timeout=30) as handler:
            await stub.until(lambda: stub.updates)
            stopped = loop.time()
        assert loop.time() - stopped < 30
        return handler

    handler = virtual(main)
    assert handler.report.clean
    assert stub.result("t1")["status"] == "COMPLETED"
    assert {request.path for request in stub.updates[1:]} == {V1}


def test_a_result_that_the_server_never_takes_is_counted_at_the_end(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> Any:
        stub.script = lambda request: (500, None) if request.is_update else None
        stub.add("pay", "t1")
        async with running(serve(), stop_timeout=5) as handler:
            await stub.until(lambda: stub.updates)
        return handler

    handler = virtual(main)
    assert handler.report.undelivered == 1
    assert not handler.report.clean
    assert "never taken" in caplog.text


def test_a_web_page_is_no_receipt(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    page = (200, "<html>Please sign in</html>", {"content-type": "text/html; charset=utf-8"})

    async def main() -> None:
        stub.script = answering(page, page)
        stub.add("pay", "t1")
        async with running(serve()):
            await stub.until(lambda: stub.results)

    virtual(main)
    assert [request.path for request in stub.updates] == [V2, V1, V1]
    assert stub.result("t1")["status"] == "COMPLETED"
