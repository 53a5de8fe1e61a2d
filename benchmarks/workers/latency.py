"""The worker's own latency: from the last byte of a task that arrives to the first byte of its result on the wire.

``python -m benchmarks.workers.latency [--tasks 2000] [--concurrency 1,10] [--transports http1] [--loads paced,batch,full]``

A recording proxy, a process of its own, stands between the worker and the stub server. How long a task takes depends on what
else the worker has to do at that moment, so three loads are told apart:

    paced   each slot gets its next task 0 to 20 ms after its result, as from a server that has other work too
    batch   the server hands out as many tasks as there are slots in one answer, and the next ones when all are reported
    full    every slot gets its next task at once, so the worker is never idle: its latency is then the number of slots
            over its throughput, which ``benchmarks.workers.run`` measures
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time

from benchmarks.workers.peers import Contender, peers
from benchmarks.workers.run import HERE, Stub, running

LIMIT_SECONDS = 120.0
HOLD_MS = 10
WARM_UP = 100
LOADS = ("paced", "batch", "full")


class Recorder:
    """The proxy's process."""

    def __init__(self, port: int) -> None:
        command = [sys.executable, str(HERE / "recorder.py"), str(port)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._line())

    def reset(self) -> None:
        """Forget what was seen."""
        self._ask("reset")

    def took(self) -> list[float]:
        """Return milliseconds from task to result, in the order of the results."""
        return json.loads(self._ask("took"))  # type: ignore[no-any-return]  # the recorder's own document

    def close(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait(10)

    def _ask(self, what: str) -> str:
        assert self.process.stdin is not None  # noqa: S101 - a pipe was asked for
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self.process.stdout is not None  # noqa: S101 - a pipe was asked for
        return self.process.stdout.readline()


def measure(stub: Stub, recorder: Recorder, contender: Contender, load: str, concurrency: int, tasks: int) -> str:
    """Serve the tasks through the proxy, and return a row."""
    stub.reset(tasks, "bench", hold=HOLD_MS if load == "paced" else 0, batch=concurrency if load == "batch" else 0)
    recorder.reset()
    with running(contender, contender.arguments(recorder.port, concurrency, "async", "bench")):
        deadline = time.monotonic() + LIMIT_SECONDS
        while stub.stats()["finished"] < tasks and time.monotonic() < deadline:
            time.sleep(0.1)
        took = sorted(recorder.took()[WARM_UP:])
    p50, p99 = statistics.median(took), took[int(len(took) * 0.99) - 1]
    return f"| {contender.name} | {load} | {concurrency} | {len(took)} | {p50:.2f} | {p99:.2f} |"


def main() -> None:
    """Measure everybody, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=2000)
    parser.add_argument("--concurrency", default="1,10")
    parser.add_argument("--transports", default="http1")
    parser.add_argument("--loads", default=",".join(LOADS))
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    names = options.transports.split(",")
    taking_part = [Contender(f"ours, {name}", (sys.executable, str(HERE / "ours.py"), name)) for name in names]
    taking_part += [] if options.no_peers else peers()
    stub = Stub()
    recorder = Recorder(stub.port)
    try:
        print("| | load | concurrency | tasks seen | p50 ms | p99 ms |\n|---|---|---|---|---|---|")
        for load in options.loads.split(","):
            for concurrency in map(int, options.concurrency.split(",")):
                for contender in taking_part:
                    print(measure(stub, recorder, contender, load, concurrency, options.tasks), flush=True)
    finally:
        recorder.close()
        stub.close()


if __name__ == "__main__":
    main()
