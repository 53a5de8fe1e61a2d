"""Providers: accounts with other systems, and the kinds of them that the server knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, delete, endpoint, get, post
from conductor_integrations._hints import HINT
from conductor_integrations.models import EventLog, Integration, IntegrationCategory, IntegrationDef, IntegrationUpdate

if TYPE_CHECKING:
    from collections.abc import Sequence

_PROVIDER = "/integrations/provider/{}"


class Providers(Api[Face]):
    """Providers by name; with ``active_only`` those that are enabled."""

    @endpoint
    def save_integration_provider(self, name: str, integration: IntegrationUpdate) -> Call[None]:
        """Create a provider, or replace the one of this name."""
        return post(_PROVIDER, name, body=integration, repeatable=True, hint=HINT)

    @endpoint
    def get_integration_provider(self, name: str) -> Call[Integration]:
        """Fetch one provider."""
        return get(_PROVIDER, name, returns=Integration, hint=HINT)

    @endpoint
    def get_integration_providers(
        self, *, category: IntegrationCategory | None = None, active_only: bool | None = None
    ) -> Call[list[Integration]]:
        """List providers, without their models."""
        query = {"category": category, "activeOnly": active_only}
        return get("/integrations/provider", query=query, returns=list[Integration], hint=HINT)

    @endpoint
    def delete_integration_provider(self, name: str) -> Call[None]:
        """Delete a provider with all of its models."""
        return delete(_PROVIDER, name, hint=HINT)

    @endpoint
    def get_integrations(
        self, *, category: IntegrationCategory | None = None, active_only: bool | None = None
    ) -> Call[list[Integration]]:
        """List providers together with their models."""
        query = {"category": category, "activeOnly": active_only}
        return get("/integrations/", query=query, returns=list[Integration], hint=HINT)

    @endpoint
    def save_all_integrations(self, integrations: Sequence[Integration]) -> Call[None]:
        """Store many providers with their models in one call, as ``get_integrations`` lists them."""
        return post("/integrations/", body=list(integrations), repeatable=True, hint=HINT)

    @endpoint
    def get_providers_and_integrations(
        self, *, type: str | None = None, active_only: bool | None = None
    ) -> Call[list[str]]:
        """List what tasks can use, written ``provider:model``."""
        query = {"type": type, "activeOnly": active_only}
        return get("/integrations/all", query=query, returns=list[str], hint=HINT)

    @endpoint
    def get_integration_provider_defs(self) -> Call[list[IntegrationDef]]:
        """List the kinds of providers that the server knows, with the settings that each takes."""
        return get("/integrations/def", returns=list[IntegrationDef], hint=HINT)

    @endpoint
    def get_integration_provider_def(self, name: str) -> Call[IntegrationDef]:
        """Fetch one kind of provider."""
        return get("/integrations/def/{}", name, returns=IntegrationDef, hint=HINT)

    @endpoint
    def register_integration_defs(self, definitions: Sequence[IntegrationDef]) -> Call[None]:
        """Teach the server kinds of providers, or replace them."""
        return post("/integrations/def/register", body=list(definitions), repeatable=True, hint=HINT)

    @endpoint
    def record_event_stats(self, type: str, events: Sequence[EventLog]) -> Call[None]:
        """Tell the server what went through an integration of a type."""
        path = "/integrations/eventStats/{}"
        return post(path, type, query={"type": type}, body=list(events), hint=HINT)
