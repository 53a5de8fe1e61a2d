"""The operations of the server, as its OpenAPI documents, their corrections and the table of the open-source server say."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from conductor_core._json import is_array, is_object
from tests.contract._corrections import Correction, Schema, corrections, of_part, schema_of
from tools.distributions import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

Json: TypeAlias = Any
Key: TypeAlias = tuple[str, str]
PREFIX: Final = "/api"
_CONTENTS: Final = {"application/octet-stream": "bytes", "multipart/form-data": "bytes", "text/plain": "text"}


@dataclass(frozen=True)
class Operation:
    """One operation of the OpenAPI document."""

    key: Key
    path: str
    document: Mapping[str, Json]

    @property
    def tag(self) -> str:
        """The group that the document puts it in."""
        return str(self.document["tags"][0])

    def names(self, where: str, *, required: bool = False) -> set[str]:
        """Names of the parameters in a part of the request, all of them or only the required ones."""
        parameters = self.document.get("parameters", [])
        names = {p["name"] for p in parameters if p["in"] == where and (p.get("required") or not required)}
        return names - {row.name for row in self._corrections("query") if where == "query"}

    def is_free(self, where: str) -> bool:
        """Whether a part of the request may have any names."""
        return any(row.name == where for row in self._corrections("free"))

    @property
    def body(self) -> Schema | None:
        """Schema of the request body, or None."""
        return self._schema("body", self.document.get("requestBody", {}))

    @property
    def answer(self) -> Schema | None:
        """Schema of the answer of success, or None."""
        answers = self.document["responses"]
        return self._schema("answer", answers.get("200") or answers.get("204") or {})

    def _schema(self, part: str, document: Mapping[str, Json]) -> Schema | None:
        for row in self._corrections(part):
            return schema_of(row.value)
        for kind, content in document.get("content", {}).items():
            found: Schema = dict(content.get("schema") or {})
            if kind in _CONTENTS:
                found["x-content"] = _CONTENTS[kind]
            return found
        return None

    def _corrections(self, part: str) -> list[Correction]:
        return [row for row in of_part(part) if (row.method, row.path) == (self.key[0], self.path)]


@cache
def document() -> Json:
    """The OpenAPI document."""
    return json.loads((ROOT / "spec" / "orkes-openapi.json").read_text(encoding="utf-8"))


@cache
def open_source_document() -> Json:
    """What the open-source server documents besides, and the full server lacks."""
    return _freed(json.loads((ROOT / "spec" / "open-source-openapi.json").read_text(encoding="utf-8")))


def _freed(part: Json) -> Json:
    """Read a bare ``object`` as any value, which is what that server's document means by it."""
    if is_array(part):
        return [_freed(item) for item in part]
    if is_object(part):
        return {} if part == {"type": "object"} else {name: _freed(item) for name, item in part.items()}
    return part


def template_of(path: str) -> str:
    """A path with ``{}`` for each of its parameters, below the API's base; one beside the API keeps its dots before it."""
    inside = path.removeprefix(PREFIX) if path.startswith(f"{PREFIX}/") else f"..{path}"
    return re.sub(r"\{[^}]*\}", "{}", inside)


@cache
def operations() -> dict[Key, Operation]:
    """All operations of both OpenAPI documents by verb and path template."""
    paths = document()["paths"] | open_source_document()["paths"]
    return {
        (key := (verb.upper(), template_of(path))): Operation(key, path, operation)
        for path, verbs in paths.items()
        for verb, operation in verbs.items()
    }


@cache
def undocumented() -> dict[Key, str]:
    """Operations that the document lacks and a server has, by verb and path template, with the type of their answer."""
    rows = of_part("operation")
    return {(row.method, template_of(row.path)): row.value for row in rows}


def answer_of(key: Key) -> Schema | None:
    """Schema of an operation's answer, documented or not; None when it has none."""
    operation = operations().get(key)
    return operation.answer if operation is not None else schema_of(undocumented().get(key, ""))


@cache
def served_by_open_source() -> dict[Key, bool]:
    """Whether the open-source server has an operation; its own operations included."""
    with (ROOT / "spec" / "api_matrix.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["method"], template_of(row["path"])): row["oss_served"] == "yes" for row in csv.DictReader(file)}
    return dict.fromkeys(undocumented(), False) | rows


@cache
def taken_for_another() -> frozenset[Key]:
    """The operations that the open-source server lacks and answers all the same, since another path fits them."""
    with (ROOT / "spec" / "api_matrix.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["oss_served"] == "other route"]
    documented = {(row["method"], template_of(row["path"])) for row in rows}
    others = {(row.method, template_of(row.path)) for row in of_part("other_route")}
    return frozenset(documented | others)


def documented_schema(name: str) -> Schema:
    """A named schema as the document that has it says; where both have it, as the full server's says."""
    full: dict[str, Schema] = document()["components"]["schemas"]
    found: Schema = full[name] if name in full else open_source_document()["components"]["schemas"][name]
    return found


@cache
def schema(name: str) -> Schema:
    """A named schema, with the corrections of its fields."""
    found: Schema = dict(documented_schema(name))
    changed = {row.name.partition(".")[2]: row for row in corrections() if row.name.startswith(f"{name}.")}
    fields = {field: schema_of(row.value) for field, row in changed.items() if row.part == "field"}
    optional = {field for field, row in changed.items() if row.part == "optional"}
    return {
        **found,
        "properties": found.get("properties", {}) | fields,
        "required": [field for field in found.get("required", []) if field not in optional],
    }


def resolved(part: Schema | None) -> Schema:
    """A schema with its reference followed."""
    while part and "$ref" in part:
        part = schema(str(part["$ref"]).rsplit("/", 1)[-1])
    return part or {}
