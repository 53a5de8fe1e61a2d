"""What the schema client does beyond one documented call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import BadRequestError, NotFoundError
from conductor_schemas import SchemaDef, SchemaType

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

ORDER = SchemaDef(name="order", data={"type": "object", "default": None})


async def test_one_schema_or_many_are_sent_as_a_list_with_types_in_capitals(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    route = server.post("/schema", params={"newVersion": "true"}).respond(200)
    document = {"name": "order", "version": 1, "type": "JSON", "data": {"type": "object", "default": None}}
    conductor.schemas.register_schema(ORDER, new_version=True)
    assert json.loads(route.calls.last.request.content) == [document]
    await async_conductor.schemas.register_schema([ORDER, ORDER], new_version=True)
    assert json.loads(route.calls.last.request.content) == [document, document]


def test_a_type_that_is_not_known_yet_is_kept(server: respx.MockRouter, conductor: Conductor) -> None:
    server.get("/schema/order/2").respond(json={"name": "order", "version": 2, "type": "THRIFT", "more": 1})
    found = conductor.schemas.get_schema("order", 2)
    assert (found.type, found.to_wire()["more"]) == ("THRIFT", 1)
    assert SchemaDef(name="order", type="AVRO").type is SchemaType.AVRO


def test_all_versions_or_one_are_deleted(server: respx.MockRouter, conductor: Conductor) -> None:
    one, every = server.delete("/schema/order/2").respond(200), server.delete("/schema/order").respond(200)
    conductor.schemas.delete_schema("order", 2)
    conductor.schemas.delete_schema_by_name("order")
    assert (one.call_count, every.call_count) == (1, 1)


async def test_a_schema_that_is_not_there_and_one_that_is_none(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/schema/none").respond(404, json={"message": "no schema none"})
    server.post("/schema").respond(
        400, json={"message": "bad", "validationErrors": [{"path": "type", "message": "wrong"}]}
    )
    with pytest.raises(NotFoundError, match="no schema none"):
        await async_conductor.schemas.get_schema_by_name("none")
    with pytest.raises(BadRequestError, match="type: wrong"):
        conductor.schemas.register_schema(ORDER)
