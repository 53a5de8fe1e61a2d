"""From a JSON value to what a parameter is annotated with; pydantic is loaded only for what needs it.

Most parameters are a text, a number or a plain container, and most values are so already. Those are handed over as they
are, so that a program whose workers take nothing else starts polling without the model library.
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.worker._adapters import Adapter

# Any of these can be converted to, so nothing has to be asked before the first value that is of another type.
_PLAIN: Final[frozenset[object]] = frozenset({str, int, float, bool, dict, list})
_CONTAINERS: Final[frozenset[object]] = frozenset({dict, list})


class ConversionError(ValueError):
    """A value does not fit its annotation; the text holds places and rules, never the value."""


class Converter:
    """Converts JSON values to one annotated type.

    Args:
        annotation: the evaluated annotation.

    Raises:
        TypeError: the annotation is not a type that values can be converted to.
    """

    __slots__ = ("_adapter", "_annotation", "_copy", "_exact", "expected")

    def __init__(self, annotation: object) -> None:
        self.expected = type_name(annotation)
        self._annotation = annotation
        self._adapter: Adapter | None = None
        named = without_names(annotation)
        plain = isinstance(named, type) and named in _PLAIN
        self._exact = cast("type[Any]", named) if plain else None
        # A container belongs to the task's document, which a worker must not change.
        self._copy = cast("Callable[[Any], object]", named) if plain and named in _CONTAINERS else None
        if not plain:
            self._adapter = self._made()

    @property
    def adapter(self) -> Adapter:
        """What converts and describes values of other types."""
        if self._adapter is None:
            self._adapter = self._made()
        return self._adapter

    def convert(self, value: object, *, strict: bool = False) -> object:
        """Convert a value.

        Args:
            value: of JSON's own types.
            strict: only what JSON has no type of its own for; ``"5"`` is no number then.

        Raises:
            ConversionError: the value does not fit.
        """
        if type(value) is self._exact:
            return value if self._copy is None else self._copy(value)
        return self.adapter.convert_strictly(value) if strict else self.adapter.convert(value)

    def _made(self) -> Adapter:
        from conductor_core.worker._adapters import Adapter  # noqa: PLC0415 - loads pydantic

        return Adapter(self._annotation)


def without_names(annotation: object) -> object:
    """Return what a type alias, with its arguments if it has any, or a NewType stands for."""
    found: Any = annotation
    while True:
        if _is_alias(found):
            found = found.__value__
        elif _is_alias(origin := typing.get_origin(found)):
            found = origin.__value__[typing.get_args(found)]
        elif isinstance(found, typing.NewType):
            found = found.__supertype__
        else:
            return found


def _is_alias(annotation: object) -> bool:
    """Tell whether something was made by a ``type`` statement, or by the backport's class for them."""
    return type(annotation).__name__ == "TypeAliasType"


def type_name(annotation: object) -> str:
    """Return a type as people write it, without what is noted beside it."""
    while typing.get_origin(annotation) is Annotated:
        annotation = typing.get_args(annotation)[0]
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return annotation.__name__
    return str(annotation).replace("typing.", "")
