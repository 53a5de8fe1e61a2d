"""The environment variables of workers: every form of their names, and how their text is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

THREAD: Final = "thread"
PROCESS: Final = "process"
_TRUE: Final = frozenset({"true", "1", "yes", "on"})
# The suffixes that name one option, the preferred one first.
SUFFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    "poll_interval": ("poll_interval", "polling_interval"),
    "concurrency": ("concurrency", "thread_count"),
}


def parse_flag(text: str) -> bool:
    """Read a switch: true, 1, yes and on in any case are true, everything else is false."""
    return text.strip().lower() in _TRUE


def parse_integer(text: str) -> int:
    """Read a whole number.

    Raises:
        ValueError: the text is none.
    """
    return int(text.strip())


def parse_number(text: str) -> float:
    """Read a finite number.

    Raises:
        ValueError: the text is none.
    """
    number = float(text.strip())
    if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124 - only NaN differs from itself
        raise ValueError(f"{text!r} is not a finite number")
    return number


def parse_text(text: str) -> str:
    """Read text without the white space around it."""
    return text.strip()


def parse_isolation(text: str) -> str:
    """Read where a worker function runs.

    Raises:
        ValueError: the text is neither ``thread`` nor ``process``.
    """
    name = text.strip().lower()
    if name not in {THREAD, PROCESS}:
        raise ValueError(f"isolation must be 'thread' or 'process', got {text!r}")
    return name


@dataclass(frozen=True, slots=True)
class Level:
    """The variables of one rank that are set for one option, the name of highest rank first."""

    found: tuple[tuple[str, str], ...]

    @property
    def disagreement(self) -> str | None:
        """Return a message when several names are set to different values."""
        if len({text.strip() for _, text in self.found}) < 2:  # noqa: PLR2004 - two values are needed to disagree
            return None
        names = ", ".join(name for name, _ in self.found)
        return f"{names} are set to different values: {self.found[0][0]} counts, unset the others"


class Variables:
    """Finds the variables of one worker; empty ones count as unset.

    Args:
        worker: task definition name; ``-`` and ``.`` in it may be written as ``_``.
        environ: the environment, passed in so that nothing is read behind anybody's back.
    """

    def __init__(self, worker: str, environ: Mapping[str, str]) -> None:
        self._environ = environ
        names = dict.fromkeys((worker, worker.replace("-", "_").replace(".", "_")))
        self._names = tuple(names)

    def levels(self, option: str) -> Iterator[Level]:
        """Yield the worker's own level, then the global one."""
        suffixes = SUFFIXES.get(option, (option,))
        yield self._level(name for suffix in suffixes for name in self._own(suffix))
        yield self._level(name for suffix in suffixes for name in _shared(suffix))

    def _own(self, suffix: str) -> Iterator[str]:
        for name in self._names:
            yield f"CONDUCTOR_WORKER_{name.upper()}_{suffix.upper()}"
        for name in self._names:
            yield f"conductor.worker.{name}.{suffix}"
            yield f"conductor_worker_{name}_{suffix}"
            yield f"CONDUCTOR_WORKER_{name}_{suffix.upper()}"

    def _level(self, names: Iterator[str]) -> Level:
        environ = self._environ
        return Level(tuple((name, environ[name]) for name in dict.fromkeys(names) if environ.get(name, "").strip()))


def _shared(suffix: str) -> Iterator[str]:
    yield f"CONDUCTOR_WORKER_ALL_{suffix.upper()}"
    yield f"conductor.worker.all.{suffix}"
    yield f"conductor_worker_all_{suffix}"
    yield f"conductor_worker_{suffix}"
    yield f"CONDUCTOR_WORKER_{suffix.upper()}"
