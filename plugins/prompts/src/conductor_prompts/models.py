"""Documents of the prompt client. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from conductor_core.models import ConductorModel, MessageTemplate, Tag

__all__ = ["MessageTemplate", "PromptTemplateTestRequest", "Tag"]


class PromptTemplateTestRequest(ConductorModel):
    """A prompt to try, with values for its variables and a model to ask."""

    prompt: str
    """Text of the template, with variables like ``${name}``."""
    prompt_variables: dict[str, Any] = Field(default_factory=dict)
    llm_provider: str | None = None
    """Name of the provider, as integrations call it."""
    model: str | None = None
    temperature: float | None = None
    """Randomness of the answer, from 0."""
    top_p: float | None = None
    """Share of the probability that words are drawn from, up to 1."""
    stop_words: list[str] | None = None
    """Words that end the answer."""
