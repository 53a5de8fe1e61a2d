"""End to end on the real server: workflows of one task, served by this project's worker and by the official libraries.

``python -m benchmarks.workers.endtoend [--workflows 400] [--paced 150] [--rate 20] [--rounds 1] [--no-peers]``

Two loads, each with a task type of its own for everybody, interleaved. In the first one all workflows are started as fast as the
server takes them, which shows throughput and the CPU of the worker; the server is the limit. In the second one they are started
at a rate that the server bears easily, and what counts is how long each took by the server's own clock. Who comes first changes with the
round.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from benchmarks.workers.measure import usage
from benchmarks.workers.peers import Contender, peers
from benchmarks.workers.run import HERE, running
from conductor_core import Conductor, Settings, TaskDef, Workflow, WorkflowDef, WorkflowTask
from conductor_workflows import StartWorkflowRequest
from tools.real_server import ServerUnavailableError
from tools.real_server import running as real_server

if TYPE_CHECKING:
    from collections.abc import Iterable

CONCURRENCY = 10
STARTERS = 8
WARM_UP = 20
LIMIT_SECONDS = 120.0
DONE = frozenset({"COMPLETED", "FAILED", "TERMINATED", "TIMED_OUT"})


@dataclass(frozen=True)
class Run:
    """What one contender showed under both loads; times in milliseconds."""

    tasks_per_second: float
    cpu_per_1000: float
    took: list[float]
    unfinished: int


class Bench:
    """Starts workflows and waits for them.

    Args:
        conductor: the client of whoever measures, the same for all contenders.
    """

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._pool = ThreadPoolExecutor(STARTERS)

    def define(self, name: str) -> None:
        """Register a task and a workflow of that one task."""
        task = TaskDef(name=name, retry_count=0, timeout_seconds=600, response_timeout_seconds=600)
        self._conductor.metadata.register_task(task)
        step = WorkflowTask(
            name=name, task_reference_name="only", input_parameters={"order_id": "${workflow.input.order_id}"}
        )
        flow = WorkflowDef(name=name, version=1, tasks=[step], timeout_seconds=0, owner_email="bench@example.com")
        self._conductor.metadata.register_workflow_def(flow, overwrite=True)

    def start(self, name: str, number: int, rate: float | None = None) -> list[str]:
        """Start workflows, as fast as the server takes them or at a rate per second; return their ids."""
        begun = time.monotonic()

        def one(index: int) -> str:
            if rate is not None:
                time.sleep(max(0.0, begun + index / rate - time.monotonic()))
            return self._conductor.workflows.start_workflow(
                StartWorkflowRequest(name=name, input={"order_id": str(index)})
            )

        return list(self._pool.map(one, range(number)))

    def finished(self, ids: Iterable[str]) -> list[Workflow]:
        """Wait until all have ended, within the limit, and return those that have."""
        deadline, found = time.monotonic() + LIMIT_SECONDS, list[Workflow]()
        for workflow_id in ids:
            while True:
                flow = self._conductor.workflows.get_workflow(workflow_id, include_tasks=False)
                if str(flow.status) in DONE:
                    found.append(flow)
                    break
                if time.monotonic() > deadline:
                    break
                time.sleep(0.05)
        return found

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()


def measure(bench: Bench, port: int, contender: Contender, name: str, options: argparse.Namespace) -> Run:
    """Let one contender serve both loads."""
    bench.define(name)
    with running(contender, contender.arguments(port, CONCURRENCY, "async", name)) as process:
        bench.finished(bench.start(name, WARM_UP))
        before = usage(process.pid)
        ids = bench.start(name, options.workflows)
        flows = bench.finished(ids)
        cpu = usage(process.pid).cpu - before.cpu
        paced = bench.finished(bench.start(name, options.paced, options.rate))
    begun = min(flow.start_time or 0 for flow in flows)
    ended = max(flow.end_time or 0 for flow in flows)
    return Run(
        tasks_per_second=len(flows) / (ended - begun) * 1000,
        cpu_per_1000=cpu / len(flows) * 1000,
        took=[float((flow.end_time or 0) - (flow.start_time or 0)) for flow in paced],
        unfinished=options.workflows + options.paced - len(flows) - len(paced),
    )


def table(results: dict[str, list[Run]]) -> str:
    """Return the medians of the rounds, and the percentiles over all of them."""
    rows = ["| | tasks/s | worker's CPU s per 1000 | p50 ms | p99 ms | unfinished |", "|---|---|---|---|---|---|"]
    for name, runs in results.items():
        took = sorted(itertools.chain.from_iterable(run.took for run in runs))
        rows.append(
            f"| {name} | {statistics.median(run.tasks_per_second for run in runs):.0f} "
            f"| {statistics.median(run.cpu_per_1000 for run in runs):.2f} | {statistics.median(took):.0f} "
            f"| {took[int(len(took) * 0.99) - 1]:.0f} | {sum(run.unfinished for run in runs)} |"
        )
    return "\n".join(rows)


def main() -> None:
    """Measure everybody, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workflows", type=int, default=400, help="started at once (%(default)s)")
    parser.add_argument("--paced", type=int, default=150, help="started at the rate (%(default)s)")
    parser.add_argument("--rate", type=float, default=20.0, help="workflows per second (%(default)s)")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    taking_part = [Contender("ours", (sys.executable, str(HERE / "ours.py"), "http1"))]
    taking_part += [] if options.no_peers else peers()
    results: dict[str, list[Run]] = {contender.name: [] for contender in taking_part}
    try:
        with real_server() as server, Conductor(Settings(server_url=server.url)) as conductor:
            bench, port = Bench(conductor), urlsplit(server.url).port or 80
            # The server compiles its own code while it serves the first hundreds: nobody is measured by that.
            measure(bench, port, taking_part[0], "bench_warm_up", options)
            for number in range(options.rounds):
                turn = number % len(taking_part)
                for place, contender in enumerate([*taking_part[turn:], *taking_part[:turn]]):
                    run = measure(bench, port, contender, f"bench_{number}_{place}", options)
                    results[contender.name].append(run)
            bench.close()
    except ServerUnavailableError as reason:
        sys.exit(f"the real server is needed: {reason}")
    print(
        f"\n{options.workflows} workflows at once, {options.paced} at {options.rate:g} a second, {options.rounds} rounds\n"
    )
    print(table(results))


if __name__ == "__main__":
    main()
