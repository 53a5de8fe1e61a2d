"""Paths that are more than names and indexes: filters, slices, wildcards, by a JSONPath library."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from jsonpath import JSONPath, JSONPathEnvironment
from jsonpath.exceptions import JSONPathError

from conductor_embedded._json import is_object

if TYPE_CHECKING:
    from collections.abc import Callable


def general_path(path: str) -> tuple[Callable[[object], object], bool]:
    """Compile a path that starts with `$`; returns a function that reads it, and whether it finds one value at most.

    Raises:
        ValueError: It is no path.
    """
    try:
        compiled = _environment().compile(path)
    except JSONPathError as error:
        raise ValueError(str(error)) from error
    if not isinstance(compiled, JSONPath):
        raise ValueError("a path cannot be a union of paths")  # noqa: TRY004 - a text of a wrong form, not a wrong type
    definite = compiled.singular_query()

    def read(document: object) -> object:
        try:
            found: list[object] = compiled.findall(document if is_object(document) else {})
        except JSONPathError:
            return None
        return (found[0] if found else None) if definite else found

    return read, definite


@lru_cache(maxsize=1)
def _environment() -> JSONPathEnvironment:
    return JSONPathEnvironment()
