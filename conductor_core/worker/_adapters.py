"""One converter per annotation: pydantic's lax mode, taught the classes that it does not know by itself."""

from __future__ import annotations

from typing import Any, Final, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from conductor_core.worker._converter import ConversionError, type_name
from conductor_core.worker._taught import holds_iterable, taught

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
    if not holds_iterable(annotation):
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
