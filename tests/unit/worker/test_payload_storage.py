"""A plugin that keeps large inputs and outputs elsewhere: a wrapper around executions is all it takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conductor_core import TaskResult, hookimpl
from conductor_core.interfaces import ExecuteInput
from conductor_core.worker import define_worker

if TYPE_CHECKING:
    from conductor_core.interfaces import Execute
    from tests._support.stub_server import StubConductor
    from tests._support.worker_fixtures import Running, Virtual

LARGE = 500


class PayloadStorage:
    """Keeps what is large under a path, and sends the path in its place."""

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}

    @hookimpl
    def conductor_wrap_execute(self, next: Execute) -> Execute:  # noqa: A002 - the contract's name
        async def with_storage(execution: ExecuteInput) -> object:
            task = execution.task
            path = task.external_input_payload_storage_path
            if path is not None:
                given = task.model_copy(update={"input_data": json.loads(self.stored[path])})
                execution = ExecuteInput(task=given, worker_id=execution.worker_id, domain=execution.domain)
            output = await next(execution)
            body = json.dumps(output).encode()
            if len(body) <= LARGE:
                return output
            self.stored[f"output/{task.task_id}"] = body
            return TaskResult(status="COMPLETED", external_output_payload_storage_path=f"output/{task.task_id}")

        return with_storage


async def repeat(text: str, times: int) -> dict[str, str]:
    return {"text": text * times}


def run_one(
    virtual: Virtual, running: Running, stub: StubConductor, storage: PayloadStorage, **fields: Any
) -> dict[str, Any]:
    async def main() -> None:
        stub.add("pay", "t1", **fields)
        settings = {"max_output_bytes": LARGE}
        async with running(define_worker("pay", repeat), plugins=(storage,), settings=settings):
            await stub.until(lambda: stub.results)

    virtual(main)
    return stub.result("t1")


def test_a_large_output_goes_to_the_storage_and_its_path_to_the_server(
    virtual: Virtual, running: Running, stub: StubConductor
) -> None:
    storage = PayloadStorage()
    result = run_one(virtual, running, stub, storage, inputData={"text": "x", "times": 1000})
    assert (result["status"], result["outputData"]) == ("COMPLETED", {})
    assert result["externalOutputPayloadStoragePath"] == "output/t1"
    assert json.loads(storage.stored["output/t1"]) == {"text": "x" * 1000}


def test_a_large_input_comes_from_the_storage(virtual: Virtual, running: Running, stub: StubConductor) -> None:
    storage = PayloadStorage()
    storage.stored["input/t1"] = b'{"text": "ab", "times": 2}'
    result = run_one(virtual, running, stub, storage, externalInputPayloadStoragePath="input/t1")
    assert result["outputData"] == {"text": "abab"}
    assert "externalOutputPayloadStoragePath" not in result
