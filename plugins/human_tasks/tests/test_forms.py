"""Forms: where their fields come from, what may be typed, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.errors import InvalidArgumentError
from conductor_human_tasks import HumanTaskTemplate
from conductor_human_tasks._inbox._fields import Field, fields_of
from conductor_human_tasks._inbox._filling import fill
from conductor_human_tasks._inbox._schema import Schema, schema_of


class Scripted:
    """A person who types prepared lines."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.shown: list[str] = []
        self.hidden = 0

    def say(self, line: str = "") -> None:
        """Remember a line."""
        self.shown.append(line)

    def ask(self, question: str, *, is_secret: bool = False) -> str:
        """Answer with the next line."""
        self.shown.append(question)
        self.hidden += is_secret
        return self.lines.pop(0)


def field(**schema: Any) -> Field:
    """A field of one form."""
    return fields_of(Schema({"properties": {"x": schema}}))[0]


TYPED: list[tuple[dict[str, Any], str, object]] = [
    ({"type": "string"}, " as it is ", " as it is "),
    ({"type": "integer"}, " 42 ", 42),
    ({"type": "integer"}, "4.0", 4),
    ({"type": "number"}, "-1.5e2", -150.0),
    ({"type": "boolean"}, "Yes", True),
    ({"type": "boolean"}, "off", False),
    ({"type": ["integer", "null"]}, "7", 7),
    ({"enum": ["a", 2, True]}, "a", "a"),
    ({"enum": ["a", 2, True]}, "2", 2),
    ({"enum": ["a", 5, True]}, "3", True),
    ({"const": "only"}, "1", "only"),
    ({"type": "array", "items": {"type": "integer"}}, "1, 2,3", [1, 2, 3]),
    ({"type": "array"}, '["a", {"b": 1}]', ["a", {"b": 1}]),
    ({"type": "object"}, '{"a": [1]}', {"a": [1]}),
    ({}, "anything", "anything"),
    ({"type": ["integer", "string"]}, "7", "7"),
]


@pytest.mark.parametrize(("schema", "text", "value"), TYPED, ids=str)
def test_what_is_typed_becomes_a_value_of_the_field(schema: dict[str, Any], text: str, value: object) -> None:
    read = field(**schema).read(text)
    assert (read, type(read)) == (value, type(value))


def test_the_hint_says_what_may_be_typed() -> None:
    assert field(type="integer", minimum=1, maximum=30).hint.startswith("a whole number, at least 1, at most 30")
    assert field(type="number").hint.startswith("a number")


REFUSED = [
    ({"type": "integer"}, "1.5", "must be a whole number"),
    ({"type": "integer"}, "ten", "must be a whole number"),
    ({"type": "number"}, "true", "must be a number"),
    ({"type": "number"}, "NaN", "must be a number"),
    ({"type": "number"}, "1e999", "must be a number"),
    ({"type": "boolean"}, "maybe", "must be yes or no"),
    ({"enum": ["a", "b"]}, "c", "must be one of a, b"),
    ({"enum": ["a", "b"]}, "0", "must be one of a, b"),
    ({"type": "array"}, "[1", "must be a JSON list"),
    ({"type": "object"}, "[1]", "must be a JSON object"),
    ({"type": "object"}, "x", "must be a JSON object"),
]


@pytest.mark.parametrize(("schema", "text", "message"), REFUSED, ids=str)
def test_what_is_no_value_of_the_field_is_refused(schema: dict[str, Any], text: str, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        field(**schema).read(text)


def test_each_limit_is_checked_where_it_is_typed() -> None:
    properties: dict[str, Any] = {
        "age": {"type": "integer", "minimum": 18, "exclusiveMaximum": 100},
        "code": {"type": "string", "pattern": "^[A-Z]+$", "minLength": 2},
        "day": {"type": "string", "format": "date"},
    }
    person = Scripted("17", "100", "18", "ab", "A", "AB", "tomorrow", "2026-11-21")
    assert fill(person, Schema({"properties": properties, "required": ["age"]}), {}) == {
        "age": 18,
        "code": "AB",
        "day": "2026-11-21",
    }
    problems = [line for line in person.shown if line.startswith("  !")]
    assert len(problems) == 5
    assert any("17 is less than the minimum of 18" in problem for problem in problems)
    assert any('"tomorrow" is not a "date"' in problem for problem in problems)


def test_an_empty_answer_keeps_what_is_known_or_the_default() -> None:
    schema = Schema({"properties": {"a": {"type": "string"}, "b": {"default": 3, "type": "integer"}, "c": {}}})
    assert fill(Scripted("", "", ""), schema, {"a": "known", "other": 1}) == {"a": "known", "b": 3}
    assert fill(Scripted("-", "", ""), schema, {"a": "known"}) == {"b": 3}


def test_rules_over_several_fields_are_asked_again() -> None:
    schema = Schema(
        {
            "properties": {"approved": {"type": "boolean"}, "reason": {"type": "string"}},
            "required": ["approved"],
            "if": {"properties": {"approved": {"const": False}}},
            "then": {"required": ["reason"]},
        }
    )
    person = Scripted("no", "", "", "too dear")
    assert fill(person, schema, {}) == {"approved": False, "reason": "too dear"}
    assert '  ! "reason" is a required property' in person.shown


def test_secrets_are_asked_for_without_an_echo() -> None:
    schema = Schema({"properties": {"pin": {"type": "string", "format": "password"}, "key": {"writeOnly": True}}})
    person = Scripted("1234", "", "x")
    assert fill(person, Schema({"properties": {"pin": {"format": "password"}}}), {"pin": "old"}) == {"pin": "1234"}
    assert person.hidden == 1
    assert "old" not in "".join(person.shown)
    assert [one.is_secret for one in fields_of(schema)] == [True, True]


def test_references_inside_a_form_are_followed_and_others_refused() -> None:
    definitions = {"level": {"enum": ["low", "high"], "title": "Level"}}
    schema = Schema({"$defs": definitions, "properties": {"level": {"$ref": "#/$defs/level", "description": "how"}}})
    (level,) = fields_of(schema)
    assert (level.kind, level.label, level.description) == ("enum", "Level", "how")
    for document in ({"$ref": "http://127.0.0.1:1/schema.json"}, {"properties": {"x": {"type": 3}}}):
        with pytest.raises(InvalidArgumentError, match="the form's JSON Schema cannot be used"):
            Schema(document)


def test_a_list_of_fields_is_a_form_too() -> None:
    form = {
        "name": "Order Approval Form",
        "fields": [
            {"name": "approved", "type": "boolean", "required": True, "label": "Approve Order"},
            {"name": "comments", "type": "text", "label": "Comments", "description": "Why", "maxLength": 500},
            {"name": "approver_name", "type": "text", "required": True},
            {"name": "approval_date", "type": "date"},
            {"name": "size", "type": "select", "options": [{"label": "Small", "value": "s"}, {"value": "l"}]},
        ],
        "validationRules": [
            {"field": "approval_date", "rule": "required"},
            {"field": "approver_name", "rule": "minLength:2"},
        ],
    }
    template = HumanTaskTemplate.model_validate({"name": "approval_form", "version": 1, "formTemplate": form})
    schema = schema_of(template)
    assert schema is not None
    assert schema.required == ["approved", "approver_name", "approval_date"]
    assert [(one.label, one.kind) for one in fields_of(schema)] == [
        ("Approve Order", "boolean"),
        ("Comments", "string"),
        ("approver_name", "string"),
        ("approval_date", "string"),
        ("size", "enum"),
    ]
    problems = schema.problems({"approved": True, "approver_name": "A", "approval_date": "soon", "size": "m"})
    assert len(problems) == 3
    assert schema.problems({"approved": True, "approver_name": "Al", "approval_date": "2026-01-01"}) == []
    assert schema_of(HumanTaskTemplate(name="nothing")) is None
