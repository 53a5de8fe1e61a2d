"""The card by which an agent of another system says what it can, as the Agent2Agent protocol describes it."""

from __future__ import annotations

from typing import Any

from conductor_core.models import ConductorModel, JsonObject


class AgentCardRequest(ConductorModel):
    """Where a card is to be fetched by the server."""

    agent_url: str
    """The agent's base address, or its card's."""
    headers: dict[str, str] | None = None
    """Sent along with the request for the card; they may hold secrets of the other system."""
    agent_type: str | None = None
    """``a2a``, unless a server knows further kinds."""

    def __repr_args__(self) -> Any:
        """Leave the headers out, which may hold secrets."""
        return [(name, value) for name, value in super().__repr_args__() if name != "headers"]


class AgentExtension(ConductorModel):
    """An extension of the protocol that an agent knows."""

    uri: str | None = None
    description: str | None = None
    required: bool | None = None
    params: JsonObject | None = None


class AgentCapabilities(ConductorModel):
    """What an agent can beyond answering."""

    streaming: bool | None = None
    push_notifications: bool | None = None
    state_transition_history: bool | None = None
    extended_agent_card: bool | None = None
    extensions: list[AgentExtension] | None = None


class AgentProvider(ConductorModel):
    """Who offers an agent."""

    organization: str | None = None
    url: str | None = None


class AgentSkill(ConductorModel):
    """Something that an agent says it can do."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    tags: list[str] | None = None
    examples: list[str] | None = None
    input_modes: list[str] | None = None
    output_modes: list[str] | None = None
    security_requirements: list[JsonObject] | None = None


class AgentInterface(ConductorModel):
    """An address at which an agent is reached, and how."""

    url: str | None = None
    protocol_binding: str | None = None
    protocol_version: str | None = None
    tenant: str | None = None
    transport: str | None = None


class AgentCardSignature(ConductorModel):
    """Who vouches for a card."""

    signature: str | None = None
    header: JsonObject | None = None
    protected: str | None = None


class AgentCard(ConductorModel):
    """What an agent of another system says of itself."""

    name: str | None = None
    description: str | None = None
    url: str | None = None
    version: str | None = None
    protocol_version: str | None = None
    preferred_transport: str | None = None
    documentation_url: str | None = None
    icon_url: str | None = None
    provider: AgentProvider | None = None
    capabilities: AgentCapabilities | None = None
    skills: list[AgentSkill] | None = None
    default_input_modes: list[str] | None = None
    default_output_modes: list[str] | None = None
    supported_interfaces: list[AgentInterface] | None = None
    additional_interfaces: list[AgentInterface] | None = None
    security_schemes: JsonObject | None = None
    security_requirements: list[JsonObject] | None = None
    security: list[dict[str, list[str]]] | None = None
    signatures: list[AgentCardSignature] | None = None
    supports_authenticated_extended_card: bool | None = None
    supports_extended_agent_card: bool | None = None


class AgentCardResponse(ConductorModel):
    """The card that a server found."""

    agent_card: AgentCard | None = None
