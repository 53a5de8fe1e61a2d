"""Schemas that a worker states itself: registered, and validated by where strict_schema asks for it."""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import TaskDef, worker_task
from conductor_core.errors import WorkerError
from conductor_core.worker import define_worker, get_registered_worker, json_schema
from conductor_core.worker._config import WorkerOptions
from conductor_core.worker._schema import DRAFT

if TYPE_CHECKING:
    from tests._support.stub_server import Document, StubConductor
    from tests._support.worker_fixtures import Running

ORDER = {
    "type": "object",
    "properties": {"order_id": {"type": "string", "pattern": "^o-"}, "amount": {"type": "number", "minimum": 0}},
    "required": ["order_id"],
    "additionalProperties": False,
}
RECEIPT = {"type": "object", "properties": {"number": {"type": "integer"}}, "required": ["number"]}
STRICT = WorkerOptions(strict_schema=True, poll_interval=1)
SECONDS = 60


@dataclasses.dataclass
class Receipt:
    number: int


async def charge(order_id: str, amount: float = 1.0) -> dict[str, Any]:
    return {"number": 7 if amount else "none"}


async def served(stub: StubConductor, running: Running, worker: Any, **inputs: Any) -> Document:
    stub.add("pay", "t1", inputData=inputs)
    async with asyncio.timeout(SECONDS), running(worker):
        await stub.until(lambda: stub.results)
    return stub.result("t1")


def stating(options: WorkerOptions = STRICT, **types: Any) -> Any:
    return define_worker("pay", charge, options, **types)


async def test_input_and_output_that_fit_complete(stub: StubConductor, running: Running) -> None:
    worker = stating(input_type=json_schema(ORDER), output_type=json_schema(RECEIPT))
    result = await served(stub, running, worker, order_id="o-1", amount=2)
    assert (result["status"], result["outputData"]) == ("COMPLETED", {"number": 7})


@pytest.mark.parametrize(
    ("inputs", "reason", "path"),
    [
        ({"order_id": "s3cret"}, "order_id: the value does not match", "order_id"),
        ({"order_id": "o-1", "amount": "s3cret"}, "amount: the value is not of type", "amount"),
        ({"amount": 1}, "is a required property", "."),
        ({"order_id": "o-1", "more": "s3cret"}, "'more' was unexpected", "."),
    ],
)
async def test_input_that_does_not_fit_fails_for_good_without_its_values(
    stub: StubConductor, running: Running, inputs: Any, reason: str, path: str
) -> None:
    result = await served(stub, running, stating(input_type=json_schema(ORDER)), **inputs)
    assert result["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert result["reasonForIncompletion"].startswith("the input does not fit its schema: ")
    assert reason in result["reasonForIncompletion"]
    assert any(entry["log"] == f"input at fault: {path}" for entry in result["logs"])
    assert "s3cret" not in str(result)


@pytest.mark.parametrize("stated", [json_schema(RECEIPT), Receipt], ids=["document", "type"])
async def test_output_that_does_not_fit_fails_for_good(stub: StubConductor, running: Running, stated: Any) -> None:
    result = await served(stub, running, stating(output_type=stated), order_id="o-1", amount=0.0)
    assert result["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert result["reasonForIncompletion"] == (
        'the output does not fit its schema: number: the value is not of type "integer"'
    )
    assert any(entry["log"] == "output at fault: number" for entry in result["logs"])


async def test_nothing_is_validated_unless_asked(stub: StubConductor, running: Running) -> None:
    worker = stating(WorkerOptions(poll_interval=1), input_type=json_schema(ORDER), output_type=json_schema(RECEIPT))
    result = await served(stub, running, worker, order_id="another", more=1)
    assert result["status"] == "COMPLETED"


async def test_what_a_worker_states_is_registered_in_place_of_its_signature(
    stub: StubConductor, running: Running
) -> None:
    options = WorkerOptions(register_task_def=True, register_schema=True, poll_interval=1)
    worker = stating(options, input_type=json_schema(ORDER), output_type=Receipt)
    async with asyncio.timeout(SECONDS), running(worker):
        await stub.until(lambda: stub.polls)
    schemas = next(seen.body for seen in stub.requests if seen.path.endswith("/schema"))
    assert [schema["name"] for schema in schemas] == ["pay_input", "pay_output"]
    assert schemas[0]["data"] == ORDER
    assert schemas[1]["data"]["$schema"] == DRAFT
    assert schemas[1]["data"]["properties"] == {"number": {"title": "Number", "type": "integer"}}


def test_the_decorator_and_class_based_workers_take_the_same_names() -> None:
    @worker_task("stated", input_type=json_schema(ORDER), output_type=Receipt, task_def=TaskDef(name="stated"))
    def work(order_id: str) -> Receipt:
        return Receipt(len(order_id))

    found = get_registered_worker("stated")
    assert work("abc") == Receipt(3)
    assert found is not None
    assert found.schemas.document("input") == ORDER

    class Stated:
        task_definition_name = "stated"
        input_type = json_schema(ORDER)

        def execute(self, order_id: str) -> None: ...

    from conductor_core.worker._sources import definitions_of  # noqa: PLC0415 - one test needs it

    assert definitions_of(Stated())[0].schemas.document("input") == ORDER
    assert definitions_of(Stated())[0].schemas.document("output") is None


async def test_a_schema_that_is_none_is_refused_at_start(stub: StubConductor, running: Running) -> None:
    with pytest.raises(WorkerError, match="'pay': the schema of its input cannot be used"):
        async with running(stating(input_type=json_schema({"type": "no such type"}))):
            pass
    with pytest.raises(WorkerError, match=r"the schema of its input cannot be used.*elsewhere"):
        async with running(stating(input_type=json_schema({"$ref": "http://127.0.0.1:9/elsewhere"}))):
            pass
    with pytest.raises(WorkerError, match="takes the schema as a mapping, got str"):
        json_schema("{}")  # type: ignore[arg-type]  # the point
    assert stub.polls == []


async def test_without_the_library_the_start_says_what_to_install(
    stub: StubConductor, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = importlib.import_module

    def missing(name: str, package: str | None = None) -> Any:
        if name == "jsonschema_rs":
            raise ModuleNotFoundError(name=name)
        return genuine(name, package)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(WorkerError, match=r"pip install 'conductor-core\[schema\]'"):
        async with running(stating(input_type=json_schema(ORDER))):
            pass
