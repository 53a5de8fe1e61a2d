"""Documents of the schema client. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from conductor_core.models import ConductorModel, Tolerant


class SchemaType(StrEnum):
    """In what language a schema is written; servers want capitals."""

    JSON = "JSON"
    AVRO = "AVRO"
    PROTOBUF = "PROTOBUF"


class SchemaDef(ConductorModel):
    """One version of a schema."""

    name: str
    version: int = 1
    type: Tolerant[SchemaType] = SchemaType.JSON
    data: dict[str, Any] | None = None
    """The schema itself."""
    external_ref: str | None = None
    """Where the schema is kept, when it is not in ``data``."""
    owner_app: str | None = None
    create_time: int | None = None
    """Epoch milliseconds."""
    update_time: int | None = None
    """Epoch milliseconds."""
    created_by: str | None = None
    updated_by: str | None = None
