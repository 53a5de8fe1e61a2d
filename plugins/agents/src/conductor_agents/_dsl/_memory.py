"""What an agent remembers of a conversation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from conductor_agents._dsl._checks import check_at_least

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ConversationMemory:
    """Messages that an agent starts with; each method gives a new memory, so that runs cannot change each other's.

    ::

        memory = ConversationMemory(max_messages=20).user("My name is Ada.").assistant("Hello Ada.")
        agent = Agent("helper", model="openai/gpt-4o", memory=memory)

    Args:
        messages: documents with ``role`` and ``message``, as the server's chat task takes them.
        max_messages: keep the newest so many; messages of the system go last. None keeps all.
    """

    messages: Sequence[Mapping[str, Any]] = ()
    max_messages: int | None = None

    def __post_init__(self) -> None:
        check_at_least("max_messages", self.max_messages, 1)
        object.__setattr__(self, "messages", tuple(_newest(self.messages, self.max_messages)))

    def user(self, text: str) -> ConversationMemory:
        """Add what the person said."""
        return self._with({"role": "user", "message": text})

    def assistant(self, text: str) -> ConversationMemory:
        """Add what the model answered."""
        return self._with({"role": "assistant", "message": text})

    def system(self, text: str) -> ConversationMemory:
        """Add a message of the system."""
        return self._with({"role": "system", "message": text})

    def tool_call(
        self, tool_name: str, arguments: Mapping[str, Any], result: object, *, reference: str | None = None
    ) -> ConversationMemory:
        """Add a call of a tool and its result.

        Args:
            tool_name: the tool.
            arguments: what it was called with.
            result: what it gave; other values than text are written as JSON.
            reference: ties the two together; made of the tool's name when None.
        """
        reference = reference or f"{tool_name}_ref"
        call = {"name": tool_name, "taskReferenceName": reference, "input": dict(arguments)}
        text = result if isinstance(result, str) else json.dumps(result, default=str)
        return self._with(
            {"role": "tool_call", "message": "", "tool_calls": [call]},
            {"role": "tool", "message": text, "toolCallId": reference, "taskReferenceName": reference},
        )

    def document(self) -> Document:
        """Return the memory as the server compiles it."""
        document: Document = {"messages": [dict(message) for message in self.messages]} if self.messages else {}
        return document | ({} if self.max_messages is None else {"maxMessages": self.max_messages})

    def _with(self, *messages: Mapping[str, Any]) -> ConversationMemory:
        return ConversationMemory((*self.messages, *messages), self.max_messages)


def _newest(messages: Iterable[Mapping[str, Any]], limit: int | None) -> list[Mapping[str, Any]]:
    kept = list(messages)
    while limit is not None and len(kept) > limit:
        oldest = next((i for i, message in enumerate(kept) if message.get("role") != "system"), 0)
        del kept[oldest]
        # The result of a call that is forgotten would hang in the air: providers refuse such a conversation.
        while oldest < len(kept) and kept[oldest].get("role") == "tool":
            del kept[oldest]
    return kept
