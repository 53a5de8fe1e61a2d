"""Memory over many tasks: ``python -m benchmarks.workers.memory [--tasks 500000] [--concurrency 10]``.

Prints the resident memory of the worker after each tenth of the tasks, and how far the later ones are from the second.
"""

from __future__ import annotations

import argparse
import sys
import time

from benchmarks.workers.measure import usage
from benchmarks.workers.peers import Contender
from benchmarks.workers.run import HERE, Stub, running

LIMIT_SECONDS = 3600.0


def main() -> None:
    """Serve the tasks and look at the memory on the way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=500_000)
    parser.add_argument("--concurrency", type=int, default=10)
    parser.add_argument("--transport", default="http1")
    options = parser.parse_args()
    contender = Contender("ours", (sys.executable, str(HERE / "ours.py"), options.transport))
    stub = Stub()
    seen: list[float] = []
    try:
        stub.reset(options.tasks, "bench")
        with running(contender, contender.arguments(stub.port, options.concurrency, "async", "bench")) as process:
            deadline = time.monotonic() + LIMIT_SECONDS
            stats = stub.stats()
            finished = 0
            while finished < options.tasks and time.monotonic() < deadline:
                time.sleep(0.2)
                stats = stub.stats()
                finished = int(stats["finished"])
                if finished >= options.tasks * (len(seen) + 1) // 10:
                    seen.append(usage(process.pid).rss)
                    print(f"{finished:>8} tasks: {seen[-1]:.1f} MiB", flush=True)
            stats = stub.stats()
        print(f"lost {stats['handed_out'] - finished}, doubled {stats['doubled']}")
        base = seen[1]
        print(f"from the second tenth on: {min(seen[1:]) / base - 1:+.1%} to {max(seen[1:]) / base - 1:+.1%}")
    finally:
        stub.close()


if __name__ == "__main__":
    main()
