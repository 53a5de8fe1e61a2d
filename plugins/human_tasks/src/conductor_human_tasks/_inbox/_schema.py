"""The JSON Schema of a form, whatever kind of template it comes from, and what is wrong with data by it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final, NoReturn, Protocol, TypeAlias, cast

from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from conductor_human_tasks.models import HumanTaskTemplate

Document: TypeAlias = dict[str, object]

_KINDS: Final = {
    "array": "array",
    "boolean": "boolean",
    "checkbox": "boolean",
    "integer": "integer",
    "number": "number",
    "object": "object",
}
_FORMATS: Final = {"date": "date", "datetime": "date-time", "email": "email", "password": "password"}
_LIMITS: Final = ("minLength", "maxLength", "minimum", "maximum", "pattern", "enum", "default")


class _Error(Protocol):
    @property
    def message(self) -> str: ...
    @property
    def instance_path(self) -> list[str | int]: ...


class _Validator(Protocol):
    def iter_errors(self, instance: object) -> Iterable[_Error]: ...


class _Library(Protocol):
    def validator_for(
        self, schema: Document, *, validate_formats: bool, retriever: Callable[[str], NoReturn]
    ) -> _Validator: ...


class Schema:
    """What a form asks for.

    Args:
        document: JSON Schema of an object.

    Raises:
        InvalidArgumentError: it is no JSON Schema, or refers to one that would have to be fetched.
    """

    def __init__(self, document: Mapping[str, object]) -> None:
        self.document = dict(document)
        library = cast("_Library", importlib.import_module("jsonschema_rs"))
        try:
            self._validator = library.validator_for(self.document, validate_formats=True, retriever=_refuse)
        except ValueError as error:
            reason = str(error).partition("\n")[0]
            raise InvalidArgumentError(f"the form's JSON Schema cannot be used: {reason}") from None

    @property
    def properties(self) -> dict[str, Document]:
        """The schema of each field, references to definitions of the same form followed."""
        return {
            name: self._followed(as_object(field)) for name, field in as_object(self.document.get("properties")).items()
        }

    @property
    def required(self) -> list[str]:
        """Names of the fields that must be there."""
        return [str(name) for name in as_list(self.document.get("required"))]

    def problems(self, data: Mapping[str, object], *, of: str | None = None) -> list[str]:
        """Return what is wrong with data, or with one field of it."""
        found: list[str] = []
        for error in self._validator.iter_errors(dict(data)):
            path = list(error.instance_path)
            if of is None or path[:1] == [of]:
                where = ".".join(map(str, path if of is None else path[1:]))
                found.append(f"{where}: {error.message}" if where else error.message)
        return found

    def _followed(self, field: Document) -> Document:
        reference = field.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return field
        target: object = self.document
        for part in reference[2:].split("/"):
            target = as_object(target).get(part.replace("~1", "/").replace("~0", "~"))
        return {**as_object(target), **{key: value for key, value in field.items() if key != "$ref"}}


def schema_of(template: HumanTaskTemplate) -> Schema | None:
    """Return the schema of a form: its JSON Schema, or one made of its list of fields; None where it asks for nothing."""
    if as_object(template.json_schema.get("properties")):
        return Schema(template.json_schema)
    listed = as_object((template.model_extra or {}).get("formTemplate"))
    fields = [as_object(field) for field in as_list(listed.get("fields"))]
    return Schema(_from_fields(fields, listed)) if fields else None


def as_object(value: object) -> Document:
    """Return a JSON object as it is, and an empty one for anything else."""
    return cast("Document", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return a list as it is, and an empty one for anything else."""
    return cast("list[object]", value) if isinstance(value, list) else []


def _from_fields(fields: list[Document], listed: Document) -> Document:
    properties = {str(field.get("name")): _property(field) for field in fields}
    required = [str(field.get("name")) for field in fields if field.get("required") is True]
    for rule in map(as_object, as_list(listed.get("validationRules"))):
        name, (kind, _, limit) = str(rule.get("field")), str(rule.get("rule")).partition(":")
        if kind == "required" and name not in required:
            required.append(name)
        elif name in properties and kind in {"minLength", "maxLength"} and limit.isdigit():
            properties[name][kind] = int(limit)
        elif name in properties and kind == "pattern" and limit:
            properties[name][kind] = limit
    return {"type": "object", "title": listed.get("name") or "", "properties": properties, "required": required}


def _property(field: Document) -> Document:
    kind = str(field.get("type"))
    made: Document = {"type": _KINDS.get(kind, "string")}
    if kind in _FORMATS:
        made["format"] = _FORMATS[kind]
    if field.get("options"):
        made["enum"] = [as_object(option).get("value", option) for option in as_list(field["options"])]
    if field.get("label"):
        made["title"] = field["label"]
    if field.get("description"):
        made["description"] = field["description"]
    return {**made, **{name: field[name] for name in _LIMITS if name in field}}


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"{uri} is not fetched")
