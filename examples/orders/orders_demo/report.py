"""The report at the end: tables of plain text from results, without any I/O."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders_demo.outcomes import Kind, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_FAILURES = 40


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one order.

    Attributes:
        order_id: the order, as the file names it.
        workflow_id: its execution.
        demanded: the outcome that the file demands.
        shown: the outcome that the execution shows.
        seconds: from its start to its end.
    """

    order_id: str
    workflow_id: str
    demanded: Outcome
    shown: Outcome
    seconds: float


def outcome_table(results: Sequence[Result]) -> str:
    """Count the outcomes, beside what the file demands."""
    found = Counter(result.shown.kind for result in results)
    wanted = Counter(result.demanded.kind for result in results)
    rows = [[kind.value, str(found[kind]), str(wanted[kind])] for kind in Kind if found[kind] or wanted[kind]]
    rows.append(["all", str(len(results)), str(len(results))])
    return table(["outcome", "orders", "demanded"], rows)


def failure_table(results: Sequence[Result]) -> str:
    """List the orders that were not shipped, with their reasons; empty when there are none."""
    failures = [result for result in results if result.shown.kind not in (Kind.SHIPPED, Kind.SHIPPED_AFTER_RETRY)]
    rows = [[result.order_id, result.shown.kind.value, result.shown.reason] for result in failures[:MOST_FAILURES]]
    if len(failures) > MOST_FAILURES:
        rows.append(["...", "", f"and {len(failures) - MOST_FAILURES} more"])
    return table(["order", "outcome", "reason"], rows) if rows else ""


def times_line(results: Sequence[Result], total_seconds: float) -> str:
    """Say how long it took: all orders together, and one order in the middle and in the worst twentieth."""
    seconds = sorted(result.seconds for result in results)
    per_second = len(results) / total_seconds if total_seconds > 0 else 0.0
    return (
        f"{len(results)} orders in {total_seconds:.1f} s ({per_second:.0f}/s); "
        f"one order: p50 {percentile(seconds, 0.5) * 1000:.0f} ms, p95 {percentile(seconds, 0.95) * 1000:.0f} ms"
    )


def surprises(results: Sequence[Result]) -> list[str]:
    """Say which orders ended otherwise than the file demands; none should."""
    return [
        f"order {result.order_id} ({result.workflow_id}): demanded {_text(result.demanded)}, got {_text(result.shown)}"
        for result in results
        if result.shown != result.demanded
    ]


def _text(outcome: Outcome) -> str:
    return f"{outcome.kind.value} ({outcome.reason})" if outcome.reason else outcome.kind.value


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of an ascending sequence does not exceed; 0 for none."""
    if not ordered:
        return 0.0
    index = -int(-share * len(ordered) // 1) - 1
    return ordered[min(max(index, 0), len(ordered) - 1)]


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out text in columns; a column of numbers stands to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows, strict=True)]
    numeric = [all(row[column].isdecimal() for row in rows) for column in range(len(header))]
    rule = ["-" * width for width in widths]

    def line(cells: Sequence[str]) -> str:
        laid = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, numeric, strict=True)
        ]
        return "  ".join(laid).rstrip()

    return "\n".join(line(cells) for cells in (header, rule, *rows))
