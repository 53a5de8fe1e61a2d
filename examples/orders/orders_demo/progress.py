"""Show how far the orders are: one line that is drawn again on a terminal, a plain line now and then everywhere else."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

PLAIN_SECONDS = 1.0
PLAIN_SHARE = 0.1
WIDEST_BAR = 30
_CLEAR_LINE = "\r\x1b[2K"
_HIDE_CURSOR, _SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many orders of each state there are at one moment."""

    total: int
    shipped: int = 0
    rejected: int = 0
    failed: int = 0

    @property
    def ended(self) -> int:
        """Orders that are over, one way or the other."""
        return self.shipped + self.rejected + self.failed

    def words(self) -> str:
        """Say it in one line."""
        return (
            f"{self.ended}/{self.total} orders: {self.shipped} shipped, {self.rejected} rejected, {self.failed} failed"
        )

    def bar(self, width: int) -> str:
        """Draw it, in so many characters."""
        filled = width * self.ended // self.total if self.total else width
        return "█" * filled + "░" * (width - filled)


class Display(Protocol):
    """Somewhere to show progress."""

    def show(self, progress: Progress, seconds: float) -> None:
        """Show the state after so many seconds."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class LiveDisplay:
    """One line with a bar, drawn over itself."""

    def __init__(self, stream: TextIO, columns: int | None = None) -> None:
        self._stream = stream
        self._columns = columns

    def show(self, progress: Progress, seconds: float) -> None:
        """Draw the line anew."""
        columns = self._columns or shutil.get_terminal_size().columns
        self._stream.write(_CLEAR_LINE + live_line(progress, seconds, columns))
        self._stream.flush()

    def __enter__(self) -> Self:
        self._stream.write(_HIDE_CURSOR)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.write(f"{_SHOW_CURSOR}\n")
        self._stream.flush()


class PlainDisplay:
    """A line after each second or each tenth of the orders, whichever comes first, and one at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last: Progress | None = None
        self._last_seconds = 0.0

    def show(self, progress: Progress, seconds: float) -> None:
        """Print a line if one is due."""
        if not self._due(progress, seconds):
            return
        self._last, self._last_seconds = progress, seconds
        self._stream.write(f"{seconds:5.1f} s  {progress.words()}\n")
        self._stream.flush()

    def _due(self, progress: Progress, seconds: float) -> bool:
        if self._last is None:
            return True
        if progress.ended == self._last.ended:
            return False
        if progress.ended == progress.total:
            return True
        step = progress.ended - self._last.ended >= progress.total * PLAIN_SHARE
        return step or seconds - self._last_seconds >= PLAIN_SECONDS

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.flush()


def live_line(progress: Progress, seconds: float, columns: int) -> str:
    """Return the line for a terminal of so many columns; the bar shrinks before the words do."""
    words = f"{progress.words()}  {seconds:.1f} s"
    room = min(columns - len(words) - 3, WIDEST_BAR)
    line = f"{progress.bar(room)}  {words}" if room > 0 else words
    return line[: max(columns - 1, 1)]


def display_for(stream: TextIO, environ: Mapping[str, str]) -> Display:
    """Choose by what the stream is: drawing over a line needs a terminal that understands it."""
    able = stream.isatty() and environ.get("TERM", "") not in ("", "dumb") and _encodes_bars(stream)
    return LiveDisplay(stream) if able else PlainDisplay(stream)


def _encodes_bars(stream: TextIO) -> bool:
    try:
        "█░".encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
