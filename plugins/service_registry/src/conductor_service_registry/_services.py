"""Services and their methods."""

from __future__ import annotations

from typing import Final

from conductor_core import Api, Call, Face, Flow, delete, endpoint, get, post
from conductor_core.errors import NotFoundError, NotSupportedByServerError
from conductor_service_registry.models import ServiceMethod, ServiceRegistry

PATH: Final = "/registry/service"
HINT: Final = "give the address to an HTTP task"


class Services(Api[Face]):
    """Services by name."""

    @endpoint
    def get_registered_services(self) -> Call[list[ServiceRegistry]]:
        """List all services."""
        return get(PATH, returns=list[ServiceRegistry], hint=HINT)

    @endpoint
    def get_service(self, name: str) -> Flow[ServiceRegistry | None]:
        """Fetch one service, or None when it is unknown."""
        try:
            return (yield from get(f"{PATH}/{{}}", name, returns=ServiceRegistry, none_when_empty=True, hint=HINT))
        except NotSupportedByServerError:
            raise
        except NotFoundError:
            return None

    @endpoint
    def add_or_update_service(self, service: ServiceRegistry) -> Call[None]:
        """Store a service with its circuit breaker's settings, also over one of the same name."""
        return post(PATH, body=service, repeatable=True, hint=HINT)

    @endpoint
    def remove_service(self, name: str) -> Call[None]:
        """Delete a service with its methods."""
        return delete(f"{PATH}/{{}}", name, hint=HINT)

    @endpoint
    def discover(self, name: str, *, create: bool = False) -> Call[list[ServiceMethod]]:
        """Read the methods from the service itself, and store them when ``create`` is set."""
        query = {"create": create}
        return get(f"{PATH}/{{}}/discover", name, query=query, returns=list[ServiceMethod], repeatable=True, hint=HINT)

    @endpoint
    def add_or_update_service_method(self, registry_name: str, method: ServiceMethod) -> Call[None]:
        """Store one method of a service, also over one of the same name."""
        return post(f"{PATH}/{{}}/methods", registry_name, body=method, repeatable=True, hint=HINT)

    @endpoint
    def remove_method(self, registry_name: str, service_name: str, method: str, method_type: str) -> Call[None]:
        """Delete one method.

        Args:
            registry_name: name of the registered service.
            service_name: name of the service within it, which a gRPC service can have several of.
            method: name of the method.
            method_type: its type, like ``GET`` or ``UNARY``.
        """
        query = {"serviceName": service_name, "method": method, "methodType": method_type}
        return delete(f"{PATH}/{{}}/methods", registry_name, query=query, hint=HINT)

    @endpoint
    def get_queue_sizes_for_all_tasks(self) -> Call[dict[str, int]]:
        """Return how many tasks wait, for every queue."""
        return get("/tasks/queue/all", returns=dict[str, int])
