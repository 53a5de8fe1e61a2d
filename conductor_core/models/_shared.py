"""Documents that several domains have in common: tags, pages of a search, answers about many things, prompts."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import Field

from conductor_core.models._base import ConductorModel

M = TypeVar("M")


class Tag(ConductorModel):
    """A label of a definition, a secret, a user's thing: rights and searches may go by it."""

    key: str
    value: str
    type: str | None = None
    """Deprecated by servers, which take every tag as METADATA."""


class SearchResult(ConductorModel, Generic[M]):
    """One page of a search."""

    total_hits: int = 0
    """Hits on all pages."""
    results: list[M] = []  # noqa: RUF012 - pydantic gives each model a list of its own
    query_id: str | None = None


class BulkResponse(ConductorModel):
    """What became of each part of a request that names several things."""

    bulk_error_results: dict[str, str] = Field(default_factory=dict)
    """Message of each part that failed."""
    bulk_successful_results: list[str] = Field(default_factory=list)


class MessageTemplate(ConductorModel):
    """A prompt: text for a language model with variables to fill in."""

    name: str = ""
    version: int | None = None
    template: str | None = None
    """The text, with variables like ``${name}``."""
    variables: list[str] | None = None
    """Names of the variables in the text."""
    integrations: list[str] | None = None
    """Models that may use it, written ``provider:model``."""
    description: str | None = None
    tags: list[Tag] | None = None
    owner_app: str | None = None
    create_time: int | None = None
    """Epoch milliseconds."""
    update_time: int | None = None
    """Epoch milliseconds."""
    created_by: str | None = None
    updated_by: str | None = None
