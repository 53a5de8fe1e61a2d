"""CPU per request of the lean HTTP/1.1 transport, beside the stock one and the floor, on a stub server of its own process.

Rounds are interleaved and each figure is compared with the baseline of its own round, since machines are noisy: the
table shows the least and the median of the microseconds, and the median of the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.transport import asynchronous, blocking

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

WAIT_SECONDS = 10.0


@contextlib.contextmanager
def stub_server() -> Generator[int]:
    """Start the server and yield its port."""
    program = [sys.executable, str(Path(__file__).with_name("server.py"))]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the stub server has no pipes")
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(WAIT_SECONDS)


def _run_async(case: Callable[[], Awaitable[float]]) -> float:
    async def main() -> float:
        return await case()

    return asyncio.run(main())


def show(title: str, rounds: list[dict[str, float]]) -> None:
    """Print one table; the first case is the baseline."""
    baseline = next(iter(rounds[0]))
    print(f"\n{title}\n{'':28}{'min us':>9}{'median':>9}{'ratio':>8}")
    for name in rounds[0]:
        figures = [found[name] for found in rounds]
        ratio = statistics.median(found[name] / found[baseline] for found in rounds)
        print(f"{name:28}{min(figures):9.0f}{statistics.median(figures):9.0f}{ratio:8.2f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=4000, help="requests of a case in a round")
    parser.add_argument("--concurrency", type=int, default=50)
    arguments = parser.parse_args()
    with stub_server() as port:
        on_loop = asynchronous.cases(port, arguments.requests, arguments.concurrency)
        blocked = blocking.cases(port, arguments.requests)
        loops: list[dict[str, float]] = []
        threads: list[dict[str, float]] = []
        for _ in range(arguments.rounds):
            loops.append({name: _run_async(case) for name, case in on_loop.items()})
            threads.append({name: case() for name, case in blocked.items()})
    show(f"asyncio, {arguments.concurrency} concurrent, half GET, half POST (CPU)", loops)
    show("one thread, GET (CPU)", threads)


if __name__ == "__main__":
    main()
