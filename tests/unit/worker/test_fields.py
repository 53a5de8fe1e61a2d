# ruff: noqa: B008 - that people describe parameters so is what is tested
"""Parameters described by pydantic's ``Field``: default, constraints and alias mean what they mean to ``validate_call``."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Literal, TypedDict, Unpack, cast

import pydantic
import pytest
from pydantic import AliasChoices, AliasPath, Field

from conductor_core.errors import WorkerError
from conductor_core.worker import InvalidInputError, PolledTask
from conductor_core.worker._binding import Binder
from conductor_core.worker._schema import input_schema
from conductor_core.worker._signature import analyse


def call(function: Any, given: dict[str, Any], **options: Any) -> Any:
    document: Any = {"taskId": "t", "workflowInstanceId": "w", "taskType": "x", "inputData": given}
    arguments = Binder(analyse(function), **options).bind(PolledTask(document))
    return function(*arguments.args, **arguments.kwargs)


class Card(pydantic.BaseModel):
    kind: Literal["card"] = "card"
    number: str


class Cash(pydantic.BaseModel):
    kind: Literal["cash"] = "cash"


def work(  # type: ignore[no-untyped-def]  # that it is written so is what is tested
    amount: int = Field(3, ge=1),
    items: list[int] = Field(default_factory=list),
    rate: Annotated[float, Field(gt=0)] = 0.5,
    tries: Annotated[int, Field(default=5)] = 9,
    order_id: str = Field("none", alias="orderId"),
    shop: str = Field("none", validation_alias=AliasChoices("shop", AliasPath("shops", 0, "name"))),
    city: str = Field("none", validation_alias=AliasPath("address", "city")),
    paid: Card | Cash = Field(Cash(), discriminator="kind"),
    note: str = Field(cast("str", None)),
    checked: int = Field("7", validate_default=True),
    untyped=Field("as it is"),  # pyright: ignore[reportMissingParameterType] - the same
    tags: list[str] = dataclasses.field(default_factory=list),
) -> dict[str, Any]:
    return dict(locals())


DEFAULTS: dict[str, Any] = {
    "amount": 3,
    "items": [],
    "rate": 0.5,
    "tries": 9,
    "order_id": "none",
    "shop": "none",
    "city": "none",
    "paid": Cash(),
    "note": None,
    "checked": 7,
    "untyped": "as it is",
    "tags": [],
}


def test_defaults_are_those_of_the_descriptions() -> None:
    assert call(work, {}) == DEFAULTS


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"amount": "4"}, {"amount": 4}),
        ({"items": ["1"]}, {"items": [1]}),
        ({"orderId": "o"}, {"order_id": "o"}),
        ({"order_id": "not by its name"}, {}),
        ({"shop": "s", "shops": [{"name": "other"}]}, {"shop": "s"}),
        ({"shops": [{"name": "other"}]}, {"shop": "other"}),
        ({"shops": []}, {}),
        ({"address": {"city": "Ulm"}}, {"city": "Ulm"}),
        ({"address": "Ulm"}, {}),
        ({"paid": {"kind": "card", "number": "1"}}, {"paid": Card(number="1")}),
        ({"note": None}, {"note": None}),
        ({"untyped": {"a": 1}}, {"untyped": {"a": 1}}),
    ],
)
def test_values_are_found_by_alias_and_converted(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert call(work, given) == DEFAULTS | expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"amount": 0}, "parameter 'amount' of .*: expected int, got int: .* greater than or equal to 1"),
        ({"rate": 0}, "parameter 'rate' of .*: expected float"),
        ({"paid": {"kind": "coins"}}, "parameter 'paid' .*does not match any of the expected tags"),
        ({"orderId": 5}, "parameter 'order_id' .* got int"),
    ],
)
def test_values_that_break_a_rule_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        call(work, given)


def test_what_can_change_is_made_anew_for_each_task() -> None:
    def changes(items: list[int] = Field(default_factory=list), more: list[int] = Field([])) -> list[list[int]]:
        items.append(1)
        more.append(2)
        return [items, more]

    binder = Binder(analyse(changes))
    polled = PolledTask({"taskId": "t", "inputData": {}})
    for _ in range(2):
        assert changes(*binder.bind(polled).args) == [[1], [2]]


@pytest.mark.parametrize(
    ("field", "sought", "path"),
    [
        (Field(..., ge=1), "no such key", "value"),
        (Field(alias="theValue"), "no key 'theValue'", "theValue"),
        (Field(validation_alias=AliasChoices("a", AliasPath("b", 1))), "no key 'a' or 'b'", "a"),
    ],
)
def test_one_that_is_required_is_missed_by_the_key_to_give(field: Any, sought: str, path: str) -> None:
    def takes(value: int = field, other: int = 1) -> int:
        return value + other

    with pytest.raises(
        InvalidInputError, match=f"'value' of .* is required, and the task's input has {sought}$"
    ) as caught:
        call(takes, {})
    assert caught.value.path == path
    assert call(lambda value=field, other=1: value, {}, missing_as_none=True) is None


def test_the_only_parameter_is_an_input_where_it_is_described() -> None:
    assert call(lambda amount=Field(4): amount, {}) == 4
    assert call(lambda amount=Field(4): amount, {"amount": 5}) == 5


def test_an_alias_is_no_further_key_for_the_rest() -> None:
    def takes(order_id: str = Field(alias="orderId"), **rest: Any) -> Any:
        return order_id, rest

    assert call(takes, {"orderId": "o", "order_id": "x", "more": 1}) == ("o", {"more": 1})


def test_strictness_knows_the_aliases() -> None:
    assert call(work, {"orderId": "o", "address": {"city": "Ulm"}}, strict=True)["city"] == "Ulm"
    with pytest.raises(InvalidInputError, match="'order_id', which no parameter"):
        call(work, {"order_id": "o"}, strict=True)


def test_a_default_that_breaks_its_own_rule_is_told_with_the_task() -> None:
    def takes(amount: int = Field("many", validate_default=True), other: int = 1) -> int:
        return amount + other

    with pytest.raises(InvalidInputError, match=r"'amount' of .*: expected int, got str"):
        call(takes, {})


def test_a_default_made_of_other_arguments_is_refused_when_workers_start() -> None:
    def takes(a: int, b: int = Field(default_factory=lambda given: given["a"] + 1)) -> int:
        return a + b

    with pytest.raises(WorkerError, match=r"parameter 'b' of worker function .*takes other arguments' values"):
        Binder(analyse(takes))


class Options(TypedDict, total=False):
    page_size: Annotated[int, Field(ge=1, alias="pageSize")]


def test_members_of_unpacked_keywords_may_be_described() -> None:
    def takes(**options: Unpack[Options]) -> Any:
        return options

    assert call(takes, {"pageSize": "3"}) == {"page_size": 3}
    assert call(takes, {}) == {}


def test_the_schema_names_the_keys_and_the_rules() -> None:
    schema = input_schema(Binder(analyse(work)), strict=True)
    properties = schema["properties"]
    assert properties["amount"] == {"type": "integer", "minimum": 1}
    assert properties["orderId"] == {"type": "string"}
    assert {"shop", "shops", "address"} <= set(properties)
    assert not {"order_id", "city"} & set(properties)
    assert schema["required"] == []


def test_the_schema_says_what_the_description_says() -> None:
    def takes(amount: int = Field(description="how many"), other: int = 1) -> int:
        return amount + other

    schema = input_schema(Binder(analyse(takes)), strict=False)
    assert schema["required"] == ["amount"]
    assert schema["properties"]["amount"] == {"type": "integer", "description": "how many"}
