"""Who offers models and vector databases, under the names that servers use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypedDict


class LLMProvider(StrEnum):
    """Kinds of integrations that offer models."""

    OPEN_AI = "openai"
    AZURE_OPEN_AI = "azure_openai"
    VERTEX_AI = "vertex_ai"
    HUGGING_FACE = "huggingface"
    ANTHROPIC = "anthropic"
    BEDROCK = "bedrock"
    COHERE = "cohere"
    GROK = "Grok"
    MISTRAL = "mistral"
    OLLAMA = "ollama"
    PERPLEXITY = "perplexity"


class VectorDB(StrEnum):
    """Kinds of integrations that offer vector databases."""

    PINECONE_DB = "pineconedb"
    WEAVIATE_DB = "weaviatedb"
    POSTGRES_VECTOR_DB = "pgvectordb"
    MONGO_VECTOR_DB = "mongovectordb"


@dataclass(frozen=True)
class EmbeddingModel:
    """A model that turns text into vectors.

    Args:
        provider: name of the integration.
        model: name of the model.
    """

    provider: str
    model: str

    def to_input(self) -> dict[str, object]:
        """Return both as inputs of a task."""
        return {"embeddingModelProvider": self.provider, "embeddingModel": self.model}


class IntegrationConfig(TypedDict, total=False):
    """What every integration may be configured with; the keys are those that the server reads."""

    description: str


class OpenAIConfig(IntegrationConfig, total=False):
    """Configuration of an OpenAI integration."""

    provider: Literal["openai"]
    api_key: str
    organizationId: str


class AzureOpenAIConfig(IntegrationConfig, total=False):
    """Configuration of an Azure OpenAI integration."""

    provider: Literal["azure_openai"]
    api_key: str
    endpoint: str
    deploymentName: str


class WeaviateConfig(IntegrationConfig, total=False):
    """Configuration of a Weaviate integration."""

    provider: Literal["weaviatedb"]
    api_key: str
    endpoint: str


class PineconeConfig(IntegrationConfig, total=False):
    """Configuration of a Pinecone integration."""

    provider: Literal["pineconedb"]
    api_key: str
    endpoint: str
    environment: str
    projectName: str
