"""Python values as JSON: what a worker returns becomes something that the server can store."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import datetime as dt
import decimal
import enum
import inspect
import math
import os
import uuid
from collections import Counter, UserString
from collections.abc import Iterable, Iterator, Mapping, Sequence, ValuesView
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Final, cast

from conductor_core.worker._body import jsonable, sendable

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.worker._polled import JsonObject, JsonValue

_PLAIN: Final = frozenset({int, bool, type(None)})
_MAX_DEPTH: Final = 100
_MAX_RANGE: Final = 1_000_000


class UnserializableError(TypeError):
    """A value has no JSON form; ``value`` is the culprit and ``path`` where it was found."""

    def __init__(self, value: object, path: str, why: str = "") -> None:
        self.value = value
        self.path = path
        super().__init__(why or f"{type(value).__name__} at {path or 'the top'} has no JSON form")


class NonFiniteNumberError(ValueError):
    """NaN and infinity have no JSON form and no obvious substitute."""

    def __init__(self, value: float, path: str) -> None:
        super().__init__(
            f"the output holds {value!r} at {path or 'the top'}, which JSON cannot express: "
            "return None or a text in its place"
        )


class ForgottenAwaitError(TypeError):
    """A coroutine, future or other awaitable is no result; whoever returns one has meant what it gives."""

    def __init__(self, value: object, path: str) -> None:
        name = getattr(value, "__qualname__", None)
        shown = type(value).__name__ + (f" {name!r}" if isinstance(name, str) else "")
        super().__init__(
            f"the output holds the {shown} at {path or 'the top'}, which was never awaited: await it first"
        )


class SameKeyError(ValueError):
    """Keys that differ in Python are the same text in JSON, and one value would take the place of another."""

    def __init__(self, value: Mapping[Any, object], path: str) -> None:
        keys = Counter(_key(name) for name in value)
        twice = next(key for key, times in keys.items() if times > 1)
        super().__init__(
            f"the output has several keys at {path or 'the top'} that JSON writes as {twice!r}: make them texts that differ"
        )


def to_json_value(value: object, path: str = "", depth: int = 0) -> JsonValue:
    """Convert a value to JSON's own types, nested ones included.

    Dates and times become ISO 8601 text, durations seconds, enumerations their value, UUIDs, decimals and paths
    text, sets and tuples lists, named tuples, dataclasses, attrs classes and pydantic models (by alias) objects,
    bytes text when they are UTF-8 and base64 otherwise. Keys become text.

    Raises:
        UnserializableError: a value has no JSON form, or the nesting has no end.
        NonFiniteNumberError: a number is NaN or infinite.
    """
    kind = type(value)
    if kind in _PLAIN:
        return cast("JsonValue", value)
    if kind is str:
        return sendable(cast("str", value))
    if depth > _MAX_DEPTH:
        raise UnserializableError(value, path, f"the output is nested deeper than {_MAX_DEPTH} levels, or holds itself")
    if kind is dict:
        return to_json_object(cast("dict[object, object]", value), path, depth)
    if kind is list or kind is tuple:
        return _array(cast("list[object]", value), path, depth)
    if kind is float:
        return _finite(cast("float", value), path)
    return _other(value, path, depth)


def to_json_object(value: Mapping[object, object] | Mapping[str, object], path: str = "", depth: int = 0) -> JsonObject:
    """Convert a mapping; see :func:`to_json_value`."""
    made = {
        (key := name if type(name) is str else _key(name)): to_json_value(
            item, f"{path}.{key}" if path else key, depth + 1
        )
        for name, item in value.items()
    }
    if len(made) != len(value):
        raise SameKeyError(value, path)
    return made


def _array(value: Iterable[object], path: str, depth: int) -> JsonValue:
    return [to_json_value(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]


def _finite(value: float, path: str) -> float:
    if math.isfinite(value):
        return value
    raise NonFiniteNumberError(value, path)


def _refuse_non_finite(value: object, path: str) -> None:
    if isinstance(value, float):
        _finite(value, path)
    elif isinstance(value, dict):
        for name, item in cast("dict[object, object]", value).items():
            _refuse_non_finite(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple | set):
        for index, item in enumerate(cast("Iterable[object]", value)):
            _refuse_non_finite(item, f"{path}[{index}]")


def _key(name: object) -> str:
    if isinstance(name, enum.Enum):
        return _key(name.value)
    if name is None:
        return "null"
    if isinstance(name, bool):
        return "true" if name else "false"
    if isinstance(name, dt.date | dt.time):
        return name.isoformat()
    if isinstance(name, bytes):
        return _bytes(name)
    return sendable(str(name))


def _seconds(value: dt.timedelta) -> float:
    return value.total_seconds()


def _bytes(value: bytes | bytearray | memoryview) -> str:
    raw = bytes(value)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode("ascii")


# Asked in this order; a class that fits two lines (StrEnum, datetime) takes the first.
_CONVERSIONS: Final[tuple[tuple[type | tuple[type, ...], Callable[[Any], object]], ...]] = (
    (enum.Enum, lambda value: value.value),
    (str, str.__str__),
    (int, int.__int__),
    (float, float.__float__),
    ((dt.datetime, dt.date, dt.time), lambda value: value.isoformat()),
    (dt.timedelta, _seconds),
    ((uuid.UUID, decimal.Decimal, UserString), str),
    (os.PathLike, os.fsdecode),
    ((bytes, bytearray, memoryview), _bytes),
)


def _other(value: object, path: str, depth: int) -> JsonValue:
    for kinds, convert in _CONVERSIONS:
        if isinstance(value, kinds):
            plain = convert(cast("Any", value))
            return to_json_value(plain, path, depth + 1)
    fields = fields_of(value)
    if fields is not None:
        return to_json_object(fields, path, depth)
    if _is_pydantic(value):
        return to_json_value(_dumped(value), path, depth + 1)
    if isinstance(value, range) and len(value) > _MAX_RANGE:
        raise UnserializableError(value, path)
    if isinstance(value, AbstractSet | Sequence | ValuesView):
        return _array(cast("Iterable[object]", value), path, depth)
    return _last(value, path, depth)


def _last(value: object, path: str, depth: int) -> JsonValue:
    """Convert what says itself what it is in JSON: arrays and numbers of numerical libraries, and what pydantic can write."""
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()  # or Python would warn of it again, somewhere
        raise ForgottenAwaitError(value, path)
    as_list = getattr(value, "tolist", None)
    if callable(as_list) and not isinstance(value, type):
        return to_json_value(as_list(), path, depth + 1)
    # It may have no end.
    if not _is_iterator(value):
        with contextlib.suppress(ValueError):
            return to_json_value(jsonable(value), path, depth + 1)
    raise UnserializableError(value, path)


def _is_iterator(value: object) -> bool:
    return isinstance(value, Iterator)


def fields_of(value: object) -> Mapping[object, object] | Mapping[str, object] | None:
    """Return the named parts of a mapping, dataclass, pydantic model, named tuple or attrs object; else None."""
    if isinstance(value, type):
        return None
    if isinstance(value, Mapping):
        return cast("Mapping[object, object]", value)
    if _is_pydantic(value):
        dumped = _dumped(value)
        # A root model may be a list, or anything else.
        return cast("Mapping[str, object]", dumped) if isinstance(dumped, Mapping) else None
    as_dict = getattr(value, "_asdict", None)
    if callable(as_dict) and issubclass(type(value), tuple):
        return cast("Mapping[str, object]", as_dict())
    return _attributes(value)


def _is_pydantic(value: object) -> bool:
    return callable(getattr(value, "model_dump", None)) and not isinstance(value, type)


def _dumped(model: Any) -> object:
    """Return a pydantic model's values; JSON's own types where the model can say them, for the rest this module can."""
    values: object = model.model_dump(mode="python", by_alias=True)
    # The JSON dump turns NaN into null without a word, so the values are looked at before.
    _refuse_non_finite(values, "")
    try:
        return cast("object", model.model_dump(mode="json", by_alias=True))
    except ValueError:  # bytes that are no text, or a class that pydantic does not know
        return values


def _attributes(value: object) -> Mapping[str, object] | None:
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    attributes = getattr(type(value), "__attrs_attrs__", None)
    if attributes is None:
        return None
    return {attribute.name: getattr(value, attribute.name) for attribute in attributes}
