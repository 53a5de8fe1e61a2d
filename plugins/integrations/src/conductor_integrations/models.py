"""Documents of the integration client. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from conductor_core.models import ConductorModel, MessageTemplate, Tag, Tolerant

__all__ = [
    "EventLog",
    "EventLogType",
    "FieldType",
    "Integration",
    "IntegrationApi",
    "IntegrationApiUpdate",
    "IntegrationCategory",
    "IntegrationDef",
    "IntegrationDefApi",
    "IntegrationDefFormField",
    "IntegrationUpdate",
    "MessageTemplate",
    "Option",
    "Tag",
    "TokenLimit",
    "TokenLimitPeriod",
    "TokenUsageLog",
]


class IntegrationCategory(StrEnum):
    """What kind of system an integration reaches."""

    API = "API"
    AI_MODEL = "AI_MODEL"
    VECTOR_DB = "VECTOR_DB"
    RELATIONAL_DB = "RELATIONAL_DB"
    MESSAGE_BROKER = "MESSAGE_BROKER"
    GIT = "GIT"
    EMAIL = "EMAIL"
    MCP = "MCP"


class TokenLimitPeriod(StrEnum):
    """Time for which a token limit holds."""

    DAY = "DAY"
    MONTH = "MONTH"


class EventLogType(StrEnum):
    """Direction of an event."""

    SEND = "SEND"
    RECEIVE = "RECEIVE"


class FieldType(StrEnum):
    """How a setting is asked for in a form."""

    DROPDOWN = "DROPDOWN"
    TEXT = "TEXT"
    PASSWORD = "PASSWORD"  # noqa: S105 - the name of a kind of field
    FILE = "FILE"


class IntegrationUpdate(ConductorModel):
    """What is stored of a provider: an account with a system, such as one with a maker of language models."""

    category: Tolerant[IntegrationCategory] | None = None
    type: str | None = None
    """Kind of provider, like ``openai`` or ``pineconedb``; ``get_integration_provider_defs`` lists them."""
    description: str | None = None
    configuration: dict[str, Any] | None = None
    """Settings of the provider, such as ``api_key``; the definitions name them."""
    enabled: bool | None = None


class IntegrationApiUpdate(ConductorModel):
    """What is stored of one model or index of a provider."""

    description: str | None = None
    configuration: dict[str, Any] | None = None
    enabled: bool | None = None


class IntegrationApi(ConductorModel):
    """One model or index of a provider."""

    api: str = ""
    """Name of the model or index."""
    integration_name: str | None = None
    """Name of the provider."""
    description: str | None = None
    configuration: dict[str, Any] | None = None
    enabled: bool | None = None
    tags: list[Tag] | None = None
    owner_app: str | None = None
    create_time: int | None = None
    """Epoch milliseconds."""
    update_time: int | None = None
    """Epoch milliseconds."""
    created_by: str | None = None
    updated_by: str | None = None


class Integration(ConductorModel):
    """A provider as the server holds it; secret settings come masked."""

    name: str = ""
    category: Tolerant[IntegrationCategory] | None = None
    type: str | None = None
    """Kind of provider, like ``openai`` or ``pineconedb``."""
    description: str | None = None
    configuration: dict[str, Any] | None = None
    enabled: bool | None = None
    models_count: int | None = None
    apis: list[IntegrationApi] | None = None
    tags: list[Tag] | None = None
    owner_app: str | None = None
    create_time: int | None = None
    """Epoch milliseconds."""
    update_time: int | None = None
    """Epoch milliseconds."""
    created_by: str | None = None
    updated_by: str | None = None


class Option(ConductorModel):
    """One value to choose in a form."""

    label: str | None = None
    value: str | None = None


class IntegrationDefFormField(ConductorModel):
    """One setting that a provider takes."""

    field_name: str | None = None
    """Key of the setting in a configuration."""
    field_type: Tolerant[FieldType] | None = None
    label: str | None = None
    description: str | None = None
    value: str | None = None
    default_value: str | None = None
    value_options: list[Option] | None = None
    optional: bool | None = None


class IntegrationDefApi(ConductorModel):
    """One thing that a provider of this kind can do."""

    api: str | None = None
    description: str | None = None
    integration_type: str | None = None
    input_schema: dict[str, Any] | None = None
    output_schema: dict[str, Any] | None = None


class IntegrationDef(ConductorModel):
    """A kind of provider that the server knows."""

    name: str = ""
    type: str | None = None
    category: Tolerant[IntegrationCategory] | None = None
    category_label: str | None = None
    description: str | None = None
    configuration: list[IntegrationDefFormField] | None = None
    """Settings that it takes."""
    apis: list[IntegrationDefApi] | None = None
    enabled: bool | None = None
    icon_name: str | None = None
    tags: list[str] | None = None


class TokenLimit(ConductorModel):
    """How many tokens a language model may use."""

    integration_name: str | None = None
    api: str | None = None
    """Model; none is all of the provider."""
    max_tokens: int | None = None
    token_limit_period: Tolerant[TokenLimitPeriod] | None = None
    owner_app: str | None = None
    create_time: int | None = None
    """Epoch milliseconds."""
    update_time: int | None = None
    """Epoch milliseconds."""
    created_by: str | None = None
    updated_by: str | None = None


class TokenUsageLog(ConductorModel):
    """Tokens that a language model used in one period."""

    integration_name: str | None = None
    api: str | None = None
    period_start: int | None = None
    """Epoch milliseconds."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None


class EventLog(ConductorModel):
    """One event that went to or came from an integration."""

    id: str | None = None
    event: str | None = None
    event_type: Tolerant[EventLogType] | None = None
    handler_name: str | None = None
    task_id: str | None = None
    worker_id: str | None = None
    created_at: int | None = None
    """Epoch milliseconds."""
