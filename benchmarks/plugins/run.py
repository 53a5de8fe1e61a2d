"""What plugins cost: installed and unused ones at the start, and listeners at each event.

The figures of the start are CPU time of whole processes, runs with and without 20 idle plugins in turn, the least of
many; once with the cache of entry points that stevedore keeps below the home folder, and once without it, as in a
container that lives for one command. The figures of events are those of this process: the least of many batches, less
an empty loop. Exits with 1 when a figure is above its limit.

``python -m benchmarks.plugins.run [--rounds 20] [--json]``
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.startup.run import IDLE_PLUGINS, add_idle_plugins, run_once
from conductor_core import Plugins, Settings
from conductor_core.events import TaskExecutionCompleted
from conductor_core.worker._notify import TASK_EXECUTION_COMPLETED, Notifier
from tools.distributions import ROOT, distributions
from tools.fresh import build_wheels, make, third_party_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ROUNDS = 20
BATCHES = 50
EVENTS = 2000
LISTENERS = 5
HELP = "import sys; from conductor_core.cli import main; sys.exit(main(['--help']))"
CLIENT = "from conductor_core import Conductor, Settings; Conductor(Settings()).close()"
EVENT = TaskExecutionCompleted(
    task_type="charge",
    task_id="t-1",
    worker_id="w-1",
    workflow_instance_id="wf-1",
    duration_ms=1.0,
    output_size_bytes=2,
)


@dataclass(frozen=True)
class Measured:
    """One figure with its limit."""

    name: str
    found: float
    limit: float
    unit: str

    @property
    def passed(self) -> bool:
        """Whether it is below its limit."""
        return self.found < self.limit


class Quiet:
    """Does nothing with an event."""

    def on_task_execution_completed(self, event: TaskExecutionCompleted) -> None:
        """Listen."""


class QuietLater:
    """Does nothing with an event, on the loop."""

    async def on_task_execution_completed(self, event: TaskExecutionCompleted) -> None:
        """Listen."""


def start_figures(rounds: int, folder: Path) -> list[Measured]:
    """Compare a plain environment with one that holds idle plugins."""
    everything = distributions()
    wheels = build_wheels([item.folder for item in everything], folder / "wheels")
    needed = third_party_of(everything)
    plain, crowded = (make(folder / name, wheels=wheels, third_party=needed) for name in ("plain", "crowded"))
    add_idle_plugins(crowded)
    found: list[Measured] = []
    for cache in (True, False):
        how = "" if cache else ", without stevedore's cache"
        place = folder / ("cache" if cache else "no-cache")
        os.environ["XDG_CACHE_HOME"] = str(place)
        _forbid_cache(place / "python-entrypoints", forbidden=not cache)
        for name, words in (("conductor --help", ("-c", HELP)), ("a client", ("-c", CLIENT))):
            spent = _difference((str(plain), *words), (str(crowded), *words), rounds, folder)
            if name == "conductor --help":
                found.append(Measured(f"{IDLE_PLUGINS} idle plugins, {name}{how}", spent, 10, "ms"))
            found.append(Measured(f"one idle plugin, {name}{how}", spent / IDLE_PLUGINS, 2, "ms"))
    return found


def _forbid_cache(folder: Path, *, forbidden: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if forbidden:
        (folder / ".disable").touch()


def _difference(plain: tuple[str, ...], crowded: tuple[str, ...], rounds: int, folder: Path) -> float:
    runs: dict[tuple[str, ...], list[float]] = {plain: [], crowded: []}
    for number in range(rounds + 1):
        for command, kept in runs.items():
            spent = run_once(command, folder).milliseconds
            if number:  # the first one fills caches
                kept.append(spent)
    return min(runs[crowded]) - min(runs[plain])


async def event_figures() -> list[Measured]:
    """Measure the look whether anybody listens, and telling five listeners."""
    nobody = Notifier(Plugins.from_settings(Settings(load_plugins=(), disabled_plugins=("logging",))).listeners())

    async def looks() -> None:
        listens = nobody.listens
        for _ in range(EVENTS):
            if listens(TASK_EXECUTION_COMPLETED):
                await nobody.emit(EVENT)

    found = [Measured("an event that nobody listens to", await _least(looks), 0.1, "us")]
    for kind in (Quiet, QuietLater):
        notifier = _with_listeners(kind)

        async def tells(notifier: Notifier = notifier) -> None:
            for _ in range(EVENTS):
                if notifier.listens(TASK_EXECUTION_COMPLETED):
                    await notifier.emit(EVENT)

        colour = "plain" if kind is Quiet else "async"
        found.append(Measured(f"an event for {LISTENERS} {colour} listeners", await _least(tells), 5.0, "us"))
    return found


def _with_listeners(kind: type) -> Notifier:
    settings = Settings(load_plugins=(), disabled_plugins=("logging",))
    return Notifier(Plugins.from_settings(settings, listeners=[kind() for _ in range(LISTENERS)]).listeners())


async def _least(batch: Callable[[], Awaitable[None]]) -> float:
    """Return microseconds of one event, the loop around it taken off."""
    spent: list[float] = []
    empty: list[float] = []
    for _ in range(BATCHES):
        started = time.perf_counter()
        await batch()
        spent.append(time.perf_counter() - started)
        started = time.perf_counter()
        for _ in range(EVENTS):
            pass
        empty.append(time.perf_counter() - started)
    return (min(spent) - min(empty)) / EVENTS * 1e6


def main() -> None:
    """Print a table, or with --json the figures by name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each start is run (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    arguments = parser.parse_args()
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    # Not below /tmp, where stevedore keeps no cache at all.
    with tempfile.TemporaryDirectory(prefix="bench-plugins-", dir=build) as folder:
        measured = [*asyncio.run(event_figures()), *start_figures(arguments.rounds, Path(folder))]
    if arguments.json:
        print(json.dumps({item.name: round(item.found, 3) for item in measured}, indent=2))
    else:
        for item in measured:
            mark = "" if item.passed else "  above the limit"
            print(f"{item.name:62} {item.found:8.3f} {item.unit}  limit {item.limit:5.1f}{mark}")
    sys.exit(0 if all(item.passed for item in measured) else 1)


if __name__ == "__main__":
    main()
