"""Reading JSON values whose shape is not known: each function answers an empty value for what does not fit."""

from __future__ import annotations

import json
from typing import TypeAlias, cast

Document: TypeAlias = dict[str, object]


def as_map(value: object) -> Document:
    """Return the value if it is a JSON object, else an empty one."""
    return cast("Document", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return the value if it is a list, else an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def as_maps(value: object) -> list[Document]:
    """Return the JSON objects of a list."""
    return [cast("Document", item) for item in as_list(value) if isinstance(item, dict)]


def as_text(value: object) -> str | None:
    """Return the value if it is a text, else None."""
    return value if isinstance(value, str) else None


def as_texts(value: object) -> list[str]:
    """Return the texts of a list."""
    return [item for item in as_list(value) if isinstance(item, str)]


def as_int(value: object, default: int = 0) -> int:
    """Return the value as a whole number; texts of digits count, what is no number is the default."""
    if isinstance(value, bool):
        return default
    if isinstance(value, int | float):
        return int(value)
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return default
    return default


def dumps(value: object) -> str:
    """Write a value as compact JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def loads(text: str) -> object:
    """Read JSON."""
    return cast("object", json.loads(text))


def load_map(text: str) -> Document:
    """Read a JSON object."""
    return as_map(loads(text))


def is_true(value: object) -> bool:
    """Tell whether the value of a condition holds, as the server sees it: true, or a number above 0."""
    return value if isinstance(value, bool) else isinstance(value, int | float) and value > 0
