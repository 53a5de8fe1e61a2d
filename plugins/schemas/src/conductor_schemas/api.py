"""The schema client: schemas that inputs and outputs of tasks and workflows are checked against."""

from __future__ import annotations

from collections.abc import Sequence

from conductor_core import Api, Call, Face, delete, endpoint, get, post
from conductor_schemas.models import SchemaDef

Schemas = SchemaDef | Sequence[SchemaDef]

_HINT = "the open-source server keeps no schemas: workers check their own input with strict_schema"


class SchemaApi(Api[Face], name="schemas"):
    """Schemas in versions, as ``conductor.schemas``."""

    @endpoint
    def register_schema(self, schemas: Schemas, *, new_version: bool = False) -> Call[None]:
        """Store one schema or many, each over its own version, or as the next one when ``new_version`` is set."""
        return post("/schema", query={"newVersion": new_version}, body=_listed(schemas), hint=_HINT)

    @endpoint
    def get_schema(self, name: str, version: int) -> Call[SchemaDef]:
        """Fetch one version of a schema."""
        return get("/schema/{}/{}", name, version, returns=SchemaDef, hint=_HINT)

    @endpoint
    def get_schema_by_name(self, name: str) -> Call[SchemaDef]:
        """Fetch the newest version of a schema."""
        return get("/schema/{}", name, returns=SchemaDef, hint=_HINT)

    @endpoint
    def get_all_schemas(self, *, short: bool = False) -> Call[list[SchemaDef]]:
        """Fetch all schemas, without their ``data`` when ``short`` is set."""
        return get("/schema", query={"short": short or None}, returns=list[SchemaDef], hint=_HINT)

    @endpoint
    def delete_schema(self, name: str, version: int) -> Call[None]:
        """Delete one version of a schema; the others stay."""
        return delete("/schema/{}/{}", name, version, hint=_HINT)

    @endpoint
    def delete_schema_by_name(self, name: str) -> Call[None]:
        """Delete all versions of a schema."""
        return delete("/schema/{}", name, hint=_HINT)

    @endpoint
    def register_global_schema(self, schemas: Schemas, *, new_version: bool = False) -> Call[None]:
        """Store one schema or many for the whole cluster."""
        return post("/global_schema", query={"newVersion": new_version}, body=_listed(schemas), hint=_HINT)

    @endpoint
    def get_global_schema(self, name: str) -> Call[SchemaDef]:
        """Fetch the newest version of a schema of the whole cluster."""
        return get("/global_schema/{}", name, returns=SchemaDef, hint=_HINT)


def _listed(schemas: Schemas) -> list[SchemaDef]:
    return [schemas] if isinstance(schemas, SchemaDef) else list(schemas)
