"""Whose turn a task is and who works on it, as plain data, without any time or storage of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from conductor_embedded import TaskStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

Document: TypeAlias = dict[str, object]

DEFINITION: Final = "__humanTaskDefinition"
"""The key of a task's input that says what it is to people."""
_MINUTE_MS: Final = 60_000
_STATES: Final = {
    TaskStatus.COMPLETED: "COMPLETED",
    TaskStatus.COMPLETED_WITH_ERRORS: "COMPLETED",
    TaskStatus.TIMED_OUT: "TIMED_OUT",
}
"""State of a task that has ended; one that ended without a person is DELETED."""


def as_object(value: object) -> Document:
    """Return a JSON object as it is, and an empty one for anything else."""
    return cast("Document", value) if isinstance(value, dict) else {}


def as_items(value: object) -> list[object]:
    """Return a list as it is, and an empty one for anything else."""
    return cast("list[object]", value) if isinstance(value, list) else []


def as_objects(value: object) -> list[Document]:
    """Return the JSON objects of a list."""
    return [as_object(cast("object", item)) for item in as_items(value) if isinstance(item, dict)]


def whole(value: object) -> int:
    """Return a whole number, 0 for anything else."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _turns() -> list[Document]:
    return []


@dataclass
class Work:
    """The state of a person's task.

    Attributes:
        turns: assignments, one after the other.
        turn: whose turn it is; behind the last one it is nobody's in particular.
        turn_ends: when the next one's turn begins (epoch milliseconds), None for never.
        claimant: who works on it.
        changed: when it changed last (epoch milliseconds).
        changed_by: who changed it last.
        is_forgotten: whether searches leave it out.
    """

    turns: list[Document] = field(default_factory=_turns)
    turn: int = 0
    turn_ends: int | None = None
    claimant: Document | None = None
    changed: int = 0
    changed_by: str | None = None
    is_forgotten: bool = False

    @classmethod
    def of(cls, extra: Mapping[str, object]) -> Work:
        """Rebuild it from what :meth:`to_extra` gave."""
        ends, claimant, by = extra.get("turnEnds"), extra.get("claimant"), extra.get("changedBy")
        return cls(
            turns=as_objects(extra.get("turns")),
            turn=whole(extra.get("turn")),
            turn_ends=whole(ends) if ends is not None else None,
            claimant=as_object(claimant) if claimant is not None else None,
            changed=whole(extra.get("changed")),
            changed_by=str(by) if by is not None else None,
            is_forgotten=extra.get("forgotten") is True,
        )

    def to_extra(self) -> Document:
        """Return it as a JSON object."""
        return {
            "turns": self.turns,
            "turn": self.turn,
            "turnEnds": self.turn_ends,
            "claimant": self.claimant,
            "changed": self.changed,
            "changedBy": self.changed_by,
            "forgotten": self.is_forgotten,
        }

    @property
    def assignee(self) -> Document | None:
        """Whose turn it is."""
        return as_object(self.turns[self.turn].get("assignee")) if self.turn < len(self.turns) else None

    @property
    def is_out_of_turns(self) -> bool:
        """Whether there were assignees, and the last one's time is over."""
        return bool(self.turns) and self.turn >= len(self.turns)

    def begin(self, turns: list[Document], now_ms: int) -> None:
        """Give the task to the first of these."""
        self.turns, self.claimant = turns, None
        self._take_turn(0, now_ms)

    def next_turn(self, now_ms: int) -> None:
        """Give the task to the next assignee, if it is time for that."""
        self._take_turn(self.turn + 1, now_ms)

    def claim(self, user: Document) -> None:
        """Let somebody work on it; the time of the assignee's turn no longer counts."""
        self.claimant, self.turn_ends = user, None

    def release(self, now_ms: int) -> None:
        """Let nobody work on it; the assignee's turn begins anew."""
        self.claimant = None
        self._take_turn(self.turn, now_ms)

    def state(self, status: TaskStatus) -> str:
        """Return the name of the state, for a workflow's task of this status."""
        if status.is_terminal:
            return _STATES.get(status, "DELETED")
        if self.claimant is not None:
            return "IN_PROGRESS"
        return "PENDING" if self.assignee is None else "ASSIGNED"

    def _take_turn(self, turn: int, now_ms: int) -> None:
        self.turn = turn
        minutes = whole(self.turns[turn].get("slaMinutes")) if turn < len(self.turns) else 0
        self.turn_ends = now_ms + minutes * _MINUTE_MS if minutes > 0 else None


def turns_of(definition: Mapping[str, object]) -> list[Document]:
    """Return the assignments of a definition; a single assignee is one without a limit."""
    turns = [turn for turn in as_objects(definition.get("assignments")) if as_object(turn.get("assignee"))]
    single = as_object(definition.get("assignee"))
    return turns or ([{"assignee": single}] if single else [])
