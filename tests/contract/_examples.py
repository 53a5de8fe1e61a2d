"""Documents made from schemas, and what keeps a document from fitting one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from tests.contract._spec import resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract._corrections import Schema

_DEEPEST: Final = 4
_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_TEXTS: Final = {"byte": "dGV4dA==", "date": "2026-01-02", "date-time": "2026-01-02T03:04:05Z"}


def example(part: Schema | None, depth: int = 0) -> Any:
    """A document that fits a schema, with every field down to some depth."""
    found = resolved(part)
    if "oneOf" in found:
        return example(found["oneOf"][0], depth)
    kind = found.get("type")
    if "enum" in found and kind != "array":  # the document writes the enum of a list's items beside them
        return found["enum"][0]
    if kind is None:
        return {"anything": [1, "text", None]}
    if kind == "array":
        return [example(found["items"], depth + 1)] if depth < _DEEPEST else []
    if kind == "object":
        return _object(found, depth)
    return {"string": _TEXTS.get(found.get("format", ""), "text"), "integer": 7, "number": 1.5, "boolean": True}[kind]


def _object(part: Schema, depth: int) -> dict[str, Any]:
    fields: dict[str, Schema] = part.get("properties", {})
    if not fields:
        inner = part.get("additionalProperties")
        named = isinstance(inner, dict) and _says_something(cast("Schema", inner)) and depth < _DEEPEST
        return {"key": example(cast("Schema", inner), depth + 1)} if named else {}
    required = set(part.get("required", []))
    return {
        name: example(field, depth + 1)
        for name, field in fields.items()
        if depth < _DEEPEST or name in required or field.get("type") not in {None, "array", "object"}
    }


def _says_something(part: Schema) -> bool:
    found = resolved(part)
    return found.get("type", "object") != "object" or bool({"properties", "additionalProperties"} & found.keys())


def misfits(value: object, part: Schema | None, path: str = "body") -> Iterator[str]:
    """Say where a JSON document is not what a schema allows: fields, types, values of enums, missing fields."""
    found = resolved(part)
    if "oneOf" in found:
        tries = [list(misfits(value, one, path)) for one in found["oneOf"]]
        yield from min(tries, key=len)
        return
    kind = found.get("type")
    if value is None or kind is None:
        return
    if not isinstance(value, _KINDS[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{path}: {type(value).__name__} in place of {kind}"
    elif "enum" in found and kind != "array" and value not in found["enum"]:
        yield f"{path}: {value!r} is none of {found['enum']}"
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from misfits(item, found.get("items"), f"{path}[]")
    elif isinstance(value, dict) and value:  # an empty one stands for a field that our model leaves free
        yield from _misfits_of_fields(cast("dict[str, object]", value), found, path)


def _misfits_of_fields(value: dict[str, object], part: Schema, path: str) -> Iterator[str]:
    fields: dict[str, Schema] = part.get("properties", {})
    inner = part.get("additionalProperties")
    for name, item in value.items():
        if name in fields:
            yield from misfits(item, fields[name], f"{path}.{name}")
        elif isinstance(inner, dict):
            yield from misfits(item, cast("Schema", inner), f"{path}.{name}")
        elif fields:
            yield f"{path}.{name}: not documented"
    yield from (f"{path}.{name}: missing" for name in part.get("required", []) if name not in value)
