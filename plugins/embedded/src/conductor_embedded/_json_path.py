"""Compiled paths of `${...}`: a fast way for dotted and indexed ones, a JSONPath library for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from conductor_embedded._json import is_list, is_object

Read: TypeAlias = Callable[[object], object]

_SEGMENT = re.compile(
    r"""(?P<dot>\.?)(?:
          (?P<name>[^\s.\[\]()*?@$'",{}&|!<>=~]+)
        | \[\s*(?P<index>-?\d+)\s*\]
        | \[\s*'(?P<single>[^'\\]*)'\s*\]
        | \[\s*"(?P<double>[^"\\]*)"\s*\]
        )""",
    re.VERBOSE,
)
_FUNCTION = re.compile(r"\.(?P<name>length|size|keys|first|last|sum|min|max|avg)\(\s*\)$")
_NAME_UNION = re.compile(r"""\[\s*(?P<names>(?:'[^']*'|"[^"]*")(?:\s*,\s*(?:'[^']*'|"[^"]*"))+)\s*\]$""")
_BARE_NAME = re.compile(r"\[\s*[A-Za-z_]")
_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")


class InvalidPathError(ValueError):
    """The text between `${` and `}` is no path."""


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path. An indefinite one (`[*]`, `..`, a filter, a slice) always gives a list."""

    read: Read
    definite: bool


@lru_cache(maxsize=4096)
def compile_path(text: str) -> Path:
    """Compile a path such as `workflow.input.items[0].id`; raise `InvalidPathError` when it is none."""
    path = text.strip()
    if path.startswith("$"):
        path = path[1:].removeprefix(".")
    segments = _simple_segments(path)
    if segments is not None:
        return Path(lambda document: _walk(document, segments), definite=True)
    if function := _FUNCTION.search(path):
        return _function_path(path[: function.start()], function["name"])
    if union := _NAME_UNION.search(path):
        return _union_path(path[: union.start()], union["names"])
    return _general_path(path)


def _simple_segments(path: str) -> tuple[str | int, ...] | None:
    segments: list[str | int] = []
    position = 0
    while position < len(path):
        match = _SEGMENT.match(path, position)
        # A dot separates names and stands before no first one; `a[0]` has none, `a.[0]` is no path.
        if match is None or bool(match["dot"]) != (match["name"] is not None and bool(segments)):
            return None
        segments.append(_segment(match))
        position = match.end()
    return tuple(segments) or None


def _segment(match: re.Match[str]) -> str | int:
    if match["index"] is not None:
        return int(match["index"])
    return next(part for part in (match["name"], match["single"], match["double"]) if part is not None)


def _walk(document: object, segments: tuple[str | int, ...]) -> object:
    value = document
    for segment in segments:
        if isinstance(segment, str):
            if not is_object(value):
                return None
            value = value.get(segment)
        elif is_list(value) and -len(value) <= segment < len(value):
            value = value[segment]
        else:
            return None
    return value


def _general_path(path: str) -> Path:
    from conductor_embedded import _general_path as library  # noqa: PLC0415 - 80 ms that few definitions need

    if _BARE_NAME.search(path):  # the library takes `a[name]`, the real server does not
        raise InvalidPathError("a name in brackets needs quotes")
    try:
        read, definite = library.general_path("$" + path if path.startswith("[") else "$." + path)
    except ValueError as error:
        raise InvalidPathError(str(error)) from error
    return Path(read, definite)


def _function_path(path: str, name: str) -> Path:
    inner = compile_path(path)
    function = _FUNCTIONS[name]

    def read(document: object) -> object:
        # The real server applies a function to each match of an indefinite path, and none of these fits a scalar.
        value = inner.read(document)
        if not inner.definite and is_list(value):
            return [function(item) for item in value] if name in {"length", "size"} else None
        return function(value)

    return Path(read, definite=True)


def _union_path(path: str, quoted: str) -> Path:
    inner = compile_path(path)
    names = [single or double for single, double in _QUOTED.findall(quoted)]

    def read(document: object) -> object:
        value = inner.read(document)
        return {name: value[name] for name in names if name in value} if is_object(value) else None

    return Path(read, definite=True)


def _length(value: object) -> object:
    return len(value) if is_list(value) or is_object(value) else None


def _keys(value: object) -> object:
    return list(value) if is_object(value) else None


def _first(value: object) -> object:
    return value[0] if is_list(value) and value else None


def _last(value: object) -> object:
    return value[-1] if is_list(value) and value else None


def _of_numbers(function: Callable[[list[float]], float]) -> Callable[[object], object]:
    def apply(value: object) -> object:
        if not is_list(value):
            return None
        numbers = [float(item) for item in value if isinstance(item, (int, float)) and not isinstance(item, bool)]
        return function(numbers) if numbers and len(numbers) == len(value) else None

    return apply


_FUNCTIONS: dict[str, Callable[[object], object]] = {
    "length": _length,
    "size": _length,
    "keys": _keys,
    "first": _first,
    "last": _last,
    "sum": _of_numbers(sum),
    "min": _of_numbers(min),
    "max": _of_numbers(max),
    "avg": _of_numbers(lambda numbers: sum(numbers) / len(numbers)),
}
