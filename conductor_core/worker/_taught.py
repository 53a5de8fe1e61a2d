"""Annotations that pydantic does not know by itself, rebuilt from what it knows."""

from __future__ import annotations

import collections
import collections.abc
import enum
import functools
import inspect
import sys
import types
import typing
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, cast

import typing_extensions
from pydantic import AfterValidator, BeforeValidator, PydanticSchemaGenerationError, PydanticUserError, TypeAdapter

from conductor_core.worker._built import Built, hints_of, is_named_tuple, is_refined
from conductor_core.worker._converter import without_names

if TYPE_CHECKING:
    from collections.abc import Hashable

    from conductor_core.worker._built import MakeConverter

# pydantic reads an iterable while it is used, which would be in the worker function, and then fails there.
_ITERABLES: Final = (collections.abc.Iterable, collections.abc.Collection, collections.abc.Container)
_QUALIFIERS: Final = (typing.Required, typing.NotRequired, typing_extensions.ReadOnly)
_UNPACKS: Final = (typing.Unpack, typing_extensions.Unpack)


def _plain_defaultdict(value: dict[Any, Any]) -> collections.defaultdict[Any, Any]:
    return collections.defaultdict(None, value)


_PLACEHOLDERS: Final[dict[object, object]] = {
    typing.LiteralString: str,
    bytearray: Annotated[bytes, AfterValidator(bytearray)],
    collections.defaultdict: Annotated[dict[Any, Any], AfterValidator(_plain_defaultdict)],
}


def is_misread(annotation: object) -> bool:
    """Tell whether something in an annotation is taken by pydantic, and not as is meant here."""
    origin = typing.get_origin(annotation)
    parts = typing.get_args(annotation)
    if origin is Literal:
        return any(isinstance(part, enum.Enum) for part in parts)
    return (origin or annotation) in _ITERABLES or any(is_misread(part) for part in parts if _is_type(part))


def _is_type(part: object) -> bool:
    return isinstance(part, type) or typing.get_origin(part) is not None


def _literal(annotation: object, members: tuple[object, ...]) -> object:
    """Let a literal of enumeration members take their values, which are what JSON holds of them."""
    named = [member for member in members if isinstance(member, enum.Enum)]
    if not named:
        return annotation

    def member_of(value: object) -> object:
        return next((member for member in named if member.value == value), value)

    return Annotated[annotation, BeforeValidator(member_of)]


def taught(annotation: object, make: MakeConverter) -> object:
    """Return an annotation with everything that pydantic does not know made convertible.

    Args:
        annotation: the evaluated annotation.
        make: makes what converts the members of a plain class.

    Raises:
        TypeError: something in it can never be made from a JSON value.
    """
    plain = without_names(annotation)
    origin: Any = typing.get_origin(plain)
    if origin is not None:
        return _taught_generic(plain, origin, make)
    return _taught_class(plain, make) if isinstance(plain, type) else _known(plain)


def _known(annotation: object) -> object:
    try:
        return _PLACEHOLDERS.get(annotation, annotation)
    except TypeError:  # it cannot be hashed
        return annotation


def _taught_generic(annotation: object, origin: Any, make: MakeConverter) -> object:
    arguments = typing.get_args(annotation)
    if origin is Literal:
        return _literal(annotation, arguments)
    if origin is Annotated:
        return Annotated[(taught(arguments[0], make), *arguments[1:])]
    is_union = origin in (Union, types.UnionType)
    if not is_union and origin not in _ITERABLES and (typing.is_typeddict(origin) or _is_unknown_class(origin)):
        return _rebuilt(origin, _parameters(origin, arguments), make)
    parts = tuple(taught(part, make) for part in arguments)
    if origin in _ITERABLES:
        return list[parts[0]]  # type: ignore[valid-type]  # made at run time
    # A union of the form X | Y cannot be made by indexing.
    general: Any = Union if is_union else origin
    made: object = general[parts]
    return made


def _rebuilt(cls: type[Any], parameters: dict[object, object], make: MakeConverter) -> object:
    if typing.is_typeddict(cls):
        return _typed_dict(cls, parameters, make)
    if getattr(cls, "_is_protocol", False) or inspect.isabstract(cls):
        raise TypeError(f"values cannot be converted to {cls.__name__}: it is abstract, so it has no instances")
    try:
        inspect.signature(cls)
    except (TypeError, ValueError):
        if not is_refined(cls):
            raise TypeError(f"values cannot be converted to {cls.__name__}: what it is made of is not told") from None
    return Annotated[cls, Built(cls, make, parameters)]


def _parameters(origin: Any, arguments: tuple[object, ...]) -> dict[object, object]:
    return dict(zip(getattr(origin, "__parameters__", ()), arguments, strict=False))


def _taught_class(cls: type[Any], make: MakeConverter) -> object:
    if cls in _PLACEHOLDERS:
        return _PLACEHOLDERS[cls]
    if cls in _ITERABLES:
        return list
    return _rebuilt(cls, {}, make) if typing.is_typeddict(cls) or _is_unknown_class(cls) else cls


@functools.lru_cache(maxsize=512)
def _is_unknown(cls: Hashable) -> bool:
    """Tell whether pydantic cannot make instances of a class, or of one of its members."""
    try:
        TypeAdapter(cast("Any", cls))
    except (PydanticSchemaGenerationError, PydanticUserError):
        return True
    return (
        isinstance(cls, type)
        and is_named_tuple(cls)
        and any(_is_unknown_class(hint) for hint in hints_of(cls).values())
    )


def _is_unknown_class(hint: Any) -> bool:
    return isinstance(hint, type) and _is_unknown(cast("Hashable", hint))


def _typed_dict(cls: type[Any], parameters: dict[object, object], make: MakeConverter) -> object:
    """Copy a ``TypedDict``, whose kind in ``typing`` pydantic does not read before Python 3.12."""
    if sys.version_info >= (3, 12) and not parameters and not _is_unknown_class(cls):
        return cls
    usual: frozenset[str] = getattr(cls, "__required_keys__", frozenset())
    fields: dict[str, object] = {}
    for name, written in hints_of(cls, parameters).items():
        hint, required = _unqualified(written, required=name in usual)
        fields[name] = taught(hint, make) if required else typing_extensions.NotRequired[taught(hint, make)]
    return typing_extensions.TypedDict(cls.__name__, fields)  # type: ignore[operator]  # made at run time


def unpacked(annotation: object) -> dict[str, tuple[object, bool]] | None:
    """Return the members of ``Unpack[SomeTypedDict]``, each with its type and whether it is required; None for all else."""
    if typing.get_origin(annotation) not in _UNPACKS:
        return None
    (given,) = typing.get_args(annotation)
    cls: Any = typing.get_origin(given) or given
    hints = hints_of(cls, _parameters(cls, typing.get_args(given)))
    return {name: _unqualified(hint, required=name in cls.__required_keys__) for name, hint in hints.items()}


def _unqualified(hint: object, *, required: bool) -> tuple[object, bool]:
    """Return a member's type, and whether it is required: where annotations are text, the class itself cannot know."""
    while (origin := typing.get_origin(hint)) in _QUALIFIERS:
        required = origin is typing.Required or (required and origin is not typing.NotRequired)
        (hint,) = typing.get_args(hint)
    return hint, required
