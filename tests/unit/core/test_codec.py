"""Bytes of bodies."""

from __future__ import annotations

import json
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core._codec import encode_json, parse_or_none
from conductor_core.models import TaskDef, WorkflowDef, WorkflowTask


class Color(StrEnum):
    RED = "red"


def test_models_are_sent_by_alias_without_empty_fields_wherever_they_stand() -> None:
    definition = TaskDef(name="t", retry_count=0)
    wire = {"name": "t", "retryCount": 0}
    for value, expected in (
        (definition, wire),
        ([definition], [wire]),
        ({"taskDef": definition, "other": None}, {"taskDef": wire, "other": None}),
        ({"a": [{"b": definition}]}, {"a": [{"b": wire}]}),
    ):
        assert json.loads(encode_json(value)) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        ({"a": None}, '{"a":null}'),
        ("größe", '"größe"'),
        (Color.RED, '"red"'),
        (Decimal("1.50"), '"1.50"'),
        ({1: True}, '{"1":true}'),
        ("NaN and Infinity are words", '"NaN and Infinity are words"'),
    ],
)
def test_plain_values_stay_as_they_are(value: object, text: str) -> None:
    assert encode_json(value).decode() == text


def _itself() -> dict[str, Any]:
    document: dict[str, Any] = {}
    document["again"] = document
    return document


@pytest.mark.parametrize(
    "value",
    [float("nan"), [float("-inf")], {"a": {"b": float("inf")}}, object(), "\ud800", _itself()],
    ids=["nan", "-inf", "inf", "object", "surrogate", "itself"],
)
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        encode_json(value)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(json_values)
def test_json_goes_through_unchanged(value: object) -> None:
    try:
        body = encode_json(value)
    except ValueError:
        assert any("\ud800" <= character <= "\udfff" for character in repr(value).encode().decode("unicode_escape"))
        return
    assert json.loads(body) == value


def test_a_workflow_definition_keeps_what_a_server_needs() -> None:
    task = WorkflowTask(name="t", task_reference_name="r", input_parameters={"a": None})
    document = json.loads(encode_json(WorkflowDef(name="w", tasks=[task])))
    assert document["tasks"] == [
        {"name": "t", "taskReferenceName": "r", "type": "SIMPLE", "inputParameters": {"a": None}}
    ]
    assert None not in document.values()


@pytest.mark.parametrize(
    ("body", "document"), [(b'{"a":1}', {"a": 1}), (b"", None), (b"<html>", None), (b"\xff", None)]
)
def test_the_body_of_an_error_may_be_anything(body: bytes, document: object) -> None:
    assert parse_or_none(body) == document
