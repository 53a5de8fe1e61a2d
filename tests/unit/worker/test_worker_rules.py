"""Rules of single parts that no other page of tests shows: bodies, refusals, callbacks, registration, duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import TaskDef
from conductor_core.worker import PolledTask, clear_worker_registry, define_worker
from conductor_core.worker._binding import Binder, InvalidInputError
from conductor_core.worker._config import WorkerOptions
from conductor_core.worker._context import ContextData
from conductor_core.worker._results import limited, raised, returned
from conductor_core.worker._sources import all_definitions, resolved

if TYPE_CHECKING:
    from conductor_core import Task
    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running, Virtual

TASK = PolledTask({"taskId": "t1", "workflowInstanceId": "w1", "taskType": "pay"})


async def work() -> dict[str, bool]:
    return {"ok": True}


def serve(function: Any = work, **options: Any) -> Any:
    return define_worker("pay", function, WorkerOptions(**options))


def test_the_body_of_an_update_holds_what_is_set_and_nothing_else(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(worker_id="me")):
            await stub.until(lambda: stub.results)

    virtual(main)
    assert stub.result("t1") == {
        "taskId": "t1",
        "workflowInstanceId": "w-t1",
        "workerId": "me",
        "status": "COMPLETED",
        "outputData": {"ok": True},
    }


def test_on_error_hears_of_a_failed_execution_once(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    errors: list[str] = []

    async def fails() -> None:
        raise ValueError("no")

    async def main() -> None:
        stub.add("pay", "t1")

        def on_error(error: BaseException, task: Task) -> None:
            errors.append(f"{task.task_id}: {error}")

        async with running(serve(fails), on_error=on_error):
            await stub.until(lambda: stub.results)

    virtual(main)
    assert errors == ["t1: no"]


def test_an_on_error_that_raises_changes_nothing(
    virtual: Virtual, running: Running, stub: StubConductor, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails() -> None:
        raise ValueError("no")

    def on_error(error: BaseException, task: object) -> None:
        raise RuntimeError("worse")

    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(fails), on_error=on_error):
            await stub.until(lambda: stub.results)

    virtual(main)
    assert "on_error failed for task t1" in caplog.text


def test_an_output_above_the_limit_fails_for_good_and_names_both_sizes(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def large() -> str:
        return "x" * 1000

    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(large), settings={"max_output_bytes": 500}):
            await stub.until(lambda: stub.results)

    virtual(main)
    result = stub.result("t1")
    assert result["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert "has 1013 bytes, more than the limit of 500 bytes" in result["reasonForIncompletion"]
    assert result["outputData"] == {}


def test_an_output_of_just_the_limit_is_sent() -> None:
    outcome = returned("x" * 100, ContextData(), TASK)
    assert limited(outcome, 113, TASK) is outcome
    assert limited(outcome, 112, TASK).status == "FAILED_WITH_TERMINAL_ERROR"


def test_a_strict_schema_error_names_the_place_in_the_log() -> None:
    def pay(order: int) -> None: ...

    binder = Binder(define_worker("pay", pay).signature, strict=True)
    with pytest.raises(InvalidInputError) as failure:
        binder.bind(PolledTask({**TASK.document, "inputData": {"order": "7"}}))
    outcome = raised(failure.value, ContextData(), TASK)
    assert outcome.status == "FAILED_WITH_TERMINAL_ERROR"
    assert outcome.logs[0]["log"] == "input at fault: order"


class Explosive:
    def __str__(self) -> str:
        raise LookupError("not even that")


def test_a_value_that_fails_while_it_is_converted_fails_the_task_and_not_the_runner(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def odd() -> object:
        return Explosive()

    async def main() -> None:
        stub.add("pay", "t1")
        async with running(serve(odd)):
            await stub.until(lambda: stub.results)

    virtual(main)
    assert stub.result("t1")["status"] == "FAILED"


# Registration.


@pytest.mark.parametrize("status", [400, 403, 500, 503])
def test_an_error_of_the_lookup_does_not_mean_that_there_is_none(
    virtual: Virtual, running: Running, stub: StubConductor, status: int
) -> None:
    async def main() -> None:
        stub.script = lambda request: (status, {"message": "odd"}) if "/metadata/" in request.path else None
        async with running(serve(register_task_def=True, overwrite_task_def=False)):
            await stub.until(lambda: stub.polls)

    virtual(main)
    assert {request.method for request in stub.requests if "/metadata/" in request.path} == {"GET"}


def test_an_error_of_the_replacement_does_not_mean_that_there_is_none(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    async def main() -> None:
        stub.script = lambda request: (400, {"message": "odd"}) if "/metadata/" in request.path else None
        async with running(serve(register_task_def=True)):
            await stub.until(lambda: stub.polls)

    virtual(main)
    assert [request.method for request in stub.requests if "/metadata/" in request.path] == ["PUT"]


def test_what_is_registered_is_a_copy(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    given = TaskDef(name="template", retry_count=7)
    worker = define_worker("pay", work, WorkerOptions(register_task_def=True), task_def=given)

    async def main() -> None:
        stub.script = lambda request: (200, None) if "/metadata/" in request.path else None
        async with running(worker):
            await stub.until(lambda: stub.polls)

    virtual(main)
    assert given.name == "template"
    assert stub.requests[0].body["name"] == "pay"


# Duplicates.


def test_two_listed_workers_of_one_key_are_told_and_the_later_one_stays(caplog: pytest.LogCaptureFixture) -> None:
    async def other() -> None: ...

    clear_worker_registry()
    (found,) = all_definitions([serve(), serve(other)])
    assert found.function is other
    assert "'pay' in domain None is registered twice" in caplog.text


def test_one_worker_that_is_found_twice_is_no_matter(caplog: pytest.LogCaptureFixture) -> None:
    assert len(all_definitions([serve(), serve()])) == 1
    assert caplog.text == ""


def test_workers_that_the_environment_moves_into_one_domain_are_told(caplog: pytest.LogCaptureFixture) -> None:
    async def other() -> None: ...

    workers = [serve(), serve(other, domain="us")]
    ((worker, config),) = resolved(workers, {"CONDUCTOR_WORKER_ALL_DOMAIN": "eu"})
    assert (worker.function, config.domain) == (other, "eu")
    assert "'pay' in domain eu is registered twice" in caplog.text.replace("domain 'eu'", "domain eu")
