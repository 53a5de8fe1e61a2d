"""Circuit breakers: they keep a server from calling a service that fails."""

from __future__ import annotations

from conductor_core import Api, Call, Face, Flow, endpoint, get, post
from conductor_service_registry._services import HINT, PATH
from conductor_service_registry.models import CircuitBreakerTransitionResponse

_BREAKER = f"{PATH}/{{}}/circuit-breaker"


class CircuitBreakers(Api[Face]):
    """The circuit breaker of each service."""

    @endpoint
    def open_circuit_breaker(self, name: str) -> Call[CircuitBreakerTransitionResponse]:
        """Refuse calls to a service from now on."""
        return post(f"{_BREAKER}/open", name, returns=CircuitBreakerTransitionResponse, repeatable=True, hint=HINT)

    @endpoint
    def close_circuit_breaker(self, name: str) -> Call[CircuitBreakerTransitionResponse]:
        """Let calls to a service through again."""
        return post(f"{_BREAKER}/close", name, returns=CircuitBreakerTransitionResponse, repeatable=True, hint=HINT)

    @endpoint
    def get_circuit_breaker_status(self, name: str) -> Call[CircuitBreakerTransitionResponse]:
        """Say in what state the circuit breaker of a service is."""
        return get(f"{_BREAKER}/status", name, returns=CircuitBreakerTransitionResponse, hint=HINT)

    @endpoint
    def is_circuit_breaker_open(self, name: str) -> Flow[bool]:
        """Return whether calls to a service are refused."""
        status = yield from CircuitBreakers.get_circuit_breaker_status.call(self, name)
        return (status.current_state or "").upper() == "OPEN"
