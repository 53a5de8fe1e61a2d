"""What the outbox with a file costs: the same worker with results in memory and in a file, interleaved, as ratios.

``python -m benchmarks.outbox.run [--rounds 5] [--tasks 3000] [--concurrency 1,10,100] [--folder .]``

Each result is on the disk before its first try, so the disk's own speed is part of the figures: it is measured first, as the
time of a write of 4 KiB with fsync in the same folder.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.workers.peers import Contender
from benchmarks.workers.run import Run, Stub, one_run

WORKER = Path(__file__).with_name("worker.py")


def fsync_milliseconds(folder: Path, times: int = 100) -> float:
    """Return the median time of a small write that reaches the disk."""
    took: list[float] = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(times):
            started = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def pair(stub: Stub, options: argparse.Namespace, concurrency: int) -> tuple[Run, Run]:
    """Run once in memory and once with a file."""
    command = (sys.executable, str(WORKER))
    memory = one_run(stub, Contender("memory", command), options.tasks, concurrency, "async")
    with tempfile.TemporaryDirectory(dir=options.folder) as place:
        file = Contender("file", (*command, str(Path(place) / "results.db")))
        return memory, one_run(stub, file, options.tasks, concurrency, "async")


def row(concurrency: int, pairs: list[tuple[Run, Run]]) -> str:
    """Return the medians of both, and the medians of the ratios pair by pair."""

    def median(name: str, which: int) -> float:
        return statistics.median(float(getattr(both[which], name)) for both in pairs)

    def ratio(name: str) -> float:
        return statistics.median(float(getattr(file, name)) / float(getattr(memory, name)) for memory, file in pairs)

    lost = sum(run.lost for both in pairs for run in both)
    doubled = sum(run.doubled for both in pairs for run in both)
    return (
        f"| {concurrency} | {median('tasks_per_second', 0):.0f} | {median('tasks_per_second', 1):.0f} "
        f"| {ratio('tasks_per_second'):.2f} | {median('cpu_per_1000', 0):.3f} | {median('cpu_per_1000', 1):.3f} "
        f"| {ratio('cpu_per_1000'):.2f} | {lost} | {doubled} |"
    )


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tasks", type=int, default=3000)
    parser.add_argument("--concurrency", default="1,10,100")
    parser.add_argument("--folder", type=Path, default=Path(), help="where the file is made")
    options = parser.parse_args()
    print(f"a write of 4 KiB with fsync takes {fsync_milliseconds(options.folder):.2f} ms here\n")
    print("| concurrency | tasks/s memory | file | ratio | CPU s per 1000 memory | file | ratio | lost | doubled |")
    print("|---|---|---|---|---|---|---|---|---|")
    stub = Stub()
    try:
        for concurrency in map(int, options.concurrency.split(",")):
            pairs = [pair(stub, options, concurrency) for _ in range(options.rounds)]
            print(row(concurrency, pairs), flush=True)
    finally:
        stub.close()


if __name__ == "__main__":
    main()
