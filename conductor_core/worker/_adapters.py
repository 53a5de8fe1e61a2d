"""One converter per annotation: pydantic's lax mode, taught the classes that it does not know by itself."""

from __future__ import annotations

import functools
import inspect
import sys
import types
import typing
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, cast

import typing_extensions
from pydantic import PydanticSchemaGenerationError, PydanticUserError, TypeAdapter, ValidationError
from pydantic_core import core_schema, to_json

from conductor_core.worker._converter import ConversionError, type_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler

_MAX_PROBLEMS: Final = 3


class Adapter:
    """Converts JSON values to one annotated type.

    Args:
        annotation: the evaluated annotation.

    Raises:
        TypeError: the annotation is not a type that values can be converted to.
    """

    __slots__ = ("_adapter",)

    def __init__(self, annotation: object) -> None:
        self._adapter = _type_adapter(annotation)

    def convert(self, value: object) -> object:
        """Convert in lax mode: numbers from text, dates from ISO text and so on.

        Raises:
            ConversionError: the value does not fit.
        """
        try:
            return self._adapter.validate_python(value)
        except ValidationError as error:
            raise ConversionError(problems(error)) from None

    def convert_strictly(self, value: object) -> object:
        """Convert only what JSON has no type of its own for; ``"5"`` is no number here.

        Raises:
            ConversionError: the value does not fit.
        """
        try:
            return self._adapter.validate_json(to_json(value), strict=True)
        except ValidationError as error:
            raise ConversionError(problems(error)) from None

    def json_schema(self) -> dict[str, Any]:
        """Return the type's JSON schema in pydantic's dialect."""
        return self._adapter.json_schema()


def problems(error: ValidationError) -> str:
    """Say where and why values do not fit, without the values."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    texts = [f"{_place(item['loc'])}{item['msg']}" for item in found[:_MAX_PROBLEMS]]
    more = f" (and {len(found) - _MAX_PROBLEMS} more)" if len(found) > _MAX_PROBLEMS else ""
    return "; ".join(texts) + more


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) + ": " if location else ""


def _type_adapter(annotation: object) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(cast("Any", annotation))
    except (PydanticSchemaGenerationError, PydanticUserError):
        pass
    try:
        return TypeAdapter(cast("Any", _taught(annotation)))
    except (PydanticSchemaGenerationError, PydanticUserError) as error:
        raise TypeError(f"values cannot be converted to {type_name(annotation)}: {error}") from error


def _taught(annotation: object) -> object:
    """Rebuild an annotation with every class that pydantic does not know made convertible."""
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        inner, *extras = typing.get_args(annotation)
        return Annotated[(_taught(inner), *extras)]
    if origin in (Union, types.UnionType):
        return Union[tuple(_taught(part) for part in typing.get_args(annotation))]  # noqa: UP007 - made at run time
    if origin is not None and origin is not typing.Literal:
        arguments = tuple(_taught(part) for part in typing.get_args(annotation))
        return origin[arguments]
    return _taught_class(annotation) if isinstance(annotation, type) else annotation


@functools.lru_cache(maxsize=512)
def _taught_class(cls: type) -> object:
    if sys.version_info < (3, 12) and typing.is_typeddict(cls):
        return _typed_dict(cls)
    try:
        TypeAdapter(cls)
    except (PydanticSchemaGenerationError, PydanticUserError):
        return Annotated[cls, _Built(cls)]
    return cls


def _typed_dict(cls: type) -> object:
    """Copy a ``typing.TypedDict`` to the backport's kind, the only one that pydantic reads before Python 3.12."""
    required: frozenset[str] = getattr(cls, "__required_keys__", frozenset())
    fields = {
        name: _taught(hint) if name in required else typing_extensions.NotRequired[_taught(hint)]
        for name, hint in typing_extensions.get_type_hints(cls).items()
    }
    return typing_extensions.TypedDict(cls.__name__, fields)  # type: ignore[operator]  # made at run time


class _Built:
    """Builds an instance of a plain class: the members of a JSON object become arguments of its constructor."""

    def __init__(self, cls: type) -> None:
        self._cls = cls

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self._build)

    @functools.cached_property
    def _members(self) -> dict[str, Callable[[object], object]]:
        hints = typing.get_type_hints(self._cls.__init__)  # type: ignore[misc]  # read, not called
        named = inspect.signature(self._cls).parameters
        return {name: Adapter(hints[name]).convert if name in hints else _unchanged for name in named}

    def _build(self, value: object) -> object:
        if isinstance(value, self._cls):
            return value
        if not isinstance(value, Mapping):
            raise ValueError(f"needs an object with the members of {self._cls.__name__}")  # noqa: TRY004 - pydantic reports ValueErrors
        given = cast("Mapping[str, object]", value)
        unknown = [name for name in given if name not in self._members]
        if unknown:
            raise ValueError(f"{self._cls.__name__} has no member {unknown[0]!r}")
        try:
            return self._cls(**{name: self._members[name](item) for name, item in given.items()})
        except TypeError as error:
            raise ValueError(str(error)) from None


def _unchanged(value: object) -> object:
    return value
