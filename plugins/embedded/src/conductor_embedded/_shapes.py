"""What a request's JSON must look like before its meaning is checked: types by field, coerced as the real server does.

A reader takes a value and the name of its place, and returns the value in its stored form. A field that is null counts
as left out; a field that is not listed is kept as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from conductor_embedded._json import is_list, is_object
from conductor_embedded.errors import InternalError

Reader: TypeAlias = Callable[[object, str], object]


LARGEST_NUMBER: Final = 2**53 // 1000
"""As seconds or milliseconds, added to a point in time, it is still exact in JSON and fits a database."""


def any_value(value: object, _where: str) -> object:
    """Take everything."""
    return value


def text(value: object, where: str) -> object:
    """Take a text; numbers and truth values become one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise _wrong(where, "a text", value)


def integer(value: object, where: str) -> object:
    """Take a whole number; digits in a text and the whole part of a float count."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise _wrong(where, "a whole number", value)
    try:
        number = int(value)
    except (ValueError, OverflowError):
        raise _wrong(where, "a whole number", value) from None
    if abs(number) > LARGEST_NUMBER:
        raise _wrong(where, f"a whole number from {-LARGEST_NUMBER} to {LARGEST_NUMBER}", value)
    return number


def boolean(value: object, where: str) -> object:
    """Take true or false; the texts for them and numbers count."""
    if isinstance(value, (bool, int)):
        return bool(value)
    if isinstance(value, str) and value in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return value.lower() == "true"
    raise _wrong(where, "true or false", value)


def one_of(*names: str) -> Reader:
    """Take one of these names."""

    def read(value: object, where: str) -> object:
        if isinstance(value, str) and value in names:
            return value
        raise _wrong(where, f"one of {', '.join(names)}", value)

    return read


def list_of(item: Reader) -> Reader:
    """Take a list of things."""

    def read(value: object, where: str) -> object:
        if not is_list(value):
            raise _wrong(where, "a list", value)
        return [item(element, f"{where}[{index}]") for index, element in enumerate(value)]

    return read


def map_of(item: Reader) -> Reader:
    """Take an object with arbitrary keys."""

    def read(value: object, where: str) -> object:
        if not is_object(value):
            raise _wrong(where, "an object", value)
        return {key: item(element, f"{where}.{key}") for key, element in value.items()}

    return read


def record(fields: Mapping[str, Reader]) -> Callable[[object, str], dict[str, object]]:
    """Take an object whose fields are known; read them by their readers and keep the others."""

    def read(value: object, where: str) -> dict[str, object]:
        if not is_object(value):
            raise _wrong(where, "an object", value)
        return {
            key: fields[key](item, f"{where}.{key}") if key in fields else item
            for key, item in value.items()
            if item is not None or key not in fields
        }

    return read


anything = map_of(any_value)
"""Any JSON object."""


def json_type(value: object) -> str:
    """Name the JSON type of a value for a message."""
    if value is None:
        return "null"
    for kind, name in ((bool, "a truth value"), (str, "a text"), ((int, float), "a number"), (list, "a list")):
        if isinstance(value, kind):
            return name
    return "an object"


def _wrong(where: str, wanted: str, value: object) -> InternalError:
    shown = f"{value!r:.60}" if isinstance(value, (str, int, float)) else json_type(value)
    return InternalError(f"JSON parse error: {where} must be {wanted}, got {shown}")
