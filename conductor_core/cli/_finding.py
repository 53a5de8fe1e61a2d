"""What a command found out, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from conductor_core.cli._table import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Verdict: TypeAlias = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        topic: what it is about, in a word or two.
        verdict: ``problem`` makes the command fail; ``warning`` does not.
        text: what was found.
        remedy: what to do about it; empty when nothing is wrong.
    """

    topic: str
    verdict: Verdict
    text: str
    remedy: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return the fields as plain data, for JSON output."""
        return asdict(self)


def as_text(findings: Sequence[Finding]) -> str:
    """Return a table for people, with the remedies below what they are for."""
    rows: list[tuple[str, str, str]] = []
    for one in findings:
        rows.append((one.verdict, one.topic, one.text))
        if one.remedy:
            rows.append(("", "", f"-> {one.remedy}"))
    return table(("verdict", "topic", "found"), rows)


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return the worst of them."""
    found = {one.verdict for one in findings}
    return "problem" if "problem" in found else "warning" if "warning" in found else "ok"


def summary(findings: Sequence[Finding]) -> str:
    """Return one line that counts them."""
    problems = sum(one.verdict == "problem" for one in findings)
    warnings = sum(one.verdict == "warning" for one in findings)
    if not problems and not warnings:
        return "nothing is wrong"
    return f"{_count(problems, 'problem')}, {_count(warnings, 'warning')}"


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"
