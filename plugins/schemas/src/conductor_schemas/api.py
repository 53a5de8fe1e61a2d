"""A client: schemas that inputs and outputs are checked against."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get

_HINT = "schemas are an Orkes feature; elsewhere a worker checks its input with strict_schema"


class SchemaApi(Api[Face], name="schemas"):
    """A client as ``conductor.schemas``: schemas that inputs and outputs are checked against."""

    @endpoint
    def get_all_schemas(self) -> Call[list[dict[str, object]]]:
        """Fetch all schemas."""
        return get("/schema", returns=list[dict[str, object]], hint=_HINT)
