"""A value for each parameter of a client method, made from the parameter's annotation."""

from __future__ import annotations

import collections.abc
import datetime as dt
import enum
import importlib
import importlib.util
import inspect
import types
import typing
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar, cast, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from conductor_core._endpoint import Declaration

_DEEPEST: Final = 3
_PLAIN: Final[dict[object, Any]] = {
    Any: {"a": {"b": None}},
    bool: True,
    bytes: b"\x00content",
    dt.datetime: dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
    dt.timedelta: dt.timedelta(seconds=3),
    float: 1.5,
    int: 3,
    object: {"a": {"b": None}},
    str: "text",
}
_NAMED: Final[dict[str, Any]] = {"TypedUser": "CONDUCTOR_USER:ada"}
"""Values of annotations whose type does not say enough."""
_FIELDS: Final[dict[str, Any]] = {"cron_expression": "0 0 0 * * *"}
"""Values of fields that clients look at before they send them."""
_LISTS: Final = (
    list,
    tuple,
    set,
    frozenset,
    collections.abc.Sequence,
    collections.abc.Iterable,
    collections.abc.Collection,
)
_FUNCTION: Final[object] = typing.get_origin(typing.Callable[[], None])
_MAPS: Final = (dict, collections.abc.Mapping, collections.abc.MutableMapping)


def arguments_of(method: Declaration) -> dict[str, Any]:
    """A value for every parameter, so that every part of the request shows."""
    parameters = list(inspect.signature(method.builder).parameters.values())[1:]
    return {parameter.name: _sample_of(parameter, method) for parameter in parameters}


def _sample_of(parameter: inspect.Parameter, method: Declaration) -> Any:
    named = _NAMED.get(str(parameter.annotation).removesuffix(" | None"))
    return value_of(_type_of(parameter, method)) if named is None else named


def _type_of(parameter: inspect.Parameter, method: Declaration) -> Any:
    annotation = parameter.annotation
    if not isinstance(annotation, str):
        return annotation
    return eval(annotation, {}, _Names(method))  # noqa: S307 - the project's own annotations


class _Names(Mapping[str, Any]):
    """Everything that an annotation of a client may name, imported for type checkers only or not."""

    def __init__(self, method: Declaration) -> None:
        package = method.__module__.partition(".")[0]
        own = [method.builder.__globals__, *(vars(importlib.import_module(name)) for name in _modules_of(package))]
        self._places = [*own, vars(typing), vars(collections.abc), vars(dt)]

    def __getitem__(self, name: str) -> Any:
        for place in self._places:
            if name in place:
                return place[name]
        raise KeyError(name)

    def __iter__(self) -> collections.abc.Iterator[str]:
        return iter({name: None for place in self._places for name in place})

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _modules_of(package: str) -> list[str]:
    wanted = [f"{package}.models", "conductor_core.models", "conductor_core.errors"]
    return [name for name in wanted if importlib.util.find_spec(name) is not None]


def value_of(kind: Any, depth: int = 0) -> Any:
    """A value of a type; models come with every field down to some depth."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    parts = get_args(kind)
    if parts or kind in _LISTS or kind in _MAPS:
        return _of_generic(get_origin(kind) or kind, parts, depth)
    if isinstance(kind, TypeVar):
        return value_of(kind.__bound__ or object, depth)
    assert isinstance(kind, type), f"no sample for {kind!r}: teach {__name__} to make one"
    return _of_class(kind, depth)


def _of_generic(origin: Any, parts: tuple[Any, ...], depth: int) -> Any:
    if origin is _FUNCTION:
        return _accepts
    if origin is Literal:
        return parts[0]
    if origin in _LISTS:
        return [value_of(parts[0] if parts else str, depth + 1)]
    if origin in _MAPS:
        inner = parts[1] if parts else object
        free = depth > 0 and inner in (Any, object)
        return {} if free else {"key": value_of(inner, depth + 1)}
    if origin is Annotated:
        return value_of(parts[0], depth)
    assert origin in (typing.Union, types.UnionType), f"no sample for {origin!r}: teach {__name__} to make one"
    return value_of(_chosen(parts), depth)


def _accepts(*_arguments: object) -> bool:
    return True


def _chosen(parts: tuple[Any, ...]) -> Any:
    real = [part for part in parts if part is not type(None)]
    return next((part for part in real if isinstance(part, type) and issubclass(part, enum.Enum | BaseModel)), real[0])


def _of_class(kind: type, depth: int) -> Any:
    if issubclass(kind, enum.Enum):
        return next(iter(kind))
    assert issubclass(kind, BaseModel), f"no sample for {kind!r}: teach {__name__} to make one"
    fields = {
        name: _FIELDS[name] if name in _FIELDS else value_of(info.annotation, depth + 1)
        for name, info in kind.model_fields.items()
        if info.is_required() or depth < _DEEPEST
    }
    return cast("Any", kind).model_validate(fields)
