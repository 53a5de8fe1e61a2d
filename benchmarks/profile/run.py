"""Where a task's CPU goes: a worker under the profiler, its time added up by layer.

``python -m benchmarks.profile.run [--tasks 6000] [--concurrency 10] [--kind async] [--functions 25]``

The profiler makes every call of Python dearer, so shares count and seconds do not.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
from collections import defaultdict
from operator import itemgetter
from typing import cast

from benchmarks.workers.run import Stub
from conductor_core import Settings, TaskHandler
from conductor_core.worker import define_worker
from conductor_core.worker._config import WorkerOptions

WARM_UP_TASKS = 500
LAYERS = (
    ("the lean transport", "conductor_core/http1"),
    ("requests and answers of the worker loop", "conductor_core/worker/_hot"),
    ("requests and answers of the worker loop", "conductor_core/worker/_direct"),
    ("requests and answers of the worker loop", "conductor_core/worker/_calls"),
    ("requests and answers of the worker loop", "conductor_core/worker/_update"),
    ("arguments and results", "conductor_core/worker/_binding"),
    ("arguments and results", "conductor_core/worker/_results"),
    ("arguments and results", "conductor_core/worker/_json"),
    ("threads of plain functions", "conductor_core/worker/_threads"),
    ("the runner: slots, context, events", "conductor_core/worker"),
    ("calls and drivers", "conductor_core/"),
    ("the event loop of asyncio", "asyncio/"),
    ("the benchmark itself", "benchmarks/"),
)


async def no_op(order_id: str) -> dict[str, bool]:
    """Do nothing on the loop."""
    return {"ok": bool(order_id)}


def no_op_in_thread(order_id: str) -> dict[str, bool]:
    """Do nothing on a thread."""
    return {"ok": bool(order_id)}


async def serve(stub: Stub, tasks: int, concurrency: int, kind: str, profiler: cProfile.Profile) -> None:
    """Serve all tasks; the profiler looks once the first ones are done."""
    stub.reset(tasks, "bench")
    function = no_op if kind == "async" else no_op_in_thread
    worker = define_worker("bench", function, WorkerOptions(concurrency=concurrency))
    settings = Settings(server_url=f"http://127.0.0.1:{stub.port}/api")
    looking = False
    async with TaskHandler(settings, workers=[worker], environ={}), asyncio.timeout(300):
        while (finished := (await asyncio.to_thread(stub.stats))["finished"]) < tasks:
            if finished >= min(WARM_UP_TASKS, tasks) and not looking:
                looking = True
                profiler.enable()
            await asyncio.sleep(0.05)
        profiler.disable()


def layer_of(path: str, function: str) -> str:
    """Return the layer that a function belongs to."""
    if path == "~":
        return "built-in functions: sockets, JSON, futures" if "socket" not in function else "sockets"
    return next((name for name, part in LAYERS if part in path), "other libraries")


def main() -> None:
    """Profile one run, and print the shares of the layers and the dearest functions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=6000)
    parser.add_argument("--concurrency", type=int, default=10)
    parser.add_argument("--kind", default="async", choices=("async", "sync"))
    parser.add_argument("--functions", type=int, default=25)
    options = parser.parse_args()
    stub, profiler = Stub(), cProfile.Profile()
    try:
        asyncio.run(serve(stub, options.tasks, options.concurrency, options.kind, profiler))
    finally:
        stub.close()
    stats = pstats.Stats(profiler)
    layers: defaultdict[str, float] = defaultdict(float)
    rows = cast("dict[tuple[str, int, str], tuple[int, int, float, float, object]]", vars(stats)["stats"])
    for (path, _, function), row in rows.items():
        if "epoll" not in function:  # waiting is not work
            layers[layer_of(path, function)] += row[2]
    total = sum(layers.values())
    print("| layer | share |\n|---|---|")
    for name, seconds in sorted(layers.items(), key=itemgetter(1), reverse=True):
        print(f"| {name} | {seconds / total:.0%} |")
    stats.sort_stats("tottime").print_stats(options.functions)


if __name__ == "__main__":
    main()
