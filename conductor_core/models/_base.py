"""What all documents have in common: camelCase on the wire, snake_case in Python, and nothing lost in between."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from conductor_core._json import is_array, is_object

E = TypeVar("E", bound=StrEnum)

Tolerant = Annotated[E | str, Field(union_mode="left_to_right")]
"""An enum that also takes values a newer server may send; comparing with text works for both."""

JsonObject = dict[str, Any]


class ConductorModel(BaseModel):
    """Base of every document: fields are read and written by their camelCase name, and unknown ones are kept."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        extra="allow",
        defer_build=True,  # most programs use few of the documents
        protected_namespaces=(),
        serialize_by_alias=True,
    )

    def to_wire(self) -> JsonObject:
        """Return the JSON document that a server reads: camelCase names, fields without a value left out.

        Values inside free documents (inputs, outputs) stay as they are, also None.
        """
        dumped = self.model_dump(mode="json", by_alias=True, exclude_unset=False)
        return _without_empty_fields(self, dumped)


def _without_empty_fields(model: ConductorModel, document: JsonObject) -> JsonObject:
    """Leave out fields that are None, in this model and in models inside it, but not entries of free dicts."""
    kept: JsonObject = {}
    fields = type(model).model_fields
    for name, info in fields.items():
        alias = info.serialization_alias or info.alias or name
        value = getattr(model, name)
        if value is not None and alias in document:
            kept[alias] = _pruned(value, document[alias])
    for name, value in (model.__pydantic_extra__ or {}).items():
        kept[name] = _pruned(value, document.get(name, value))
    return kept


def _pruned(value: object, document: Any) -> Any:
    if isinstance(value, ConductorModel):
        return _without_empty_fields(value, document)
    if is_array(value) and is_array(document):
        return [_pruned(item, part) for item, part in zip(value, document, strict=True)]
    if is_object(value) and is_object(document):
        if len(value) != len(document):  # keys that differ in Python and not in JSON, like 1 and "1"
            return document
        pairs = zip(value.values(), document.items(), strict=True)
        return {key: _pruned(item, part) for item, (key, part) in pairs}
    return document
