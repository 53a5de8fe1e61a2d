"""JSON schemas from annotations, and their registration."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Optional

import jsonschema_rs
import pydantic
import pytest

from conductor_core import Task, TaskDef, TaskHandler, TaskInProgress
from conductor_core.worker import define_worker
from conductor_core.worker._binding import Binder
from conductor_core.worker._config import WorkerOptions
from conductor_core.worker._schema import DRAFT, input_schema, output_schema
from conductor_core.worker._signature import analyse
from tests._support.stub_server import StubConductor, stub_plugins

if TYPE_CHECKING:
    from tests._support.worker_fixtures import Virtual


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Item:
    name: str
    price: Decimal = Decimal(0)


class Address(pydantic.BaseModel):
    street: str


class Unknown:
    def __init__(self, a: int) -> None: ...


def described(annotation: Any) -> Any:
    def work(value, other=1): ...  # type: ignore[no-untyped-def]  # that it is written so is what is tested

    work.__annotations__ = {"value": annotation}
    return input_schema(Binder(analyse(work)), strict=False)  # pyright: ignore[reportUnknownArgumentType] - the untyped lambda or worker is the test's own


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (str, {"type": "string"}),
        (int, {"type": "integer"}),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (dt.datetime, {"type": "string", "format": "date-time"}),
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (int | None, {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
        (Optional[str], {"anyOf": [{"type": "string"}, {"type": "null"}]}),  # noqa: UP045 - this form is tested
        (Any, {}),
        (Unknown, {}),
    ],
)
def test_the_schema_of_an_annotation(annotation: Any, schema: Any) -> None:
    found = described(annotation)
    assert found["$schema"] == DRAFT
    assert found["properties"]["value"] == schema
    assert found["additionalProperties"] is True


@pytest.mark.parametrize("annotation", [Colour, Item, Address, list[Item]])
def test_shared_parts_are_where_draft_seven_looks_for_them(annotation: Any) -> None:
    found = described(annotation)
    text = str(found)
    assert "$defs" not in text
    if "$ref" in text:
        assert all(reference in text for reference in ["#/definitions/", "'definitions'"])


class Basket(pydantic.BaseModel):
    address: Address
    items: list[Item]
    colour: Colour | None = None
    placed: dt.datetime
    notes: dict[str, list[str]] = {}


@dataclasses.dataclass
class Parcel:
    basket: Basket
    weight: float
    fragile: bool = False


BASKET = {"address": {"street": "Elm"}, "items": [{"name": "tea", "price": 2}], "placed": "2026-01-02T03:04:05Z"}
FITS: list[tuple[Any, Any]] = [
    (Colour, "red"),
    (Item, {"name": "tea"}),
    (Item, {"name": "tea", "price": "1.5"}),
    (Address, {"street": "Elm"}),
    (list, ["any", 1]),
    (dict, {"any": 1}),
    (Basket, BASKET),
    (Basket, {**BASKET, "colour": None, "notes": {"a": ["b"]}}),
    (Parcel, {"basket": BASKET, "weight": 1.5, "fragile": True}),
    (list[Parcel | None], [None, {"basket": BASKET, "weight": 1}]),
    (dict[str, Address], {"home": {"street": "Elm"}}),
    (Optional[Colour], None),  # noqa: UP045 - this form is tested
]
MISFITS: list[tuple[Any, Any]] = [
    (str, 5),
    (int, 1.5),
    (bool, "yes"),
    (Colour, "blue"),
    (Item, {"price": 1}),
    (Address, {"street": 5}),
    (list, {}),
    (dict, []),
    (Basket, {**BASKET, "items": [{"price": 1}]}),
    (Basket, {**BASKET, "colour": "blue"}),
    (Basket, {**BASKET, "notes": {"a": "b"}}),
    (Parcel, {"basket": {**BASKET, "address": None}, "weight": 1}),
    (Colour | None, "blue"),
]


def _validator(annotation: Any) -> Any:
    return jsonschema_rs.Draft7Validator(described(annotation))


@pytest.mark.parametrize(("annotation", "value"), FITS)
def test_what_fits_an_annotation_fits_its_schema(annotation: Any, value: Any) -> None:
    _validator(annotation).validate({"value": value})


@pytest.mark.parametrize(("annotation", "value"), MISFITS)
def test_what_does_not_fit_an_annotation_does_not_fit_its_schema(annotation: Any, value: Any) -> None:
    assert not _validator(annotation).is_valid({"value": value})
    assert _validator(annotation).is_valid({}) is (annotation == (Colour | None))


def test_required_is_what_has_neither_default_nor_none_and_tasks_are_left_out() -> None:
    def work(a: int, b: int | None, job: Task, c: int = 1, *, d: str) -> None: ...

    found = input_schema(Binder(analyse(work)), strict=True)
    assert found["required"] == ["a", "d"]
    assert list(found["properties"]) == ["a", "b", "c", "d"]
    assert found["additionalProperties"] is False


def test_a_function_that_takes_everything_allows_everything() -> None:
    def work(a: int, **rest: int) -> None: ...

    assert input_schema(Binder(analyse(work)), strict=True)["additionalProperties"] is True


def returning(annotation: Any) -> Any:
    def work(): ...  # type: ignore[no-untyped-def]  # that it is written so is what is tested

    work.__annotations__ = {"return": annotation}
    return output_schema(analyse(work))


def test_the_schema_of_what_is_returned() -> None:
    assert returning(int)["properties"] == {"result": {"type": "integer"}}
    assert returning(dict[str, int])["additionalProperties"] == {"type": "integer"}
    assert returning(Address)["properties"] == {"street": {"title": "Street", "type": "string"}}
    assert returning(Address | TaskInProgress)["properties"] == {"street": {"title": "Street", "type": "string"}}
    assert returning(Any) is None
    assert returning(TaskInProgress) is None
    assert returning(None)["properties"] == {"result": {"type": "null"}}


async def pay(amount: int) -> Address: ...  # type: ignore[empty-body]  # that it is written so is what is tested


def serve(virtual: Virtual, stub: StubConductor, worker: Any) -> Any:
    async def main() -> None:
        async with TaskHandler(plugins=stub_plugins(stub), workers=[worker], environ={}):
            await stub.until(lambda: stub.polls)

    virtual(main)
    return [(request.method, request.path, request.body) for request in stub.requests if not request.is_poll]


def accepting(request: Any) -> Any:
    return (200, None) if "/schema" in request.path or "/metadata" in request.path else None


def test_schemas_are_registered_and_linked_before_the_first_poll(virtual: Virtual, stub: StubConductor) -> None:
    stub.script = accepting
    options = WorkerOptions(register_schema=True, register_task_def=True, strict_schema=True)
    (schemas, definition) = serve(virtual, stub, define_worker("pay", pay, options))
    assert schemas[:2] == ("POST", "/api/schema")
    assert [(s["name"], s["version"], s["type"]) for s in schemas[2]] == [
        ("pay_input", 1, "JSON"),
        ("pay_output", 1, "JSON"),
    ]
    assert schemas[2][0]["data"]["required"] == ["amount"]
    assert definition[:2] == ("PUT", "/api/metadata/taskdefs")
    assert definition[2]["inputSchema"] == {"name": "pay_input", "version": 1, "type": "JSON"}
    assert definition[2]["outputSchema"] == {"name": "pay_output", "version": 1, "type": "JSON"}


def test_a_server_without_a_schema_registry_is_tolerated(virtual: Virtual, stub: StubConductor) -> None:
    stub.script = lambda request: (200, None) if "/metadata" in request.path else None
    options = WorkerOptions(register_schema=True, register_task_def=True)
    sent = serve(virtual, stub, define_worker("pay", pay, options))
    assert [path for _, path, _ in sent] == ["/api/schema", "/api/metadata/taskdefs"]
    assert "inputSchema" not in sent[1][2]


def test_schemas_of_the_task_definition_win(virtual: Virtual, stub: StubConductor) -> None:
    stub.script = accepting
    own = {"name": "mine", "version": 3, "type": "JSON"}
    options = WorkerOptions(register_schema=True, register_task_def=True)
    worker = define_worker("pay", pay, options, task_def=TaskDef(name="pay", input_schema=own))
    (schemas, definition) = serve(virtual, stub, worker)
    assert [s["name"] for s in schemas[2]] == ["pay_output"]
    assert definition[2]["inputSchema"] == own
