"""How many more tasks one runner may hold; pure counting, no waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Capacity:
    """The slots of one runner.

    A slot is taken when a task arrives and given back when its last update, with all tries and waits, is over.
    A server may send more tasks than were asked for, so ``used`` can exceed ``concurrency``; ``free`` is then
    negative and ``running`` tells how many of the taken slots may execute.

    Args:
        concurrency: tasks that may run at the same time; at least 1.
        on_release: called after each release, so that a full runner wakes up.
    """

    def __init__(self, concurrency: int, on_release: Callable[[], None] = lambda: None) -> None:
        self._concurrency = max(1, concurrency)
        self._on_release = on_release
        self._used = 0
        self._full_noted = False

    @property
    def concurrency(self) -> int:
        """Tasks that may run at the same time."""
        return self._concurrency

    @property
    def used(self) -> int:
        """Tasks between their poll and the end of their last update."""
        return self._used

    @property
    def free(self) -> int:
        """How many tasks the next poll may ask for; zero or less means no poll."""
        return self._concurrency - self._used

    def resize(self, concurrency: int) -> None:
        """Change the limit from the next poll on; running tasks are never cancelled by it."""
        self._concurrency = max(1, concurrency)
        self._on_release()

    def take(self) -> None:
        """Count one task in."""
        self._used += 1

    def release(self) -> None:
        """Count one task out and wake whoever waits for a slot."""
        self._used -= 1
        self._full_noted = False
        self._on_release()

    def note_full(self) -> bool:
        """Return True the first time it is called in a period without a free slot."""
        first = not self._full_noted
        self._full_noted = True
        return first
