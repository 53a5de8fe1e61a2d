"""Type guards for parsed JSON, whose containers type checkers otherwise know nothing about."""

from __future__ import annotations

from typing import TypeGuard


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Return whether a parsed value is a JSON object."""
    return isinstance(value, dict)


def is_collection(value: object) -> TypeGuard[list[object] | tuple[object, ...] | set[object] | frozenset[object]]:
    """Return whether a value is one of Python's plain collections, whatever it holds."""
    return isinstance(value, list | tuple | set | frozenset)


def is_array(value: object) -> TypeGuard[list[object]]:
    """Return whether a parsed value is a JSON array."""
    return isinstance(value, list)
