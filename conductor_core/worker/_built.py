"""Plain classes from JSON objects: the members become arguments of the constructor, converted by its annotations."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

import typing_extensions
from pydantic_core import core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler


class _Converter(Protocol):
    def convert(self, value: object) -> object: ...


_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_BASES = frozenset({str, int, float, bytes, list, dict, set, frozenset, tuple})
MakeConverter: TypeAlias = Callable[[object], _Converter]


class Built:
    """Builds instances of a class that pydantic does not know.

    Args:
        cls: the class.
        make: makes the converter of a member.
        parameters: what stands for the type variables of a generic class.
    """

    def __init__(self, cls: type[Any], make: MakeConverter, parameters: dict[object, object] | None = None) -> None:
        self._cls = cls
        self._make = make
        self._parameters = parameters or {}

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self._build)

    @functools.cached_property
    def _members(self) -> dict[str, Callable[[object], object]]:
        owner = self._cls if is_named_tuple(self._cls) else self._cls.__init__
        hints = hints_of(owner, self._parameters)
        named = inspect.signature(self._cls).parameters
        return {
            name: self._make(hints[name]).convert if name in hints else _unchanged
            for name, parameter in named.items()
            if parameter.kind not in _VARIADIC
        }

    @functools.cached_property
    def _others(self) -> Callable[[object], object] | None:
        """What converts a member that the constructor takes by ``**``; None where it takes no such member."""
        for name, parameter in inspect.signature(self._cls).parameters.items():
            if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                hint = hints_of(self._cls.__init__, self._parameters).get(name)
                return _unchanged if hint is None else self._make(hint).convert
        return None

    @functools.cached_property
    def _base(self) -> _Converter | None:
        """What converts to the built-in class that this one refines, such as ``str`` for ``class Name(str)``."""
        written: tuple[object, ...] = getattr(self._cls, "__orig_bases__", self._cls.__bases__)
        found = next((one for one in written if (typing.get_origin(one) or one) in _BASES), None)
        return None if found is None or is_named_tuple(self._cls) else self._make(found)

    def _build(self, value: object) -> object:
        if isinstance(value, self._cls):
            return value
        has_members = _is_mapping(value) and dict not in self._cls.__mro__
        if self._base is not None and not has_members:
            converted = self._base.convert(value)
            return self._made(lambda: self._cls(converted))
        given = self._named(value)
        convert = {name: self._members.get(name) or self._others for name in given}
        unknown = [name for name, found in convert.items() if found is None]
        if unknown:
            raise ValueError(f"{self._cls.__name__} has no member {unknown[0]!r}")
        return self._made(
            lambda: self._cls(**{name: found(given[name]) for name, found in convert.items() if found is not None})
        )

    @staticmethod
    def _made(construct: Callable[[], object]) -> object:
        try:
            return construct()
        except ValueError:
            raise
        except Exception as error:  # noqa: BLE001 - a constructor may raise anything for input that it does not like
            raise ValueError(
                str(error) if isinstance(error, TypeError) else f"{type(error).__name__}: {error}"
            ) from None

    def _named(self, value: object) -> Mapping[str, object]:
        if isinstance(value, Mapping):
            return cast("Mapping[str, object]", value)
        if is_named_tuple(self._cls) and isinstance(value, Sequence) and not isinstance(value, str):
            items = cast("Sequence[object]", value)
            if len(items) > len(self._members):
                raise ValueError(f"{self._cls.__name__} has {len(self._members)} members, got {len(items)}")
            return dict(zip(self._members, items, strict=False))
        raise ValueError(f"needs an object with the members of {self._cls.__name__}")


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping)


def is_refined(cls: type[Any]) -> bool:
    """Tell whether a class refines one of the built-in ones that values are converted to."""
    return any(base in _BASES for base in cls.__mro__)


def is_named_tuple(cls: Any) -> bool:
    """Tell whether a class is a named tuple."""
    return issubclass(cls, tuple) and getattr(cast("Any", cls), "_fields", None) is not None


def hints_of(owner: Any, parameters: dict[object, object] | None = None) -> dict[str, Any]:
    """Return the evaluated annotations of a class or function, with the type variables of a generic one filled in."""
    hints = typing_extensions.get_type_hints(owner, include_extras=True)
    hints.pop("return", None)
    return {name: _filled(hint, parameters) for name, hint in hints.items()} if parameters else hints


def _filled(hint: Any, parameters: dict[object, object]) -> Any:
    if hint in parameters:
        return parameters[hint]
    wanted = getattr(hint, "__parameters__", ())
    return hint[tuple(parameters.get(one, Any) for one in wanted)] if wanted else hint


def _unchanged(value: object) -> object:
    return value
