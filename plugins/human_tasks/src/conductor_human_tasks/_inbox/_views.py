"""What is printed: tasks as lines of a terminal. Nothing that a server sends reaches the terminal's control codes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conductor_human_tasks.models import HumanTaskEntry, HumanTaskUser

_HEAD: Final = ("#", "task", "workflow", "state", "assignee", "claimant", "since")
_HIDDEN: Final = "__"
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def plain(text: object) -> str:
    """Return a text as one line without control characters."""
    return "".join(sign if sign.isprintable() else " " for sign in str(text))


def inbox(entries: Sequence[HumanTaskEntry], now: datetime) -> Iterator[str]:
    """Yield a table of tasks."""
    rows = [
        (
            str(number),
            entry.display_name or entry.task_ref_name or "-",
            entry.workflow_name or "-",
            str(entry.state),
            name_of(entry.assignee),
            name_of(entry.claimant),
            age(entry.created_on, now),
        )
        for number, entry in enumerate(entries, start=1)
    ]
    lines = [tuple(head.upper() for head in _HEAD), *(tuple(map(plain, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def task(entry: HumanTaskEntry) -> Iterator[str]:
    """Yield what is known about a task."""
    yield plain(entry.display_name or entry.task_ref_name or entry.task_id)
    facts = {
        "id": entry.task_id,
        "state": entry.state,
        "workflow": f"{entry.workflow_name or '-'} ({entry.workflow_id or '-'})",
        "assignee": name_of(entry.assignee),
        "claimant": name_of(entry.claimant),
    }
    yield from (f"  {label}: {plain(value)}" for label, value in facts.items())
    yield from _values("input", {key: value for key, value in entry.input.items() if not key.startswith(_HIDDEN)})
    yield from _values("output", entry.output)


def name_of(user: HumanTaskUser | None) -> str:
    """Return a person's or group's name."""
    return "-" if user is None or not user.user else user.user


def age(since_ms: int | None, now: datetime) -> str:
    """Return how long ago something was, in the largest unit that fits."""
    if not since_ms:
        return "-"
    seconds = max(0, int((now - datetime.fromtimestamp(since_ms / 1000, tz=UTC)).total_seconds()))
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= size), _UNITS[-1])
    return f"{seconds // size} {unit}"


def _values(title: str, values: dict[str, object]) -> Iterator[str]:
    if values:
        yield f"  {title}:"
    for key, value in values.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield f"    {plain(key)}: {plain(text)}"
