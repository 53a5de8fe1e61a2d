"""What distributions say about themselves in their metadata, where a line of help must not cost an import."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import Distribution

_LONGEST = 100


def summaries(group: str, names: Iterable[str]) -> dict[str, str]:
    """Return the distribution and its summary for names that a group offers; those that nobody offers are left out.

    Args:
        group: of entry points.
        names: of entry points in it.
    """
    from importlib.metadata import distributions  # noqa: PLC0415 - only for plugins of others

    wanted, found = set(names), dict[str, str]()
    for distribution in distributions():
        # Looked at as text first: parsing the entry points of every distribution would cost ten times as much.
        if not wanted or f"[{group}]" not in (distribution.read_text("entry_points.txt") or ""):
            continue
        offered = wanted & {entry.name for entry in distribution.entry_points.select(group=group)}
        found.update(dict.fromkeys(offered, _line(distribution)) if offered else {})
        wanted -= offered
    return found


def _line(distribution: Distribution) -> str:
    summary = " ".join((distribution.metadata.get_all("Summary") or [""])[0].split())
    text = ": ".join(part for part in (distribution.metadata["Name"], summary) if part)
    shown = "".join(letter for letter in text if letter.isprintable())  # a terminal obeys some of the others
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 3]}..."
