"""Documents of the service registry. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from conductor_core.models import ConductorModel, Tolerant

__all__ = [
    "CircuitBreakerTransitionResponse",
    "OrkesCircuitBreakerConfig",
    "ParameterSchema",
    "ProtoRegistryEntry",
    "RequestParam",
    "ServiceConfig",
    "ServiceMethod",
    "ServiceRegistry",
    "ServiceType",
]


class ServiceType(StrEnum):
    """How a service is called."""

    HTTP = "HTTP"
    GRPC = "gRPC"
    MCP_REMOTE = "MCP_REMOTE"


class ParameterSchema(ConductorModel):
    """What values a parameter takes."""

    type: str | None = None
    format: str | None = None
    default_value: Any = None


class RequestParam(ConductorModel):
    """One parameter of a method."""

    name: str | None = None
    type: str | None = None
    """Where it goes, like ``Path`` or ``Query``."""
    required: bool | None = None
    parameter_schema: ParameterSchema | None = Field(
        default=None, validation_alias="schema", serialization_alias="schema"
    )


class ServiceMethod(ConductorModel):
    """One method of a service."""

    id: int | None = None
    operation_name: str | None = None
    method_name: str | None = None
    """Path of an HTTP method, or the name of a gRPC one."""
    method_type: str | None = None
    """``GET`` and the like, or ``UNARY`` and the like."""
    input_type: str | None = None
    output_type: str | None = None
    request_params: list[RequestParam] | None = None
    example_input: dict[str, Any] | None = None


class OrkesCircuitBreakerConfig(ConductorModel):
    """When the server stops to call a service that fails, and when it tries again."""

    failure_rate_threshold: float | None = None
    """Percent of failed calls from which on it opens."""
    slow_call_rate_threshold: float | None = None
    """Percent of slow calls from which on it opens."""
    slow_call_duration_threshold: int | None = None
    """Milliseconds from which on a call is slow."""
    sliding_window_size: int | None = None
    """Calls that the percentages are taken of."""
    minimum_number_of_calls: int | None = None
    """Calls before which it does not open."""
    wait_duration_in_open_state: int | None = None
    """Milliseconds before calls are tried again."""
    permitted_number_of_calls_in_half_open_state: int | None = None
    """Calls that are tried then."""
    max_wait_duration_in_half_open_state: int | None = None
    """Milliseconds after which it opens again when they have not come."""
    automatic_transition_from_open_to_half_open_enabled: bool | None = None
    """Try again without waiting for a call."""


class ServiceConfig(ConductorModel):
    """Settings of a service."""

    circuit_breaker_config: OrkesCircuitBreakerConfig | None = None


class ServiceRegistry(ConductorModel):
    """A service that workflows can call by name."""

    name: str = ""
    type: Tolerant[ServiceType] | None = None
    service_uri: str | None = Field(default=None, validation_alias="serviceURI", serialization_alias="serviceURI")
    """Address: of the OpenAPI document of an HTTP service, host and port of a gRPC one."""
    methods: list[ServiceMethod] | None = None
    request_params: list[RequestParam] | None = None
    """Parameters of every method."""
    config: ServiceConfig | None = None
    circuit_breaker_enabled: bool | None = None


class ProtoRegistryEntry(ConductorModel):
    """One proto file of a gRPC service."""

    service_name: str | None = None
    filename: str | None = None
    data: str | None = None
    """Content in base64."""


class CircuitBreakerTransitionResponse(ConductorModel):
    """The state of a circuit breaker, and the one before."""

    service: str | None = None
    previous_state: str | None = None
    current_state: str | None = None
    """``OPEN`` when calls are refused, ``CLOSED`` or ``HALF_OPEN``."""
    transition_timestamp: int | None = None
    """Epoch milliseconds."""
    message: str | None = None
