"""One converter per annotation: pydantic's lax mode, taught the classes that it does not know by itself."""

from __future__ import annotations

import collections.abc
import typing
from typing import Any, Final, TypeVar, cast

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import to_json

from conductor_core.worker._converter import ConversionError, type_name, without_names
from conductor_core.worker._taught import is_misread, taught

_MAX_PROBLEMS: Final = 3
_NEVER_JSON: Final[tuple[object, ...]] = (cast("Any", collections.abc).Callable, type)


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
            return self._read_as_json(value, problems(error))

    def _read_as_json(self, value: object, why_not: str) -> object:
        """Convert to what takes nothing but instances from Python: classes that say to pydantic how JSON spells them.

        Raises:
            ConversionError: the value does not fit, ``why_not``.
        """
        try:
            return self._adapter.validate_json(to_json(value))
        except ValueError:  # a ValidationError is one too
            raise ConversionError(why_not) from None

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
    _refuse_what_no_value_becomes(annotation)
    if not is_misread(annotation):
        try:
            return _complete(TypeAdapter(cast("Any", annotation)))
        except Exception:  # noqa: BLE001, S110 - what is wrong with it is said below
            pass
    try:
        return _complete(TypeAdapter(cast("Any", taught(annotation, Adapter))))
    except RecursionError:
        raise TypeError(f"values cannot be converted to {type_name(annotation)}: it names itself") from None
    except Exception as error:  # pydantic asks classes what they are, and they may raise anything
        raise TypeError(f"values cannot be converted to {type_name(annotation)}: {_first_line(error)}") from error


def _refuse_what_no_value_becomes(annotation: object) -> None:
    """Refuse a type that pydantic accepts and no value of JSON, or none with its members, is ever converted to.

    Raises:
        TypeError: it is one.
    """
    plain = without_names(annotation)
    if isinstance(plain, TypeVar):
        plain = plain.__bound__
    if plain is BaseModel:
        raise TypeError("values cannot be converted to BaseModel: it has no fields; name a model of your own")
    if (typing.get_origin(plain) or plain) in _NEVER_JSON:
        raise TypeError(
            f"values cannot be converted to {type_name(annotation)}: JSON has neither functions nor classes"
        )


def _complete(adapter: TypeAdapter[Any]) -> TypeAdapter[Any]:
    """Return an adapter whose names are all defined; pydantic would ask for the others at the first value.

    Raises:
        PydanticUserError: a name is not defined.
    """
    if not adapter.pydantic_complete:
        adapter.rebuild(raise_errors=True)
    return adapter


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
