"""Look at a process tree from outside: CPU time, memory and number of processes, from /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process and everything below it used: CPU seconds so far, and memory in MiB now."""

    cpu: float
    rss: float
    pss: float
    processes: int


def tree(pid: int) -> list[int]:
    """Return a process and all its descendants that are alive."""
    found = [pid]
    for current in found:
        for task in Path(f"/proc/{current}/task").glob("*/children"):
            found.extend(int(child) for child in _read(task).split() if int(child) not in found)
    return found


def usage(pid: int) -> Usage:
    """Return the usage of a process tree; ended children count through the parent that reaped them."""
    pids = tree(pid)
    memory = [_memory(current) for current in pids]
    return Usage(
        cpu=sum(_cpu(current) for current in pids),
        rss=sum(rss for rss, _ in memory),
        pss=sum(pss for _, pss in memory),
        processes=len(pids),
    )


def _cpu(pid: int) -> float:
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(int(value) for value in fields[11:15]) / TICK if fields else 0.0


def _memory(pid: int) -> tuple[float, float]:
    values = dict(
        line.split(":", 1) for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines() if line.endswith("kB")
    )
    return tuple(int(values.get(name, "0 kB").split()[0]) / 1024 for name in ("Rss", "Pss"))  # type: ignore[return-value]  # two


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it ended while we looked
        return ""
