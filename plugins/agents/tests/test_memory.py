"""What agents remember: messages of a conversation, and texts that are found again."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_agents import (
    ConversationMemory,
    InMemoryStore,
    MemoryEntry,
    MemoryStore,
    SemanticMemory,
    agent_document,
)
from conductor_core.errors import InvalidArgumentError
from tests._support.agent_worker import work
from tests._support.agents import plain


def test_each_message_gives_a_new_memory() -> None:
    empty = ConversationMemory()
    full = empty.system("Be kind.").user("hi").assistant("hello").tool_call("add", {"a": 1}, {"sum": 3})
    assert empty.messages == ()
    assert [message["role"] for message in full.messages] == ["system", "user", "assistant", "tool_call", "tool"]
    assert full.messages[3]["tool_calls"] == [{"name": "add", "taskReferenceName": "add_ref", "input": {"a": 1}}]
    assert (full.messages[4]["toolCallId"], full.messages[4]["message"]) == ("add_ref", '{"sum": 3}')


def test_old_messages_go_first_and_those_of_the_system_last() -> None:
    memory = ConversationMemory(max_messages=2).system("Be kind.").user("one").assistant("two").user("three")
    assert [message["message"] for message in memory.messages] == ["Be kind.", "three"]
    assert memory.document() == {"messages": list(memory.messages), "maxMessages": 2}


def test_the_result_of_a_forgotten_call_is_forgotten_too() -> None:
    memory = ConversationMemory(max_messages=2).tool_call("add", {"a": 1}, "3").user("and now?")
    assert [message["role"] for message in memory.messages] == ["user"]


def test_memory_is_part_of_the_document() -> None:
    assert agent_document(plain("x", memory=ConversationMemory().user("hi")))["memory"] == {
        "messages": [{"role": "user", "message": "hi"}]
    }
    with pytest.raises(InvalidArgumentError, match="max_messages must be at least 1, got 0"):
        ConversationMemory(max_messages=0)


def test_texts_are_found_by_the_words_they_share() -> None:
    memory = SemanticMemory(max_results=2)
    for text in ("Ada prefers green tea.", "The office is in Oslo.", "Ada works in Oslo.", "The cat is grey."):
        memory.add(text)
    assert [entry.content for entry in memory.search("Which tea does Ada like?")] == [
        "Ada prefers green tea.",
        "Ada works in Oslo.",
    ]
    assert memory.search("quantum") == []
    assert memory.context("tea") == "What is remembered:\n- Ada prefers green tea."
    assert memory.context("quantum") == ""


def test_texts_are_found_by_their_vectors() -> None:
    vectors = {"cat": [1.0, 0.0], "kitten": [0.9, 0.1], "car": [0.0, 1.0], "nothing": [0.0, 0.0]}
    memory = SemanticMemory(InMemoryStore(embed=vectors.__getitem__))
    for text in ("car", "kitten", "nothing"):
        memory.add(text)
    assert [entry.content for entry in memory.search("cat", 1)] == ["kitten"]


def test_texts_are_listed_and_forgotten() -> None:
    memory = SemanticMemory()
    entry = memory.add("one", {"by": "Ada"})
    memory.add("two")
    assert memory.store.entries()[0] == MemoryEntry(entry.entry_id, "one", {"by": "Ada"})
    assert (memory.store.delete(entry.entry_id), memory.store.delete(entry.entry_id)) == (True, False)
    memory.store.clear()
    assert memory.store.entries() == []
    with pytest.raises(InvalidArgumentError, match="what is remembered must not be empty"):
        memory.add(" ")


async def test_a_model_remembers_by_tools() -> None:
    memory = SemanticMemory()
    agent = plain("x", tools=[*memory.tools("note_")])
    remembered = await work(agent, "note_remember", {"text": "Ada prefers tea."})
    assert remembered["outputData"] == {"result": "remembered as memory-1"}
    recalled = await work(agent, "note_recall", {"question": "tea?"})
    assert recalled["outputData"] == {"result": ["Ada prefers tea."]}


def test_a_store_of_one_s_own_is_asked() -> None:
    class Shelf(MemoryStore):
        def __init__(self) -> None:
            self.kept: list[MemoryEntry] = []

        def add(self, content: str, metadata: Any) -> MemoryEntry:
            self.kept.append(MemoryEntry(str(len(self.kept)), content, metadata))
            return self.kept[-1]

        def search(self, query: str, limit: int) -> list[MemoryEntry]:
            return [entry for entry in self.kept if query in entry.content][:limit]

        def delete(self, entry_id: str) -> bool:
            return bool(entry_id)

        def clear(self) -> None:
            self.kept.clear()

        def entries(self) -> list[MemoryEntry]:
            return self.kept

    memory = SemanticMemory(Shelf())
    memory.add("abc")
    assert [entry.content for entry in memory.search("b")] == ["abc"]
