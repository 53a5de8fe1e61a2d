"""What the service registry client does beyond one documented call, and how it says what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    NotSupportedByServerError,
    PermissionDeniedError,
)
from conductor_service_registry import (
    OrkesCircuitBreakerConfig,
    ParameterSchema,
    RequestParam,
    ServiceConfig,
    ServiceMethod,
    ServiceRegistry,
    ServiceType,
)

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

SERVICE = ServiceRegistry(name="stock", type=ServiceType.GRPC, service_uri="stock:50051")


def test_names_that_differ_from_the_rule() -> None:
    parameter = RequestParam(name="id", parameter_schema=ParameterSchema(type="string", default_value=[1]))
    service = SERVICE.model_copy(update={"request_params": [parameter]})
    service.config = ServiceConfig(circuit_breaker_config=OrkesCircuitBreakerConfig(failure_rate_threshold=50))
    document = service.to_wire()
    assert document == {
        "name": "stock",
        "type": "gRPC",
        "serviceURI": "stock:50051",
        "requestParams": [{"name": "id", "schema": {"type": "string", "defaultValue": [1]}}],
        "config": {"circuitBreakerConfig": {"failureRateThreshold": 50.0}},
    }
    assert ServiceRegistry.model_validate(document) == service


async def test_an_unknown_service_is_none(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    route = server.get("/registry/service/stock").respond(json=SERVICE.to_wire())
    assert conductor.service_registry.get_service("stock") == SERVICE
    route.respond(404, json={"message": "no such service"})
    assert conductor.service_registry.get_service("stock") is None
    assert await async_conductor.service_registry.get_service("stock") is None
    route.respond(200)
    assert conductor.service_registry.get_service("stock") is None


async def test_proto_files_are_bytes_both_ways(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    content = b'syntax = "proto3";\x00\xff'
    path = "/registry/service/protos/stock/stock.proto"
    sent = server.post(path, content=content).respond(200)
    server.get(path).respond(200, content=content, headers={"content-type": "application/octet-stream"})
    conductor.service_registry.set_proto_data("stock", "stock.proto", content)
    assert sent.calls.last.request.headers.get_list("content-type") == ["application/octet-stream"]
    assert conductor.service_registry.get_proto_data("stock", "stock.proto") == content
    assert await async_conductor.service_registry.get_proto_data("stock", "stock.proto") == content


@pytest.mark.parametrize(("state", "is_open"), [("OPEN", True), ("open", True), ("HALF_OPEN", False), (None, False)])
async def test_whether_a_breaker_is_open(
    state: str | None,
    is_open: bool,  # noqa: FBT001 - a column of the table
    server: respx.MockRouter,
    conductor: Conductor,
    async_conductor: AsyncConductor,
) -> None:
    server.get("/registry/service/stock/circuit-breaker/status").respond(json={"currentState": state})
    assert conductor.service_registry.is_circuit_breaker_open("stock") is is_open
    assert await async_conductor.service_registry.is_circuit_breaker_open("stock") is is_open


def test_methods_are_named_in_the_query(server: respx.MockRouter, conductor: Conductor) -> None:
    query = {"serviceName": "Stock", "method": "Get", "methodType": "UNARY"}
    route = server.delete("/registry/service/stock/methods", params=query).respond(200)
    conductor.service_registry.remove_method("stock", "Stock", "Get", "UNARY")
    assert route.called
    server.get("/registry/service/stock/discover", params={"create": "true"}).respond(json=[{"methodName": "Get"}])
    assert conductor.service_registry.discover("stock", create=True) == [ServiceMethod(method_name="Get")]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, BadRequestError), (403, PermissionDeniedError), (404, NotFoundError), (409, ConflictError)],
)
async def test_errors_on_both_faces(
    status: int,
    kind: type[ApiError],
    server: respx.MockRouter,
    conductor: Conductor,
    async_conductor: AsyncConductor,
) -> None:
    server.post("/registry/service/stock/circuit-breaker/open").respond(status, json={"message": "said no"})
    with pytest.raises(kind, match="said no") as on_sync:
        conductor.service_registry.open_circuit_breaker("stock")
    with pytest.raises(kind, match="said no") as on_async:
        await async_conductor.service_registry.open_circuit_breaker("stock")
    for error in (on_sync.value, on_async.value):
        assert (type(error), error.status, error.server_message) == (kind, status, "said no")


async def test_a_server_without_them_says_what_to_use(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.post("/registry/service/stock/circuit-breaker/open").respond(
        404, json={"status": 404, "message": "No static resource api/x."}
    )
    with pytest.raises(NotSupportedByServerError, match="give the address to an HTTP task"):
        conductor.service_registry.open_circuit_breaker("stock")
    with pytest.raises(NotSupportedByServerError, match="give the address to an HTTP task"):
        await async_conductor.service_registry.open_circuit_breaker("stock")
