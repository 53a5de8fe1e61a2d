"""The fields of a form: what is asked, and how what is typed is read."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conductor_core.errors import InvalidArgumentError
from conductor_human_tasks._inbox._schema import as_list, as_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_human_tasks._inbox._schema import Document, Schema

_YES: Final = frozenset({"yes", "y", "true", "on", "1"})
_NO: Final = frozenset({"no", "n", "false", "off", "0"})
_LIMITS: Final = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "like {}",
    "format": "a {}",
}


@dataclass(frozen=True)
class Field:
    """One field of a form.

    Attributes:
        name: its key in the result.
        kind: its type in JSON Schema; "enum" for one of several values, "any" where nothing is said.
        schema: its own part of the form's schema.
        is_required: whether the form asks for a value.
    """

    name: str
    kind: str
    schema: Document
    is_required: bool

    @property
    def label(self) -> str:
        """What people see it called."""
        return str(self.schema.get("title") or self.name)

    @property
    def description(self) -> str:
        """What the form says about it."""
        return str(self.schema.get("description") or "")

    @property
    def choices(self) -> list[object]:
        """The values it may have, empty when there are others."""
        constant = [self.schema["const"]] if "const" in self.schema else []
        return as_list(self.schema.get("enum")) or constant

    @property
    def is_secret(self) -> bool:
        """Whether it must not show on the screen."""
        return self.schema.get("format") == "password" or self.schema.get("writeOnly") is True

    @property
    def hint(self) -> str:
        """What may be typed, in a few words."""
        words = {
            "boolean": "yes or no",
            "integer": "a whole number",
            "array": "values with commas, or a JSON list",
            "object": "a JSON object",
        }
        parts = [words.get(self.kind, "" if self.kind in {"string", "enum", "any"} else f"a {self.kind}")]
        limits = {name: text for name, text in _LIMITS.items() if name in self.schema}
        parts += [text.format(self.schema[name]) for name, text in limits.items() if self.schema[name] != "password"]
        parts.append("required" if self.is_required else "optional")
        return ", ".join(part for part in parts if part)

    def read(self, text: str) -> object:
        """Return the value that was typed; choices may be typed by their number.

        Raises:
            InvalidArgumentError: it is no value of the field's type.
        """
        match self.kind:
            case "enum":
                return self._chosen(text.strip())
            case "boolean":
                return _truth(text.strip().lower())
            case "integer" | "number":
                return _number(text.strip(), whole=self.kind == "integer")
            case "array":
                return _items(text, as_object(self.schema.get("items")))
            case "object":
                return _parsed(text, dict, "a JSON object")
            case _:
                return text

    def _chosen(self, text: str) -> object:
        for choice in self.choices:
            if text == choice or text == shown_value(choice):
                return choice
        if text.isdecimal() and 1 <= int(text) <= len(self.choices):
            return self.choices[int(text) - 1]
        raise InvalidArgumentError(f"must be one of {', '.join(map(shown_value, self.choices))}")


def fields_of(schema: Schema) -> list[Field]:
    """Return the fields of a form in its order."""
    required = schema.required
    return [Field(name, _kind(document), document, name in required) for name, document in schema.properties.items()]


def shown_value(value: object) -> str:
    """Return a value as people type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _kind(document: Mapping[str, object]) -> str:
    if document.get("enum") or "const" in document:
        return "enum"
    kind = document.get("type")
    kinds = [item for item in as_list(kind) or [kind] if item != "null"]
    return str(kinds[0]) if len(kinds) == 1 and kinds[0] is not None else "any"


def _truth(text: str) -> bool:
    if text in _YES | _NO:
        return text in _YES
    raise InvalidArgumentError("must be yes or no")


def _number(text: str, *, whole: bool) -> int | float:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidArgumentError(f"must be {'a whole number' if whole else 'a number'}, like 3")
    if whole and value != int(value):
        raise InvalidArgumentError("must be a whole number, like 3")
    return int(value) if whole else value


def _items(text: str, items: Document) -> object:
    if text.lstrip().startswith("["):
        return _parsed(text, list, "a JSON list")
    item = Field("", _kind(items), items, is_required=False)
    return [item.read(part.strip()) for part in text.split(",")]


def _parsed(text: str, kind: type, what: str) -> object:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InvalidArgumentError(f"must be {what}: {error}") from None
    if not isinstance(value, kind):
        raise InvalidArgumentError(f"must be {what}")
    return value
