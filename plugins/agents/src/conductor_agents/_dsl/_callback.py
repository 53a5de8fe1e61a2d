"""What is told of an agent's life: callbacks before and after agent, model and tool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class CallbackEvent:
    """What a callback is told.

    Attributes:
        position: ``before_agent``, ``after_agent``, ``before_model``, ``after_model``, ``before_tool``, ``after_tool``.
        agent_name: whose life it is.
        llm_result: the model's latest answer; None before the first.
        tool_calls: the tools that the model wants to call, as documents.
    """

    position: str
    agent_name: str
    llm_result: Any = None
    tool_calls: Sequence[Mapping[str, Any]] = ()


class CallbackHandler:
    """Base of callbacks; override what you want to be told of, as ``def`` or ``async def``.

    They watch: the server does not use what they return, and one that raises is written to the log of its task while
    the agent goes on. Each overridden method costs one task per turn::

        class Watch(CallbackHandler):
            def on_tool_start(self, event: CallbackEvent) -> None:
                print([call["name"] for call in event.tool_calls])
    """

    def on_agent_start(self, event: CallbackEvent) -> object:
        """Before the agent begins."""

    def on_agent_end(self, event: CallbackEvent) -> object:
        """After it has ended."""

    def on_model_start(self, event: CallbackEvent) -> object:
        """Before each call of the model."""

    def on_model_end(self, event: CallbackEvent) -> object:
        """After each call of the model."""

    def on_tool_start(self, event: CallbackEvent) -> object:
        """Before the tools of a turn run."""

    def on_tool_end(self, event: CallbackEvent) -> object:
        """After the tools of a turn have run."""


METHODS: Final[Mapping[str, str]] = {
    "before_agent": "on_agent_start",
    "after_agent": "on_agent_end",
    "before_model": "on_model_start",
    "after_model": "on_model_end",
    "before_tool": "on_tool_start",
    "after_tool": "on_tool_end",
}
"""The method of each position."""


def listening(handlers: Sequence[CallbackHandler], position: str) -> list[CallbackHandler]:
    """Return the handlers that override the method of a position, in order."""
    method = METHODS[position]
    return [h for h in handlers if getattr(type(h), method) is not getattr(CallbackHandler, method)]
