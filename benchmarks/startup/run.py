"""Start-up figures: CPU time above a bare interpreter, the least of many runs, in a fresh environment.

The environment holds the wheels of all distributions and their runtime dependencies, nothing else; the figure of the
pytest plugin has one of its own, with pytest. Runs of the bare interpreter are interleaved with the others, since
machines are noisy. The pytest plugin adds so little to so much that it is timed inside pytest's own process: loading it
by its entry point, less loading one that does not exist. Exits with 1 when a figure is above its limit.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests._support.local_server import local_server
from tools.distributions import distributions
from tools.fresh import build_wheels, make, third_party_of

ROUNDS = 20
IDLE_PLUGINS = 20

ALL_NAMES = """
from conductor_core import (AsyncConductor, Conductor, NonRetryableException, Settings, Task, TaskContext, TaskHandler,
    TaskInProgress, TaskResult, get_task_context, hookimpl, worker_task)
from conductor_workflows import ConductorWorkflow, StartWorkflowRequest
"""
FIRST_REQUEST = """
from conductor_core import Conductor, Settings
with Conductor(Settings(server_url={url!r})) as conductor:
    conductor.workflows.get_workflow("benchmark")
"""
PYTEST_PLUGIN = """
import time
from pytest import PytestPluginManager
manager = PytestPluginManager()
def spent(name):
    started = time.process_time()
    loaded = manager.load_setuptools_entrypoints("pytest11", name=name)
    return loaded, time.process_time() - started
spent("nothing"), spent("nothing")
_, nothing = spent("nothing")
loaded, ours = spent("conductor_embedded")
assert loaded == 1
print((ours - nothing) * 1000)
"""


@dataclass(frozen=True)
class Figure:
    """One thing to measure, in milliseconds of CPU.

    Attributes:
        name: what is shown.
        command: what is run.
        baseline: what is run beside it and subtracted; None when the command prints its own figure.
        limit: what it must stay below.
        divisor: how many things the difference is made of.
    """

    name: str
    command: tuple[str, ...]
    baseline: tuple[str, ...] | None
    limit: float
    divisor: int = 1


@dataclass(frozen=True)
class Measured:
    """A figure with what was found."""

    figure: Figure
    milliseconds: float

    @property
    def passed(self) -> bool:
        """Whether it is below its limit."""
        return self.milliseconds < self.figure.limit


@dataclass(frozen=True)
class Run:
    """What one run of a command took and printed."""

    milliseconds: float
    printed: str


def run_once(command: tuple[str, ...], folder: Path) -> Run:
    """Run a command; its time is user and system time of its process."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CONDUCTOR_", "PYTHON"))}
    with (folder / "printed").open("w+b") as printed, (folder / "complaint").open("w+b") as complaint:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=complaint,
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        complaint.seek(0)
        if child.returncode:
            sys.exit(f"{command} failed:\n{complaint.read().decode()}")
        return Run((usage.ru_utime + usage.ru_stime) * 1000, printed.read().decode())


def measure(figures: list[Figure], rounds: int, folder: Path) -> list[Measured]:
    """Run everything once to warm up, then ``rounds`` times in turn, and take the least of each."""
    commands = dict.fromkeys(command for item in figures for command in (item.baseline, item.command) if command)
    runs: dict[tuple[str, ...], list[Run]] = {command: [] for command in commands}
    for number in range(rounds + 1):
        for command, kept in runs.items():
            done = run_once(command, folder)
            if number:
                kept.append(done)
    return [Measured(item, _least(item, runs)) for item in figures]


def _least(figure: Figure, runs: dict[tuple[str, ...], list[Run]]) -> float:
    if figure.baseline is None:
        return min(float(done.printed) for done in runs[figure.command])
    spent, bare = (min(done.milliseconds for done in runs[command]) for command in (figure.command, figure.baseline))
    return (spent - bare) / figure.divisor


def runtime_figures(python: Path, crowded: Path, url: str) -> list[Figure]:
    """What users of the library and of the command line wait for."""
    interpreter = str(python)
    bare = (interpreter, "-c", "pass")
    command = str(python.with_name("conductor"))
    start = "from conductor_core import Conductor, Settings; Conductor(Settings()).close()"

    def code(text: str) -> tuple[str, ...]:
        return interpreter, "-c", text

    return [
        Figure("import conductor_core", code("import conductor_core"), bare, 40),
        Figure("from conductor_core import worker_task", code("from conductor_core import worker_task"), bare, 100),
        Figure("every public name of the first page", code(ALL_NAMES), bare, 220),
        Figure("start to first request", code(FIRST_REQUEST.format(url=url)), bare, 350),
        Figure("conductor --help", (command, "--help"), bare, 150),
        Figure(
            "an installed, unused plugin, conductor --help",
            (str(crowded.with_name("conductor")), "--help"),
            (command, "--help"),
            2,
            IDLE_PLUGINS,
        ),
        Figure("an installed, unused plugin, client", (str(crowded), "-c", start), code(start), 2, IDLE_PLUGINS),
    ]


def pytest_figure(python: Path) -> Figure:
    """What our pytest plugin costs a test run that does not use it."""
    return Figure("our pytest plugin, unused", (str(python), "-c", PYTEST_PLUGIN), None, 10)


def add_idle_plugins(python: Path) -> None:
    """Install plugins that nothing asks for: a client and a command each."""
    target = next((python.parent.parent / "lib").glob("python*/site-packages"))
    for number in range(IDLE_PLUGINS):
        name = f"idle_{number}"
        (target / f"{name}.py").write_text("raise RuntimeError('imported though nobody asked')\n", encoding="utf-8")
        information = target / f"{name}-1.0.dist-info"
        information.mkdir()
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
        points = f"[conductor.clients]\n{name} = {name}\n\n[conductor.commands]\n{name} = {name}\n"
        (information / "entry_points.txt").write_text(points, encoding="utf-8")


def run(rounds: int, folder: Path) -> list[Measured]:
    """Make the environments and measure."""
    everything = distributions()
    wheels = build_wheels([item.folder for item in everything], folder / "wheels")
    needed = third_party_of(everything)
    plain = make(folder / "plain", wheels=wheels, third_party=needed)
    crowded = make(folder / "crowded", wheels=wheels, third_party=needed)
    add_idle_plugins(crowded)
    tester = make(folder / "tester", wheels=wheels, third_party=[*needed, "pytest"])
    with local_server() as server:
        return measure([*runtime_figures(plain, crowded, server.url), pytest_figure(tester)], rounds, folder)


def main() -> None:
    """Print a table, or with --json the figures by name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is run (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="conductor-startup-") as folder:
        measured = run(arguments.rounds, Path(folder))
    if arguments.json:
        print(json.dumps({item.figure.name: round(item.milliseconds, 2) for item in measured}, indent=2))
    else:
        print(f"{'milliseconds of CPU':48} {'found':>8} {'limit':>8}")
        for item in measured:
            mark = "" if item.passed else "  above the limit"
            print(f"{item.figure.name:48} {item.milliseconds:8.2f} {item.figure.limit:8.0f}{mark}")
    sys.exit(0 if all(item.passed for item in measured) else 1)


if __name__ == "__main__":
    main()
