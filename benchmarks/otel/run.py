"""What telemetry costs a worker: the same no-op worker with and without it, in interleaved pairs.

``python -m benchmarks.otel.run [--pairs 10] [--tasks 5000] [--concurrency 10] [--kind async] [--transport http1]``

The figure is CPU time of the worker's process in seconds per 1000 tasks, as the median of the differences of the pairs, beside
the difference of the least of all runs, which other work on the machine disturbs less; the server is another process. Spans go through the batch processor into memory, so that the exporter's own cost is left out. Each
worker serves some tasks before it is measured, so that what it imports is left out too. The row ``sdk`` is what
OpenTelemetry's SDK takes for the spans and measurements of ``all`` when a worker function makes them by hand.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import sys
import time
from importlib import metadata
from pathlib import Path

from benchmarks.workers.measure import usage
from benchmarks.workers.peers import Contender
from benchmarks.workers.run import LIMIT_SECONDS, Stub, running

ROOT = Path(__file__).parent.parent.parent
WARM_UP_TASKS = 1000
LIMITS = {"off": 0.0, "prometheus": 0.03, "sampled": 0.09, "all": 0.2}


class Worker(Contender):
    """The worker of this folder; it is run as a module."""

    def arguments(self, port: int, concurrency: int, kind: str, types: str) -> list[str]:
        """Return the command line for one run."""
        return [sys.executable, "-m", "benchmarks.otel.worker", str(port), str(concurrency), kind, types, *self.command]


def main() -> None:
    """Run the pairs, and print the median of each mode beside what it may be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--tasks", type=int, default=5000)
    parser.add_argument("--concurrency", type=int, default=10)
    parser.add_argument("--kind", default="async")
    parser.add_argument("--transport", default="http1")
    parser.add_argument("--modes", default=",".join([*LIMITS, "sdk"]))
    options = parser.parse_args()
    modes = options.modes.split(",")
    taking_part = {mode: Worker(mode, (mode, options.transport), folder=ROOT) for mode in ("without", *modes)}
    costs: dict[str, list[float]] = {name: [] for name in taking_part}
    stub = Stub()
    try:
        for pair in range(options.pairs):
            names = list(taking_part) if pair % 2 else list(reversed(taking_part))
            for name in names:
                cost = cpu_per_1000(stub, taking_part[name], options.tasks, options.concurrency, options.kind)
                costs[name].append(cost)
    finally:
        stub.close()
    print(f"OpenTelemetry SDK {metadata.version('opentelemetry-sdk')}, Python {platform.python_version()}\n")
    print(table(costs))


def cpu_per_1000(stub: Stub, worker: Worker, tasks: int, concurrency: int, kind: str) -> float:
    """Return the CPU seconds that a worker takes for 1000 tasks, once it is warm."""
    stub.reset(WARM_UP_TASKS, "bench")
    with running(worker, worker.arguments(stub.port, concurrency, kind, "bench")) as process:
        _finished(stub, WARM_UP_TASKS)
        before = usage(process.pid).cpu
        stub.reset(tasks, "bench")
        _finished(stub, tasks)
        cost = (usage(process.pid).cpu - before) / tasks * 1000
        stats = stub.stats()
    if stats["doubled"]:
        raise SystemExit(f"{worker.name}: {stats['doubled']} tasks were reported twice")
    return float(cost)


def _finished(stub: Stub, tasks: int) -> None:
    deadline = time.monotonic() + LIMIT_SECONDS
    while stub.stats()["finished"] < tasks:
        if time.monotonic() > deadline:
            raise SystemExit(f"the worker did not finish {tasks} tasks within {LIMIT_SECONDS:.0f} s")
        time.sleep(0.05)


def table(costs: dict[str, list[float]]) -> str:
    """Return the medians; differences and ratios are taken pair by pair."""
    rows = [
        "| telemetry | CPU s per 1000 tasks | more than without | quartiles | least | ratio | may be |",
        "|---|---|---|---|---|---|---|",
    ]
    plain = costs["without"]
    for name, found in costs.items():
        more = [one - base for one, base in zip(found, plain, strict=True)]
        ratio = statistics.median(one / base for one, base in zip(found, plain, strict=True))
        low, _, high = statistics.quantiles(more, n=4)
        rows.append(
            f"| {name} | {statistics.median(found):.3f} | {statistics.median(more):+.3f} | {low:+.3f} to {high:+.3f} "
            f"| {min(found) - min(plain):+.3f} | {ratio:.2f} | {f'{LIMITS[name]:.2f}' if name in LIMITS else ''} |"
        )
    return "\n".join(rows)


if __name__ == "__main__":
    main()
