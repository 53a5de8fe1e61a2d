"""When one agent of a swarm gives the conversation to another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from conductor_agents._dsl._checks import check_name, check_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HandoffTurn:
    """What the function of a hand-off judges.

    Attributes:
        result: the last answer.
        conversation: the conversation so far.
        active_agent: index of the agent that spoke, as text.
        state: what tools of the run have put into its state.
        tool_results: results of the last turn's tools, as documents.
    """

    result: str = ""
    conversation: str = ""
    active_agent: str = "0"
    state: Mapping[str, Any] = field(default_factory=dict[str, Any])
    tool_results: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff(ABC):
    """When an agent gives the conversation to another; take one of its kinds.

    Args:
        target: the agent to give the conversation to.
    """

    target: str

    def __post_init__(self) -> None:
        check_name("the target of a hand-off", self.target)

    @abstractmethod
    def document(self, agent_name: str) -> Document:
        """Return the hand-off as the server compiles it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnToolResult(Handoff):
    """Hand off after a tool was called; the server decides.

    Args:
        target: the agent to give the conversation to.
        tool_name: the tool.
        result_contains: only when its result contains this text, in any case; None takes any result.
    """

    tool_name: str
    result_contains: str | None = None

    def __post_init__(self) -> None:
        Handoff.__post_init__(self)
        check_name("the tool of a hand-off", self.tool_name)

    def document(self, agent_name: str) -> Document:  # noqa: ARG002 - the same question to all kinds
        """Return the hand-off as the server compiles it."""
        document: Document = {"target": self.target, "type": "on_tool_result", "toolName": self.tool_name}
        return document | ({} if self.result_contains is None else {"resultContains": self.result_contains})


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTextMention(Handoff):
    """Hand off when the answer contains a text, in any case; the server decides.

    Args:
        target: the agent to give the conversation to.
        text: what to look for.
    """

    text: str

    def __post_init__(self) -> None:
        Handoff.__post_init__(self)
        check_text("text of OnTextMention", self.text)

    def document(self, agent_name: str) -> Document:  # noqa: ARG002 - the same question to all kinds
        """Return the hand-off as the server compiles it."""
        return {"target": self.target, "type": "on_text_mention", "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCondition(Handoff):
    """Hand off when a function of yours says so; it runs as a worker.

    Args:
        target: the agent to give the conversation to.
        condition: takes the turn, and says whether to hand off.
    """

    condition: Callable[[HandoffTurn], bool]

    def task_name(self, agent_name: str) -> str:
        """Return the name of the task that asks the function."""
        return f"{agent_name}_handoff_{self.target}"

    def document(self, agent_name: str) -> Document:
        """Return the hand-off as the server compiles it."""
        return {"target": self.target, "type": "on_condition", "taskName": self.task_name(agent_name)}
