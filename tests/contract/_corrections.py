"""Where the OpenAPI document is wrong, as spec/openapi_corrections.csv lists it with the reason."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeAlias

from tools.distributions import ROOT

Schema: TypeAlias = dict[str, Any]
PARTS: Final = {"answer", "body", "field", "free", "operation", "optional", "other_route", "query"}
_SCALARS: Final = {"boolean", "integer", "number", "object", "string"}
_CONTAINER: Final = re.compile(r"(list|map)\[(.*)\]$")


@dataclass(frozen=True)
class Correction:
    """One row: what is corrected, and why.

    Attributes:
        method: verb of the operation, empty for a schema.
        path: path of the operation as the document writes it, empty for a schema.
        part: ``answer`` and ``body`` replace a schema; ``query`` takes a parameter away; ``free`` says that the query or the headers
            may have any names; ``field`` adds a field or changes its type; ``optional`` says that a required field need not be
            sent; ``operation`` adds one that the document lacks, with the type of its answer; ``other_route`` says of such a
            one that the open-source server would take it for another.
        name: ``Schema.field``, or the name of a parameter.
        value: the type that holds, in the words of :func:`schema_of`.
        reason: why the document is wrong, and how it was found.
    """

    method: str
    path: str
    part: str
    name: str
    value: str
    reason: str


@cache
def corrections() -> tuple[Correction, ...]:
    """Return all rows."""
    with (ROOT / "spec" / "openapi_corrections.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Correction(**row) for row in csv.DictReader(file))


def of_part(part: str) -> list[Correction]:
    """Return the rows about one part."""
    return [row for row in corrections() if row.part == part]


def schema_of(text: str) -> Schema | None:
    """Read a type such as ``list[map[integer]]``, ``TaskDef``, ``A | B``, ``bytes``, ``text`` or ``none`` as a schema."""
    if text in {"", "none"}:
        return None
    if " | " in text:
        return {"oneOf": [schema_of(part) for part in text.split(" | ")]}
    if found := _CONTAINER.match(text):
        inner = schema_of(found[2]) or {}
        return {"type": "array", "items": inner} if found[1] == "list" else _map_of(inner)
    if text in {"text", "bytes"}:
        return {"type": "string", "x-content": text}
    return {"type": text} if text in _SCALARS else {"$ref": f"#/components/schemas/{text}"}


def _map_of(inner: Schema) -> Schema:
    return {"type": "object", "additionalProperties": inner}
