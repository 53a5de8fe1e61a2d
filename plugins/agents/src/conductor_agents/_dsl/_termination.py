"""When an agent stops: conditions that are judged after each turn, and joined by ``&`` and ``|``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from conductor_agents._dsl._checks import check_at_least, check_text
from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conductor_agents._answers import TokenUsage

Document: TypeAlias = dict[str, Any]


def _no_usage() -> TokenUsage:
    from conductor_agents._answers import TokenUsage  # noqa: PLC0415 - loads pydantic

    return TokenUsage()


@dataclass(frozen=True, slots=True)
class Turn:
    """What a condition judges.

    Attributes:
        result: the model's latest answer; the conversation so far where several agents take turns.
        iteration: turns so far; 1 after the first.
        messages: what the model was given, as documents with ``role`` and ``message``.
        usage: gives the tokens used so far; it asks the server, so that only conditions which need it pay for it.
    """

    result: str = ""
    iteration: int = 0
    messages: Sequence[Document] = ()
    usage: Callable[[], TokenUsage] = field(default=_no_usage, repr=False)


class TerminationCondition(ABC):
    """A rule that ends an agent.

    A complete one::

    @dataclass(frozen=True)
    class Polite(TerminationCondition):
        def reason(self, turn: Turn) -> str:
            return "it said goodbye" if "goodbye" in turn.result else ""

        def document(self) -> dict[str, Any]:
            return {"type": "text_mention", "text": "goodbye"}
    """

    __slots__ = ()

    @abstractmethod
    def reason(self, turn: Turn) -> str:
        """Say why the agent shall stop now; an empty text means that it goes on."""

    @abstractmethod
    def document(self) -> Document:
        """Return the condition as the server stores it with the agent."""

    @property
    def needs_usage(self) -> bool:
        """Whether it asks for the tokens used so far."""
        return False

    def __and__(self, other: TerminationCondition) -> TerminationCondition:
        """Stop when both say so."""
        return AllOf((*_parts(AllOf, self), *_parts(AllOf, other)))

    def __or__(self, other: TerminationCondition) -> TerminationCondition:
        """Stop as soon as one says so."""
        return AnyOf((*_parts(AnyOf, self), *_parts(AnyOf, other)))


@dataclass(frozen=True, slots=True)
class TextMentionTermination(TerminationCondition):
    """Stop when the answer contains a text.

    Args:
        text: what to look for.
        case_sensitive: whether upper and lower case differ.
    """

    text: str
    case_sensitive: bool = False

    def __post_init__(self) -> None:
        check_text("text of TextMentionTermination", self.text)

    def reason(self, turn: Turn) -> str:
        """Look for the text."""
        text, result = self.text, turn.result
        if not self.case_sensitive:
            text, result = text.casefold(), result.casefold()
        return f"the answer mentions {self.text!r}" if text in result else ""

    def document(self) -> Document:
        """Return the condition as the server stores it with the agent."""
        return {"type": "text_mention", "text": self.text, "caseSensitive": self.case_sensitive}


@dataclass(frozen=True, slots=True)
class StopMessageTermination(TerminationCondition):
    """Stop when the answer is exactly a message, white space around it aside."""

    stop_message: str = "TERMINATE"

    def __post_init__(self) -> None:
        check_text("stop_message", self.stop_message)

    def reason(self, turn: Turn) -> str:
        """Compare the answer."""
        return f"the answer is {self.stop_message!r}" if turn.result.strip() == self.stop_message else ""

    def document(self) -> Document:
        """Return the condition as the server stores it with the agent."""
        return {"type": "stop_message", "stopMessage": self.stop_message}


@dataclass(frozen=True, slots=True)
class MaxMessageTermination(TerminationCondition):
    """Stop when the conversation has so many messages; where the server sends none along, its turns count."""

    max_messages: int

    def __post_init__(self) -> None:
        check_at_least("max_messages", self.max_messages, 1)

    def reason(self, turn: Turn) -> str:
        """Count messages, or turns."""
        count = len(turn.messages) or turn.iteration
        return f"{count} messages reach the limit of {self.max_messages}" if count >= self.max_messages else ""

    def document(self) -> Document:
        """Return the condition as the server stores it with the agent."""
        return {"type": "max_message", "maxMessages": self.max_messages}


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUsageTermination(TerminationCondition):
    """Stop when a run has used so many tokens.

    The server does not send the usage with the condition's task: the worker asks for it, so that such an agent is run
    by an agent runtime, or by ``workers_of(agent, usage=...)``.
    """

    max_total_tokens: int | None = None
    max_prompt_tokens: int | None = None
    max_completion_tokens: int | None = None

    def __post_init__(self) -> None:
        limits = (self.max_total_tokens, self.max_prompt_tokens, self.max_completion_tokens)
        if limits == (None, None, None):
            raise InvalidArgumentError("TokenUsageTermination needs a limit: max_total_tokens, for instance")
        for limit in limits:
            check_at_least("a limit of tokens", limit, 1)

    @property
    def needs_usage(self) -> bool:
        """Whether it asks for the tokens used so far."""
        return True

    def reason(self, turn: Turn) -> str:
        """Compare what was used with the limits."""
        usage = turn.usage()
        pairs = (
            ("tokens", usage.total_tokens, self.max_total_tokens),
            ("prompt tokens", usage.prompt_tokens, self.max_prompt_tokens),
            ("completion tokens", usage.completion_tokens, self.max_completion_tokens),
        )
        reached = (f"{used} {kind} reach the limit of {limit}" for kind, used, limit in pairs if _reaches(used, limit))
        return next(reached, "")

    def document(self) -> Document:
        """Return the condition as the server stores it with the agent."""
        limits = {
            "maxTotalTokens": self.max_total_tokens,
            "maxPromptTokens": self.max_prompt_tokens,
            "maxCompletionTokens": self.max_completion_tokens,
        }
        return {"type": "token_usage", **{key: limit for key, limit in limits.items() if limit is not None}}


@dataclass(frozen=True, slots=True)
class AllOf(TerminationCondition):
    """Stop when all conditions say so; what ``&`` makes."""

    conditions: tuple[TerminationCondition, ...]

    @property
    def needs_usage(self) -> bool:
        """Whether one of them asks for the tokens used so far."""
        return any(condition.needs_usage for condition in self.conditions)

    def reason(self, turn: Turn) -> str:
        """Join the reasons of all."""
        reasons: list[str] = []
        for condition in self.conditions:
            if not (reason := condition.reason(turn)):
                return ""
            reasons.append(reason)
        return " and ".join(reasons)

    def document(self) -> Document:
        """Return the condition as the server stores it with the agent."""
        return {"type": "and", "conditions": [condition.document() for condition in self.conditions]}


@dataclass(frozen=True, slots=True)
class AnyOf(TerminationCondition):
    """Stop as soon as one condition says so; what ``|`` makes."""

    conditions: tuple[TerminationCondition, ...]

    @property
    def needs_usage(self) -> bool:
        """Whether one of them asks for the tokens used so far."""
        return any(condition.needs_usage for condition in self.conditions)

    def reason(self, turn: Turn) -> str:
        """Return the first reason."""
        return next((reason for condition in self.conditions if (reason := condition.reason(turn))), "")

    def document(self) -> Document:
        """Return the condition as the server stores it with the agent."""
        return {"type": "or", "conditions": [condition.document() for condition in self.conditions]}


def _parts(kind: type[AllOf | AnyOf], condition: TerminationCondition) -> tuple[TerminationCondition, ...]:
    """Take a condition of the same kind apart, so that ``a | b | c`` is one list."""
    return condition.conditions if isinstance(condition, kind) else (condition,)


def _reaches(used: int, limit: int | None) -> bool:
    return limit is not None and used >= limit
