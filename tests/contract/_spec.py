"""The operations of the server, as its OpenAPI document and the table of what the open-source server has say."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tools.distributions import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

Json: TypeAlias = Any
Key: TypeAlias = tuple[str, str]
Schema: TypeAlias = dict[str, Json]
_PREFIX: Final = "/api"
_DEEPEST: Final = 4


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


# Where the document says less, or something else, than servers do.
ANSWERS: Final[dict[Key, Schema]] = {
    ("GET", "/metadata/taskdefs/{}"): _named("TaskDef"),  # the document says object
    ("GET", "/tasks/queue/polldata/all"): {"type": "array", "items": _named("PollData")},  # it says map
    ("POST", "/workflow/execute/{}/{}"): _named("WorkflowRun"),  # it says SignalResponse, which other strategies give
    ("PUT", "/metadata/workflow"): _named("BulkResponse"),  # it says object
}
SCHEMAS: Final[dict[str, Schema]] = {
    "BulkResponse": {  # the document says that the successful ones are objects; they are ids
        "type": "object",
        "properties": {
            "bulkErrorResults": {"type": "object", "additionalProperties": {"type": "string"}},
            "bulkSuccessfulResults": {"type": "array", "items": {"type": "string"}},
        },
    },
}
TEXT_BODIES: Final = {
    ("POST", "/tasks/{}/log"),  # the document says JSON; servers keep the body as it is, with the quotes of JSON text
}


@dataclass(frozen=True)
class Operation:
    """One operation of the OpenAPI document."""

    key: Key
    document: Mapping[str, Json]

    def names(self, where: str, *, required: bool = False) -> set[str]:
        """Names of the parameters in a part of the request, all of them or only the required ones."""
        parameters = self.document.get("parameters", [])
        return {p["name"] for p in parameters if p["in"] == where and (p.get("required") or not required)}

    @property
    def body(self) -> Json:
        """Schema of the request body, or None."""
        return _schema_of(self.document.get("requestBody", {}))

    @property
    def answer(self) -> Json:
        """Schema of the answer of success, or None."""
        if self.key in ANSWERS:
            return ANSWERS[self.key]
        answers = self.document["responses"]
        return _schema_of(answers.get("200") or answers.get("204") or {})


def _schema_of(part: Mapping[str, Json]) -> Json:
    for content in part.get("content", {}).values():
        return content.get("schema")
    return None


@cache
def document() -> Json:
    """The OpenAPI document."""
    return json.loads((ROOT / "spec" / "orkes-openapi.json").read_text(encoding="utf-8"))


def template_of(path: str) -> str:
    """A path with ``{}`` for each of its parameters, below the base URL."""
    return re.sub(r"\{[^}]*\}", "{}", path.removeprefix(_PREFIX))


@cache
def operations() -> dict[Key, Operation]:
    """All operations of the OpenAPI document by verb and path template."""
    return {
        (key := (verb.upper(), template_of(path))): Operation(key, operation)
        for path, verbs in document()["paths"].items()
        for verb, operation in verbs.items()
    }


@cache
def served_by_open_source() -> dict[Key, bool]:
    """Whether the open-source server has an operation; its own operations included."""
    with (ROOT / "spec" / "api_matrix.csv").open(encoding="utf-8", newline="") as file:
        return {(row["method"], template_of(row["path"])): row["oss_served"] == "yes" for row in csv.DictReader(file)}


@cache
def taken_for_another() -> frozenset[Key]:
    """The operations that the open-source server lacks and answers all the same, since another path fits them."""
    with (ROOT / "spec" / "api_matrix.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["oss_served"] == "other route"]
    return frozenset((row["method"], template_of(row["path"])) for row in rows)


def schema(name: str) -> Json:
    """A named schema."""
    return SCHEMAS.get(name) or document()["components"]["schemas"][name]


def described(part: Json) -> str:
    """A schema in a few words: a name, ``list[...]``, ``map[...]``, a JSON type, or nothing."""
    if not part:
        return ""
    if "$ref" in part:
        return str(part["$ref"]).rsplit("/", 1)[-1]
    if part.get("type") == "array":
        return f"list[{described(part['items'])}]"
    if part.get("type") == "object" and "additionalProperties" in part:
        return f"map[{described(part['additionalProperties'])}]"
    return str(part.get("type", ""))


def example(part: Json, depth: int = 0) -> Json:
    """A document that fits a schema, with every field down to some depth."""
    if not part:
        return {"anything": [1, "text", None]}
    if "$ref" in part:
        return example(schema(described(part)), depth)
    if "enum" in part:
        return part["enum"][0]
    kind = part.get("type")
    if kind == "array":
        return [example(part["items"], depth + 1)] if depth < _DEEPEST else []
    if kind == "object":
        return _example_object(part, depth)
    return {"string": "text", "integer": 7, "number": 1.5, "boolean": True}[kind]


def _example_object(part: Json, depth: int) -> Json:
    fields = part.get("properties", {})
    if not fields:
        inner = part.get("additionalProperties")
        return {"key": example(inner, depth + 1)} if inner is not None and depth < _DEEPEST else {}
    shallow = {"string", "integer", "number", "boolean"}
    return {
        name: example(field, depth + 1)
        for name, field in fields.items()
        if depth < _DEEPEST or field.get("type") in shallow
    }
