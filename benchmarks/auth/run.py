"""What auth costs a worker: the same no-op worker with and without it, in interleaved pairs.

``python -m benchmarks.auth.run [--pairs 10] [--tasks 5000] [--concurrency 10] [--kind async] [--transport http1]``

The figure is CPU time per task of the worker's process, as the median of the ratios of the pairs; the server is another process.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.workers.peers import Contender
from benchmarks.workers.run import Stub, one_run

ROOT = Path(__file__).parent.parent.parent
WARM_UP_TASKS = 500


class TokenStub(Stub):
    """The stub that gives out tokens, as a process of its own."""

    def __init__(self, life: float) -> None:
        command = [sys.executable, "-m", "benchmarks.auth.stub", "0", str(life)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self.process.stdout is not None  # noqa: S101 - a pipe was asked for
        self.port = int(self.process.stdout.readline())


class Worker(Contender):
    """The worker of this folder; it is run as a module."""

    def arguments(self, port: int, concurrency: int, kind: str, types: str) -> list[str]:
        """Return the command line for one run."""
        program, *rest = self.command
        return [sys.executable, "-m", program, str(port), str(concurrency), kind, types, *rest]


def main() -> None:
    """Run the pairs, and print each and the median."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--tasks", type=int, default=5000)
    parser.add_argument("--concurrency", type=int, default=10)
    parser.add_argument("--kind", default="async")
    parser.add_argument("--transport", default="http1")
    options = parser.parse_args()
    without = (TokenStub(0), Worker("without auth", ("benchmarks.auth.worker", options.transport)))
    signed = (TokenStub(2700), Worker("with orkes", ("benchmarks.auth.worker", options.transport, "2700")))
    ratios: list[float] = []
    try:
        for contender in (without, signed):
            one_run(*contender, WARM_UP_TASKS, options.concurrency, options.kind)
        for pair in range(options.pairs):
            order = (without, signed) if pair % 2 else (signed, without)
            runs = {who[1].name: one_run(*who, options.tasks, options.concurrency, options.kind) for who in order}
            plain, paid = runs["without auth"].cpu_per_1000, runs["with orkes"].cpu_per_1000
            ratios.append(paid / plain)
            lost = sum(run.lost + run.doubled for run in runs.values())
            print(
                f"{plain * 1000:6.1f} us  {paid * 1000:6.1f} us  x {paid / plain:.3f}  lost or doubled {lost}",
                flush=True,
            )
        stats = signed[0].stats()
        print(f"requests refused {stats['refused']}, without a header {stats['without_header']}")
    finally:
        for stub, _ in (without, signed):
            stub.close()
    low, _, high = statistics.quantiles(ratios, n=4)
    print(
        f"CPU per task with auth: x {statistics.median(ratios):.3f} (quartiles {low:.3f} to {high:.3f}), {len(ratios)} pairs"
    )


if __name__ == "__main__":
    main()
