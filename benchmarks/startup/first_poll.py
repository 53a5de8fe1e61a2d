"""From process start to the first poll: wall time until the server has it, and the CPU spent until then.

``python -m benchmarks.startup.first_poll [--rounds 15] [--no-peers]``

Ours is measured in this environment, and in a fresh one with the wheels and nothing else, which lies in the temporary
folder, where the list of entry points is read anew each time as in the first start of a container. Runs are interleaved.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.workers.measure import usage
from benchmarks.workers.peers import Contender, peers
from benchmarks.workers.run import HERE, Stub, running
from tools.distributions import distributions
from tools.fresh import build_wheels, make, third_party_of

LIMIT_SECONDS = 30.0


def ours(folder: Path) -> list[Contender]:
    """Return our worker in this environment, and in a fresh one that is made in ``folder``."""
    everything = distributions()
    wheels = build_wheels([item.folder for item in everything], folder / "wheels")
    fresh = make(folder / "fresh", wheels=wheels, third_party=third_party_of(everything))
    program = str(HERE / "ours.py")
    return [
        Contender("ours, this environment", (sys.executable, program, "http1")),
        Contender("ours, fresh environment", (str(fresh), program, "http1")),
    ]


def start_once(stub: Stub, contender: Contender) -> tuple[float, float]:
    """Return the seconds of wall time and of CPU until the first poll."""
    stub.reset(0, "bench")
    with running(contender, contender.arguments(stub.port, 1, "async", "bench")) as process:
        deadline = time.monotonic() + LIMIT_SECONDS
        while (seconds := stub.stats()["first_poll"]) is None:
            if time.monotonic() > deadline:
                raise SystemExit(f"{contender.name} sent no poll within {LIMIT_SECONDS:.0f} s")
            time.sleep(0.005)
        return seconds, usage(process.pid).cpu


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    stub = Stub()
    try:
        with tempfile.TemporaryDirectory(prefix="conductor-first-poll-") as folder:
            taking_part = [*ours(Path(folder)), *([] if options.no_peers else peers())]
            seen: dict[str, list[tuple[float, float]]] = {contender.name: [] for contender in taking_part}
            for number in range(options.rounds + 1):
                for contender in taking_part:
                    found = start_once(stub, contender)
                    if number:  # the first start compiles modules
                        seen[contender.name].append(found)
    finally:
        stub.close()
    print("| seconds to the first poll | least | median | most | CPU, least |\n|---|---|---|---|---|")
    for name, runs in seen.items():
        walls = [wall for wall, _ in runs]
        cpu = min(spent for _, spent in runs)
        print(f"| {name} | {min(walls):.2f} | {statistics.median(walls):.2f} | {max(walls):.2f} | {cpu:.2f} |")


if __name__ == "__main__":
    main()
