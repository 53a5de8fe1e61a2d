"""The health of all copies, for the one server of their supervisor."""

from __future__ import annotations

import itertools
import queue
import time
from typing import TYPE_CHECKING, Any, Final

from conductor_core.worker._copies import _spec as spec_module

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conductor_core.worker._channel import Message
    from conductor_core.worker._copies._member import Member
    from conductor_core.worker._health._snapshot import Snapshot

# Seconds that a scrape waits for the copies.
_COLLECT_SECONDS: Final = 2.0


class CopiesHealth:
    """Answers for all copies, from what they said last.

    Args:
        members: the copies.
        frozen_after: seconds without any message after which a copy counts as frozen.
        clock: seconds of real time.
    """

    def __init__(
        self, members: Sequence[Member], frozen_after: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.expected = len(members)
        self._members = members
        self._frozen_after = frozen_after
        self._clock = clock
        self._numbers = itertools.count(1)
        self._waiting: dict[int, queue.SimpleQueue[Any]] = {}

    def snapshots(self) -> Sequence[Snapshot]:
        """Return what each copy that runs said last; one that says nothing any more counts as frozen."""
        found = [self._of(member) for member in self._members if member.is_running]
        return [snapshot for snapshot in found if snapshot is not None]

    def collected_metrics(self) -> Sequence[Snapshot]:
        """Ask every copy for its metrics and return those that come in time."""
        number = next(self._numbers)
        answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._waiting[number] = answers
        try:
            asked = sum(member.send({"kind": spec_module.COLLECT, "number": number}) for member in self._members)
            return _received(answers, asked, self._clock() + _COLLECT_SECONDS, self._clock)
        finally:
            self._waiting.pop(number, None)

    def collected(self, message: Message) -> None:
        """Hand a copy's answer to the scrape that asked for it."""
        answers = self._waiting.get(message["number"])
        if answers is not None:
            answers.put(message["collected"])

    def _of(self, member: Member) -> Snapshot | None:
        snapshot, silent = member.snapshot, self._clock() - member.heard_at
        if snapshot is None:
            return None
        extra: Snapshot = {"copy": member.number, "copy_restarts": member.plan.restarts}
        if self._frozen_after and silent >= self._frozen_after:
            extra |= {"frozen": True, "silent_seconds": round(silent, 3)}
        return {**snapshot, **extra}


def _received(answers: queue.SimpleQueue[Any], count: int, end: float, clock: Callable[[], float]) -> list[Snapshot]:
    found: list[Snapshot] = []
    while len(found) < count:
        try:
            found.append(answers.get(timeout=max(0.0, end - clock())))
        except queue.Empty:
            break
    return found
