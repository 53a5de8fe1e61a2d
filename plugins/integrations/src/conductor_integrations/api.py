"""A client: integrations with model providers, vector stores and queues."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get

_HINT = "integrations are an Orkes feature; elsewhere a worker calls the provider"


class IntegrationApi(Api[Face], name="integrations"):
    """A client as ``conductor.integrations``: integrations with model providers, vector stores and queues."""

    @endpoint
    def get_integration_providers(self) -> Call[list[dict[str, object]]]:
        """Fetch all integration providers."""
        return get("/integrations/provider", returns=list[dict[str, object]], hint=_HINT)
