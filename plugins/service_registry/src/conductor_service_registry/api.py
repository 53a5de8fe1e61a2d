"""The service registry client. It is put together from one class for each of its nouns."""

from __future__ import annotations

from conductor_core import Face
from conductor_service_registry._circuit_breakers import CircuitBreakers
from conductor_service_registry._protos import Protos
from conductor_service_registry._services import Services


class ServiceRegistryApi(Services[Face], CircuitBreakers[Face], Protos[Face], name="service_registry"):
    """Remote services, their methods and circuit breakers, as ``conductor.service_registry``."""
