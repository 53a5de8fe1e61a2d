"""Workers side by side: this project, the official libraries and a bare asyncio loop, interleaved in one run.

``python -m benchmarks.workers.run [--rounds 5] [--tasks 5000] [--concurrency 10,100] [--kind async,sync] [--idle 1,10,50]``

CPU per task is the figure to trust: wall time swings with the machine's other work.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.workers.measure import Usage, usage
from benchmarks.workers.peers import Contender, peers

if TYPE_CHECKING:
    from collections.abc import Generator

HERE = Path(__file__).parent
LIMIT_SECONDS = 120.0
WARM_UP_TASKS = 500


@dataclass(frozen=True, slots=True)
class Run:
    """What one run showed."""

    tasks_per_second: float
    cpu_per_1000: float
    peak_rss: float
    processes: int
    first_poll: float
    requests_per_task: float
    lost: int
    doubled: int


class Stub:
    """The stub server's process and its controls."""

    def __init__(self) -> None:
        command = [sys.executable, str(HERE / "stub.py"), "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None  # noqa: S101 - a pipe was asked for
        self.port = int(self.process.stdout.readline())

    def reset(self, tasks: int, types: str, *, v2: bool = True, hold: int = 0, batch: int = 0) -> None:
        """Fill the queues anew; ``hold`` and ``batch`` are explained by the stub."""
        self._get(f"reset?tasks={tasks}&types={types}&v2={int(v2)}&hold={hold}&batch={batch}")

    def stats(self) -> dict[str, Any]:
        """Return what happened since the last reset."""
        return self._get("stats")

    def _get(self, what: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/bench/{what}", timeout=10) as answer:
            return json.load(answer)  # type: ignore[no-any-return]  # the stub's own document

    def close(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait(10)


def _environment() -> dict[str, str]:
    """Return ours without what changes how Python runs: one that may not keep compiled modules compiles at each start."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@contextlib.contextmanager
def running(contender: Contender, arguments: list[str]) -> Generator[subprocess.Popen[bytes]]:
    """Run a contender; afterwards it and everything below it is gone."""
    process = subprocess.Popen(
        arguments,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=contender.folder,
        env={**_environment(), "CONDUCTOR_WORKER_ISOLATION": contender.isolation},
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        # A peer may leave children behind that go on polling, and would take the tasks of the next run.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def one_run(stub: Stub, contender: Contender, tasks: int, concurrency: int, kind: str, *, v2: bool = True) -> Run:
    """Serve tasks of one type, and measure the last ``tasks`` of them: the first ones pay for what is loaded late."""
    total = tasks + WARM_UP_TASKS
    stub.reset(total, "bench", v2=v2)
    with running(contender, contender.arguments(stub.port, concurrency, kind, "bench")) as process:
        _wait_for_first_poll(stub, process.pid)
        deadline = time.monotonic() + LIMIT_SECONDS
        while (started := stub.stats())["finished"] < WARM_UP_TASKS and time.monotonic() < deadline:
            time.sleep(0.005)
        peak = before = usage(process.pid)
        stats = started
        while stats["finished"] < total and time.monotonic() < deadline:
            time.sleep(0.05)
            peak = max(peak, usage(process.pid), key=lambda seen: seen.rss)
            stats = stub.stats()
        after = usage(process.pid)
        time.sleep(0.2)
        stats = stub.stats()
    measured = max(1, stats["finished"] - started["finished"])
    return Run(
        tasks_per_second=measured / (stats["last_result"] - started["age"]),
        cpu_per_1000=(after.cpu - before.cpu) / measured * 1000,
        peak_rss=peak.rss,
        processes=peak.processes,
        first_poll=stats["first_poll"],
        requests_per_task=stats["requests"] / total,
        lost=stats["handed_out"] - stats["finished"],
        doubled=stats["doubled"],
    )


def _wait_for_first_poll(stub: Stub, pid: int) -> Usage:
    deadline = time.monotonic() + 30
    while stub.stats()["first_poll"] is None:
        if time.monotonic() > deadline:
            raise SystemExit("the contender sent no poll within 30 s")
        time.sleep(0.01)
    return usage(pid)


def idle_run(stub: Stub, contender: Contender, types: int, seconds: float) -> str:
    """Serve ``types`` empty queues for a while; return memory, processes, polls and CPU."""
    names = ",".join(f"idle_{index}" for index in range(types))
    stub.reset(0, names)
    with running(contender, contender.arguments(stub.port, 1, "async", names)) as process:
        _wait_for_first_poll(stub, process.pid)
        time.sleep(8)  # starting, and the first answers
        before, polls = usage(process.pid), stub.stats()["polls"]
        time.sleep(seconds)
        after, polls_after = usage(process.pid), stub.stats()["polls"]
    return (
        f"| {contender.name} | {types} | {after.processes} | {after.rss:.0f} | {after.pss:.0f} "
        f"| {(polls_after - polls) / seconds:.0f} | {(after.cpu - before.cpu) / seconds * 100:.1f} % |"
    )


def contenders(transports: list[str], *, with_peers: bool) -> list[Contender]:
    """Return who takes part."""
    found = [Contender("bare asyncio loop", (sys.executable, str(HERE / "bare.py")), bare=True)]
    found += [Contender(f"ours, {name}", (sys.executable, str(HERE / "ours.py"), name)) for name in transports]
    return [*found, *(peers() if with_peers else [])]


def table(results: dict[str, list[Run]]) -> str:
    """Return the medians, with the ratio of CPU to the bare loop, pair by pair."""
    floor = next(iter(results.values()))
    rows = [
        "| | tasks/s | CPU s per 1000 | x bare | peak RSS MiB | processes | first poll s | requests/task | lost | doubled |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, runs in results.items():
        ratio = statistics.median(run.cpu_per_1000 / least.cpu_per_1000 for run, least in zip(runs, floor, strict=True))
        rows.append(
            f"| {name} | {_median(runs, 'tasks_per_second'):.0f} | {_median(runs, 'cpu_per_1000'):.3f} | {ratio:.1f} "
            f"| {_median(runs, 'peak_rss'):.0f} | {runs[0].processes} | {_median(runs, 'first_poll'):.2f} "
            f"| {_median(runs, 'requests_per_task'):.2f} | {sum(r.lost for r in runs)} | {sum(r.doubled for r in runs)} |"
        )
    return "\n".join(rows)


def _median(runs: list[Run], name: str) -> float:
    return float(statistics.median(getattr(run, name) for run in runs))


def main() -> None:
    """Run everything that was asked for, and print one table for each setting."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tasks", type=int, default=5000)
    parser.add_argument("--concurrency", default="10,100")
    parser.add_argument("--kind", default="async,sync")
    parser.add_argument("--transports", default="http1,httpx")
    parser.add_argument("--idle", default="1,10,50", help="numbers of task types of the idle runs; 0 leaves them out")
    parser.add_argument("--no-peers", action="store_true", help="ours and the bare loop alone")
    parser.add_argument("--no-v2", action="store_true", help="a server without update-v2")
    options = parser.parse_args()
    stub = Stub()
    try:
        taking_part = contenders(options.transports.split(","), with_peers=not options.no_peers)
        for kind in options.kind.split(","):
            for concurrency in map(int, options.concurrency.split(",")):
                of_kind = [contender for contender in taking_part if kind in contender.kinds]
                results: dict[str, list[Run]] = {contender.name: [] for contender in of_kind}
                for _ in range(options.rounds):
                    for contender in of_kind:
                        run = one_run(stub, contender, options.tasks, concurrency, kind, v2=not options.no_v2)
                        results[contender.name].append(run)
                server = "without update-v2" if options.no_v2 else "with update-v2"
                print(
                    f"\n{kind} no-op, concurrency {concurrency}, {options.tasks} tasks, {options.rounds} rounds, {server}\n"
                )
                print(table(results), flush=True)
        if options.idle != "0":
            print(
                "\n| idle | types | processes | RSS MiB | PSS MiB | polls/s | of a core |\n|---|---|---|---|---|---|---|"
            )
            for contender in taking_part[1:]:
                for types in map(int, options.idle.split(",")):
                    print(idle_run(stub, contender, types, 10.0), flush=True)
    finally:
        stub.close()


if __name__ == "__main__":
    main()
