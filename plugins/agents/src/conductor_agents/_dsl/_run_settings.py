"""Settings of one run: what it does otherwise than the agent says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from conductor_agents._dsl._checks import check_at_least, check_choice, check_text

Document: TypeAlias = dict[str, Any]

REASONING_EFFORTS: Final = ("minimal", "low", "medium", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """What one run changes; None leaves what the agent says.

    They hold for the agent that is run, not for its sub-agents, which keep their own.

    Args:
        model: another model, as ``provider/model``.
        temperature: how freely the model answers.
        max_tokens: most tokens of one answer.
        reasoning_effort: ``minimal``, ``low``, ``medium`` or ``high``.
        thinking_budget_tokens: tokens for thinking before the answer.
    """

    model: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    reasoning_effort: str | None = None
    thinking_budget_tokens: int | None = None

    def __post_init__(self) -> None:
        if self.model is not None:
            check_text("model", self.model)
        check_model_options(self.temperature, self.max_tokens, self.reasoning_effort, self.thinking_budget_tokens)

    def document(self) -> Document:
        """Return what replaces entries of the agent's document."""
        return model_options(self.temperature, self.max_tokens, self.reasoning_effort, self.thinking_budget_tokens) | (
            {} if self.model is None else {"model": self.model}
        )


def check_model_options(
    temperature: float | None, max_tokens: int | None, reasoning_effort: str | None, thinking_budget_tokens: int | None
) -> None:
    """Refuse options that no model takes.

    Raises:
        InvalidArgumentError: one is out of range.
    """
    check_at_least("temperature", temperature, 0)
    check_at_least("max_tokens", max_tokens, 1)
    check_at_least("thinking_budget_tokens", thinking_budget_tokens, 1)
    if reasoning_effort is not None:
        check_choice("reasoning_effort", reasoning_effort, REASONING_EFFORTS)


def model_options(
    temperature: float | None, max_tokens: int | None, reasoning_effort: str | None, thinking_budget_tokens: int | None
) -> Document:
    """Return those options that are given, as the server calls them."""
    thinking = None
    if thinking_budget_tokens is not None:
        thinking = {"enabled": True, "budgetTokens": thinking_budget_tokens}
    options = {
        "temperature": temperature,
        "maxTokens": max_tokens,
        "reasoningEffort": reasoning_effort,
        "thinkingConfig": thinking,
    }
    return {key: value for key, value in options.items() if value is not None}
