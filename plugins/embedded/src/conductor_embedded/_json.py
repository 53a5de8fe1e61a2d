"""What a JSON value is, as questions that type checkers understand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final, TypeGuard

DEPTH_LIMIT: Final = 200
"""Levels of nesting a value from outside may have; what an execution makes of it can be deeper and must be writable."""


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    """Tell whether a JSON value is an object."""
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[list[object]]:
    """Tell whether a JSON value is a list."""
    return isinstance(value, list)


def why_unfit(value: object, *, brackets: int, has_surrogates: bool) -> str | None:
    """Return why a value that was just read must not enter the engine, None when it may.

    Args:
        value: What was read.
        brackets: How many brackets its text has; few of them need no further look.
        has_surrogates: Whether its text has escapes of surrogates. Half of a pair can be escaped, but not be written.
    """
    if brackets > DEPTH_LIMIT and _depth(value) > DEPTH_LIMIT:
        return f"it is nested more than {DEPTH_LIMIT} levels deep"
    if has_surrogates:
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return "a text in it holds half of a surrogate pair"
    return None


def _depth(value: object) -> int:
    deepest = 0
    waiting = [(value, 1)]
    while waiting:
        current, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in _children(current) if is_object(child) or is_list(child))
    return deepest


def _children(value: object) -> Iterable[object]:
    if is_object(value):
        return value.values()
    return value if is_list(value) else ()
