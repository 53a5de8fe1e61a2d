"""A client: services that workflows call, and their circuit breakers."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get

_HINT = "the service registry is an Orkes feature; elsewhere give HTTP tasks the full address"


class ServiceRegistryApi(Api[Face], name="service_registry"):
    """A client as ``conductor.service_registry``: services that workflows call, and their circuit breakers."""

    @endpoint
    def get_registered_services(self) -> Call[list[dict[str, object]]]:
        """Fetch all registered services."""
        return get("/registry/service", returns=list[dict[str, object]], hint=_HINT)
