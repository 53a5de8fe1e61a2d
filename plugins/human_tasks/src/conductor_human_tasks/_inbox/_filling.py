"""A form filled in by a person: each field is asked for until its value is right."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from conductor_core.errors import InvalidArgumentError
from conductor_human_tasks._inbox._fields import Field, fields_of, shown_value
from conductor_human_tasks._inbox._schema import as_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_human_tasks._inbox._schema import Document, Schema
    from conductor_human_tasks._inbox._terminal import Terminal

_NONE = "-"


def fill(terminal: Terminal, schema: Schema | None, known: Mapping[str, object]) -> Document:
    """Ask for all fields of a form, and return the result.

    Args:
        terminal: who is asked.
        schema: the form; None asks for a JSON object.
        known: values to begin with, which an empty answer keeps.
    """
    if schema is None:
        return _any_object(terminal)
    result = {name: value for name, value in known.items() if name in schema.properties}
    while True:
        for field in fields_of(schema):
            _fill_field(terminal, schema, field, result)
        problems = schema.problems(result)
        if not problems:
            return result
        for problem in problems:
            terminal.say(f"  ! {problem}")


def _fill_field(terminal: Terminal, schema: Schema, field: Field, result: Document) -> None:
    default = result.get(field.name, field.schema.get("default"))
    if field.description:
        terminal.say(f"  {field.description}")
    for number, choice in enumerate(field.choices, start=1):
        terminal.say(f"    {number}. {shown_value(choice)}")
    while True:
        text = terminal.ask(_question(field, default), is_secret=field.is_secret)
        try:
            if _take(field, text, default, result):
                problems = schema.problems(result, of=field.name)
            else:
                problems = ["a value is required"] if field.is_required else []
        except InvalidArgumentError as error:
            problems = [str(error)]
        if not problems:
            return
        result.pop(field.name, None)
        for problem in problems:
            terminal.say(f"  ! {field.label} {problem}" if problem.startswith("must") else f"  ! {problem}")


def _take(field: Field, text: str, default: object, result: Document) -> bool:
    """Put what was typed into the result; tells whether there is a value."""
    if text.strip() == _NONE and not field.is_required:
        result.pop(field.name, None)
        return False
    if text.strip():
        result[field.name] = field.read(text)
    elif default is not None:
        result[field.name] = default
    else:
        result.pop(field.name, None)
    return field.name in result


def _question(field: Field, default: object) -> str:
    shown = "" if default is None else f" [{'hidden' if field.is_secret else shown_value(default)}]"
    return f"{field.label} ({field.hint}){shown}: "


def _any_object(terminal: Terminal) -> Document:
    while True:
        text = terminal.ask("Result as a JSON object [{}]: ").strip() or "{}"
        try:
            value = json.loads(text)
        except ValueError as error:
            terminal.say(f"  ! no JSON: {error}")
            continue
        if isinstance(value, dict):
            return as_object(cast("object", value))
        terminal.say('  ! it must be an object, like {"approved": true}')
