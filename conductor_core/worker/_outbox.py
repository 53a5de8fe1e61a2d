"""Results that could not be delivered yet: kept, and sent again until the server takes them."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from pydantic_core import to_json

if TYPE_CHECKING:
    from conductor_core.worker._polled import JsonObject

logger = logging.getLogger("conductor.worker")

MAX_RESULTS: Final = 10_000
MAX_BYTES: Final = 64 * 1024 * 1024
MAX_DEAD_LETTERS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Letter:
    """One result waiting for delivery.

    Attributes:
        task_type: task definition name, so that its runner can stop polling while there is no room.
        document: the body of the update.
        size: bytes of the body.
    """

    task_type: str
    document: JsonObject
    size: int

    @property
    def task_id(self) -> str:
        """The id of the task."""
        return str(self.document.get("taskId", ""))


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A result that the server refuses for good, kept for whoever looks into it."""

    document: JsonObject
    reason: str


class Outbox(Protocol):
    """Where undelivered results wait; the order is that of their arrival."""

    def put(self, task_type: str, document: JsonObject) -> bool:
        """Keep a result; False means that there is no room and the result is lost."""
        ...

    def is_full(self, task_type: str) -> bool:
        """Tell whether this type must not take on further tasks."""
        ...

    def oldest(self) -> Letter | None:
        """Return the result that waits longest, without removing it."""
        ...

    def remove(self, letter: Letter) -> None:
        """Forget a result that was delivered or will never be."""
        ...

    def bury(self, document: JsonObject, reason: str) -> None:
        """Keep a refused result as a dead letter."""
        ...

    def __len__(self) -> int:
        """Return how many results wait."""
        ...


class MemoryOutbox:
    """An outbox within the process: bounded in number and bytes, gone when the process ends.

    Args:
        max_results: most results kept.
        max_bytes: most bytes kept.
    """

    def __init__(self, max_results: int = MAX_RESULTS, max_bytes: int = MAX_BYTES) -> None:
        self._max_results = max_results
        self._max_bytes = max_bytes
        self._letters: deque[Letter] = deque()
        self._bytes = 0
        self.dead_letters: deque[DeadLetter] = deque(maxlen=MAX_DEAD_LETTERS)

    def put(self, task_type: str, document: JsonObject) -> bool:
        """Keep a result; False means that there is no room and the result is lost."""
        letter = Letter(task_type, document, len(to_json(document)))
        if len(self._letters) >= self._max_results or self._bytes + letter.size > self._max_bytes:
            return False
        self._letters.append(letter)
        self._bytes += letter.size
        return True

    def is_full(self, task_type: str) -> bool:
        """Tell whether a type with waiting results must stop polling, because the bound is near."""
        if len(self._letters) < self._max_results * 0.9 and self._bytes < self._max_bytes * 0.9:
            return False
        return any(letter.task_type == task_type for letter in self._letters)

    def oldest(self) -> Letter | None:
        """Return the result that waits longest, without removing it."""
        return self._letters[0] if self._letters else None

    def remove(self, letter: Letter) -> None:
        """Forget a result."""
        self._letters.remove(letter)
        self._bytes -= letter.size

    def bury(self, document: JsonObject, reason: str) -> None:
        """Keep a refused result as a dead letter."""
        self.dead_letters.append(DeadLetter(document, reason))

    def __len__(self) -> int:
        return len(self._letters)
