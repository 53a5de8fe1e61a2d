"""Results on their way to the server: what waits when it is away, and the bound of what may wait in memory."""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from conductor_core.worker._body import encoded

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.settings import Settings
    from conductor_core.worker._polled import JsonObject

logger = logging.getLogger("conductor.worker")

MAX_RESULTS: Final = 10_000
MAX_BYTES: Final = 64 * 1024 * 1024
MAX_DEAD_LETTERS: Final = 1_000
# A type whose results wait stops polling before the bound, since its running tasks will still need room.
_NEARLY: Final = 0.9


@dataclass(slots=True, eq=False)
class Letter:
    """One result, from the end of its task until the server has taken it.

    Attributes:
        task_type: task definition name, so that its runner can stop polling while there is no room.
        document: the body of the update.
        created: when the task ended, in seconds since the epoch.
        size: bytes of the body; 0 until somebody needed to know.
        number: the row it has in a file, if any.
    """

    task_type: str
    document: JsonObject
    created: float = 0.0
    size: int = 0
    number: int | None = None

    @property
    def task_id(self) -> str:
        """The id of the task."""
        return str(self.document.get("taskId", ""))


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A result that the server refuses for good, kept for whoever looks into it."""

    document: JsonObject
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxStatus:
    """How much waits; the figures of health and metrics.

    Attributes:
        results: results that the server has not taken yet.
        bytes: size of their bodies.
        oldest_seconds: age of the oldest one; 0 when there is none.
        dead_letters: results that the server refused for good.
        full: no further result has room, so types with waiting results do not poll.
        file: where results are kept across restarts; None when they are in memory only.
    """

    results: int = 0
    bytes: int = 0
    oldest_seconds: float = 0.0
    dead_letters: int = 0
    full: bool = False
    file: str | None = None


class Outbox(Protocol):
    """Where results wait for the server. One runtime at a time uses one instance."""

    @property
    def look_again_seconds(self) -> float | None:
        """Seconds after which to look for results that others left behind; None when there are no others."""
        ...

    async def open(self, server: str) -> None:
        """Get ready to keep results for one server, given by its URL without credentials."""
        ...

    async def close(self) -> None:
        """Finish writing and let go of what still waits."""
        ...

    def letter(self, task_type: str, document: JsonObject) -> Letter:
        """Make the letter of a result that has just come to be."""
        ...

    async def commit(self, letter: Letter) -> None:
        """Keep a result before its first try, where it outlives this process."""
        ...

    def keep(self, letter: Letter) -> bool:
        """Let a result wait whose tries have failed; False means that there is no room."""
        ...

    def discard(self, letter: Letter) -> None:
        """Forget a result that was taken, or that nobody wants any more."""
        ...

    def bury(self, letter: Letter, reason: str) -> None:
        """Keep a refused result as a dead letter."""
        ...

    async def take(self) -> Letter | None:
        """Return the result that waits longest; it stays here until it is discarded, buried or kept again."""
        ...

    def is_full(self, task_type: str) -> bool:
        """Tell whether this type must not take on further tasks."""
        ...

    def ends_with_process(self) -> int:
        """Return how many waiting results would be gone with this process."""
        ...

    def status(self) -> OutboxStatus:
        """Return how much waits; may be called from any thread."""
        ...


def outbox_for(settings: Settings) -> Outbox:
    """Return the outbox that the settings ask for: in a file when they name one, else in memory."""
    if not settings.outbox_file:
        return MemoryOutbox()
    try:
        from conductor_core.worker._outbox_file import FileOutbox  # noqa: PLC0415 - most processes need no SQLite
    except ImportError as error:  # a Python that was built without SQLite
        logger.error("no outbox file %s, results are in memory only: %s", settings.outbox_file, error)  # noqa: TRY400 - one line
        return MemoryOutbox()
    return FileOutbox(settings.outbox_file)


class MemoryOutbox:
    """An outbox within the process: bounded in number and bytes, gone when the process ends.

    Args:
        max_results: most results kept.
        max_bytes: most bytes kept.
        clock: seconds since the epoch.
    """

    look_again_seconds: float | None = None

    def __init__(
        self, max_results: int = MAX_RESULTS, max_bytes: int = MAX_BYTES, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._max_results = max_results
        self._max_bytes = max_bytes
        self._clock = clock
        self._letters: dict[int, Letter] = {}
        self._types: Counter[str] = Counter()
        self._bytes = 0
        self.dead_letters: deque[DeadLetter] = deque(maxlen=MAX_DEAD_LETTERS)

    async def open(self, server: str) -> None:
        """Do nothing: there is nothing to get ready."""

    async def close(self) -> None:
        """Do nothing: what waits ends with the process, which the stop report counts."""

    def letter(self, task_type: str, document: JsonObject) -> Letter:
        """Make the letter of a result that has just come to be."""
        return Letter(task_type, document)

    async def commit(self, letter: Letter) -> None:
        """Do nothing: memory ends with the process, whenever it was written."""

    def keep(self, letter: Letter) -> bool:
        """Let a result wait; False means that there is no room."""
        if id(letter) in self._letters:
            return True
        letter.size = letter.size or len(encoded(letter.document))
        if len(self._letters) >= self._max_results or self._bytes + letter.size > self._max_bytes:
            return False
        letter.created = letter.created or self._clock()
        self._letters[id(letter)] = letter
        self._types[letter.task_type] += 1
        self._bytes += letter.size
        return True

    def discard(self, letter: Letter) -> None:
        """Forget a result; one that never had to wait is not here."""
        if self._letters.pop(id(letter), None) is None:
            return
        self._types[letter.task_type] -= 1
        self._bytes -= letter.size

    def bury(self, letter: Letter, reason: str) -> None:
        """Keep a refused result as a dead letter."""
        self.discard(letter)
        self.dead_letters.append(DeadLetter(letter.document, reason))

    async def take(self) -> Letter | None:
        """Return the result that waits longest."""
        return next(iter(self._letters.values()), None)

    def is_full(self, task_type: str) -> bool:
        """Tell whether a type with waiting results must stop polling, because the bound is near."""
        return bool(self._types) and self._is_nearly_full() and self._types[task_type] > 0

    def ends_with_process(self) -> int:
        """Return how many results wait: all of them end with the process."""
        return len(self._letters)

    def status(self) -> OutboxStatus:
        """Return how much waits."""
        letters = list(self._letters.values())  # one step, so that another thread may ask
        return OutboxStatus(
            results=len(letters),
            bytes=self._bytes,
            oldest_seconds=max(0.0, self._clock() - letters[0].created) if letters else 0.0,
            dead_letters=len(self.dead_letters),
            full=self._is_nearly_full(),
        )

    def _is_nearly_full(self) -> bool:
        return len(self._letters) >= self._max_results * _NEARLY or self._bytes >= self._max_bytes * _NEARLY

    def __len__(self) -> int:
        return len(self._letters)
