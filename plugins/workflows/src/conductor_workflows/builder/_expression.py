"""References that the server resolves when a task is scheduled."""

from __future__ import annotations

from typing import SupportsIndex

from conductor_core.errors import InvalidArgumentError


class Expression(str):
    """A reference like ``${charge.output.amount}``; it is text, so it can stand in longer text as well.

    ``order["items"][0]`` refers to a part of what ``order`` refers to. An attribute that does not exist is an
    ``AttributeError``, as on any object: a mistyped name never becomes text that a server would resolve to nothing.
    """

    __slots__ = ()

    @classmethod
    def of(cls, owner: str, part: str, path: str = "") -> Expression:
        """Return ``${owner.part.path}``; without a path the whole part."""
        whole = f"{owner}.{part}"
        _check_path(path, whole)
        return cls(f"${{{whole}.{path}}}" if path else f"${{{whole}}}")

    def __getitem__(self, key: SupportsIndex | slice | str) -> Expression:
        """Return the reference to a list's item or an object's field."""
        if isinstance(key, slice):
            raise InvalidArgumentError(f"{self} cannot be sliced; pass the whole list and slice it in the task")
        inner = str(self)[2:-1]
        return Expression(f"${{{inner}.{key}}}" if isinstance(key, str) else f"${{{inner}[{key.__index__()}]}}")

    def __repr__(self) -> str:
        return f"Expression({str(self)!r})"


def _check_path(path: object, whole: str) -> None:
    if not isinstance(path, str):
        raise InvalidArgumentError(f"the path into {whole} must be text like 'a.b', got {type(path).__name__}")
    if "${" in path or "}" in path:
        raise InvalidArgumentError(f"the path into {whole} is only the path, like 'a.b', got {path!r}")
