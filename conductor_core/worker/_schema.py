"""JSON schemas (draft 7) of what a worker takes and returns, made from its annotations."""

from __future__ import annotations

import json
import typing
from typing import TYPE_CHECKING, Any, Final

from pydantic.errors import PydanticInvalidForJsonSchema

from conductor_core._json import is_object
from conductor_core.models import TaskResult
from conductor_core.worker._context import TaskInProgress
from conductor_core.worker._converter import Converter

if TYPE_CHECKING:
    from conductor_core.worker._binding import Binder
    from conductor_core.worker._signature import Signature

Schema = dict[str, Any]

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
# Their output is whatever the worker puts into them, so there is nothing to describe.
_FREE: Final = (TaskResult, TaskInProgress)


def input_schema(binder: Binder, *, strict: bool) -> Schema:
    """Describe a worker's input: a property per parameter, required where neither default nor None will do.

    Args:
        binder: knows the function's parameters.
        strict: allow no further keys, unless the function takes ``**kwargs``.
    """
    definitions: Schema = {}
    properties = {name: _schema_of(adapter, definitions) for name, adapter, _ in binder.inputs}
    schema: Schema = {
        "$schema": DRAFT,
        "type": "object",
        "properties": properties,
        "required": [name for name, _, required in binder.inputs if required],
        "additionalProperties": not strict or binder.takes_any_input,
    }
    return schema | ({"definitions": definitions} if definitions else {})


def output_schema(signature: Signature) -> Schema | None:
    """Describe a worker's output, or None where its annotation says nothing about it."""
    annotation = signature.returns()
    if any(annotation is free for free in (None, object, Any, *_FREE)):
        return None
    parts = typing.get_args(annotation)
    kinds = [part for part in parts if part not in _FREE]
    if len(kinds) < len(parts):
        annotation = typing.Union[tuple(kinds)] if kinds else object  # noqa: UP007 - made at run time
    return _of_output(_adapter_of(annotation))


def stated_schema(annotation: object, *, is_output: bool) -> Schema:
    """Return the schema of a type that a worker names for its whole input or output.

    Raises:
        TypeError: values cannot be converted to it.
    """
    converter = Converter(annotation)
    if is_output:
        return _of_output(converter)
    definitions: Schema = {}
    return _complete(_schema_of(converter, definitions), definitions)


def _of_output(converter: Converter | None) -> Schema:
    """Describe what is sent: an object as it is, anything else under ``result``."""
    definitions: Schema = {}
    schema = _schema_of(converter, definitions)
    resolved = definitions.get(str(schema.get("$ref", "")).rpartition("/")[2], schema)
    if resolved.get("type") != "object":
        schema = {"type": "object", "properties": {"result": schema}, "required": ["result"]}
    return _complete(schema, definitions)


def _complete(schema: Schema, definitions: Schema) -> Schema:
    return {"$schema": DRAFT, **schema, **({"definitions": definitions} if definitions else {})}


def _adapter_of(annotation: object) -> Converter | None:
    try:
        return Converter(annotation)
    except TypeError:
        return None


def _schema_of(adapter: Converter | None, definitions: Schema) -> Schema:
    """Return one type's schema; what it refers to is collected, and an unknown type is described as anything."""
    if adapter is None:
        return {}
    try:
        found = adapter.adapter.json_schema()
    except PydanticInvalidForJsonSchema:
        return {}
    # Draft 7 keeps shared parts under another name than pydantic's dialect.
    moved = json.loads(json.dumps(found).replace("#/$defs/", "#/definitions/"))
    if not is_object(moved):
        return {}
    shared = moved.pop("$defs", None)
    if is_object(shared):
        definitions.update(shared)
    return moved
