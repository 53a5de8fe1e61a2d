"""Rows as text columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Yield a header and rows as lines with aligned columns; None is shown as ``-``."""
    cells = [[one_line(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    for row in [list(header), *cells]:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def one_line(value: object) -> str:
    """Return a value as text without line breaks."""
    return "-" if value is None or value == "" else " ".join(str(value).split())
