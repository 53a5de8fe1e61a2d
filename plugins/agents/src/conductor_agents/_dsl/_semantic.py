"""Texts that are found again by what they mean."""

from __future__ import annotations

import itertools
import math
import re
import threading
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from conductor_agents._dsl._checks import check_at_least, check_text
from conductor_agents._dsl._tool import ToolDefinition, tool

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class MemoryEntry:
    """One text that is remembered.

    Attributes:
        entry_id: its name in the store.
        content: the text.
        metadata: what else was stored with it.
    """

    entry_id: str
    content: str
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])


class MemoryStore(ABC):
    """Where texts are kept; a vector database behind one of yours, for instance. Threads call it at the same time."""

    @abstractmethod
    def add(self, content: str, metadata: Mapping[str, Any]) -> MemoryEntry:
        """Keep a text and give it a name."""

    @abstractmethod
    def search(self, query: str, limit: int) -> list[MemoryEntry]:
        """Return texts that fit, the best first, at most ``limit``."""

    @abstractmethod
    def delete(self, entry_id: str) -> bool:
        """Forget a text, and tell whether it was there."""

    @abstractmethod
    def clear(self) -> None:
        """Forget everything."""

    @abstractmethod
    def entries(self) -> list[MemoryEntry]:
        """Return all texts, the oldest first."""


class InMemoryStore(MemoryStore):
    """Keeps texts in this process.

    Without ``embed`` texts are alike that share words, rare ones more than common ones; with it, by the angle of their
    vectors.

    Args:
        embed: makes a vector of a text.
    """

    def __init__(self, embed: Callable[[str], Sequence[float]] | None = None) -> None:
        self._embed = embed
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._kept: dict[str, tuple[MemoryEntry, Sequence[float], Counter[str]]] = {}

    def add(self, content: str, metadata: Mapping[str, Any]) -> MemoryEntry:
        """Keep a text and give it a name."""
        vector = () if self._embed is None else self._embed(content)
        with self._lock:
            entry = MemoryEntry(f"memory-{next(self._numbers)}", content, dict(metadata))
            self._kept[entry.entry_id] = (entry, vector, _words(content))
        return entry

    def search(self, query: str, limit: int) -> list[MemoryEntry]:
        """Return texts that fit, the best first, at most ``limit``."""
        vector = None if self._embed is None else self._embed(query)
        with self._lock:
            kept = list(self._kept.values())
        if vector is not None:
            scored = [(_cosine(vector, own), entry) for entry, own, _ in kept]
        else:
            spread = Counter(word for _, _, words in kept for word in words)
            asked = _words(query)
            scored = [(_shared(asked, words, spread, len(kept)), entry) for entry, _, words in kept]
        best = sorted(((score, entry) for score, entry in scored if score > 0), key=lambda pair: -pair[0])
        return [entry for _, entry in best[:limit]]

    def delete(self, entry_id: str) -> bool:
        """Forget a text, and tell whether it was there."""
        with self._lock:
            return self._kept.pop(entry_id, None) is not None

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def entries(self) -> list[MemoryEntry]:
        """Return all texts, the oldest first."""
        with self._lock:
            return [entry for entry, _, _ in self._kept.values()]


class SemanticMemory:
    """What an agent knows beyond one conversation: texts that it stores and finds by tools.

    ::

        memory = SemanticMemory()
        memory.add("Ada prefers tea.")
        agent = Agent("helper", model="openai/gpt-4o", tools=[*memory.tools()])

    Args:
        store: where texts are kept; this process when None.
        max_results: most texts of one search.
    """

    def __init__(self, store: MemoryStore | None = None, *, max_results: int = 5) -> None:
        check_at_least("max_results", max_results, 1)
        self.store: MemoryStore = InMemoryStore() if store is None else store
        self.max_results = max_results

    def add(self, content: str, metadata: Mapping[str, Any] | None = None) -> MemoryEntry:
        """Remember a text.

        Raises:
            InvalidArgumentError: the text is empty.
        """
        check_text("what is remembered", content)
        return self.store.add(content, metadata or {})

    def search(self, query: str, limit: int | None = None) -> list[MemoryEntry]:
        """Return what fits a question, the best first."""
        return self.store.search(query, self.max_results if limit is None else limit)

    def context(self, query: str) -> str:
        """Return what fits a question as a list for a prompt; an empty text when nothing does."""
        found = self.search(query)
        return "\n".join(["What is remembered:", *(f"- {entry.content}" for entry in found)]) if found else ""

    def tools(self, prefix: str = "") -> list[ToolDefinition]:
        """Return tools by which a model remembers and recalls.

        Args:
            prefix: begins their names, which an agent with two memories needs.
        """

        def remember(text: str) -> str:
            return f"remembered as {self.add(text).entry_id}"

        def recall(question: str) -> list[str]:
            return [entry.content for entry in self.search(question)]

        return [
            tool(name=f"{prefix}remember", description="Remember a text for later conversations.")(remember).definition,
            tool(name=f"{prefix}recall", description="Find remembered texts that fit a question.")(recall).definition,
        ]


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def _shared(asked: Counter[str], words: Counter[str], spread: Counter[str], texts: int) -> float:
    """Weigh the words that both have: one that few texts have says more (inverse document frequency)."""
    common = asked.keys() & words.keys()
    return sum(math.log(1 + texts / spread[word]) for word in common) / math.sqrt(1 + len(words))


def _cosine(left: Sequence[float], right: Sequence[float]) -> float:
    length = math.hypot(*left) * math.hypot(*right)
    return sum(a * b for a, b in zip(left, right, strict=True)) / length if length else 0.0
