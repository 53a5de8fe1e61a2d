"""The worker's own latency: from the last byte of a task that arrives to the first byte of its result on the wire.

``python -m benchmarks.workers.latency [--tasks 3000] [--concurrency 1,10] [--transports http1,httpx]``

A proxy stands between the worker and the stub server and writes down when each task passed, in both directions.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
import threading
import time
from typing import TYPE_CHECKING

from benchmarks.workers.peers import Contender, peers
from benchmarks.workers.run import HERE, Stub, running

if TYPE_CHECKING:
    from collections.abc import Callable

TASK = re.compile(rb'"taskId": ?"(task-\d+)"')
LIMIT_SECONDS = 120.0


class Proxy:
    """Passes bytes on, and knows when each task came and when its result began."""

    def __init__(self, port: int) -> None:
        self._server_port = port
        self.came: dict[bytes, float] = {}
        self.took: list[float] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait(10)

    def reset(self) -> None:
        """Forget what was seen."""
        self.came, self.took = {}, []

    def _run(self) -> None:
        async def serve() -> None:
            server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await server.serve_forever()

        self._loop.run_until_complete(serve())

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._server_port)
        await asyncio.gather(_pump(reader, back, self._sent), _pump(there, writer, self._arrived))

    def _sent(self, data: bytes) -> None:
        now = time.perf_counter()
        for task in TASK.findall(data):
            started = self.came.pop(task, None)
            if started is not None:
                self.took.append(now - started)

    def _arrived(self, data: bytes) -> None:
        now = time.perf_counter()
        for task in TASK.findall(data):
            self.came[task] = now


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, look: Callable[[bytes], None]) -> None:
    try:
        while data := await reader.read(65536):
            look(data)
            writer.write(data)
    except ConnectionError:
        pass
    finally:
        writer.close()


def measure(stub: Stub, proxy: Proxy, contender: Contender, concurrency: int, tasks: int) -> str:
    """Serve the tasks through the proxy, and return a row."""
    stub.reset(tasks, "bench")
    proxy.reset()
    with running(contender, contender.arguments(proxy.port, concurrency, "async", "bench")):
        deadline = time.monotonic() + LIMIT_SECONDS
        while stub.stats()["finished"] < tasks and time.monotonic() < deadline:
            time.sleep(0.05)
    took = sorted(seconds * 1000 for seconds in proxy.took)
    p50, p99 = statistics.median(took), took[int(len(took) * 0.99) - 1]
    return f"| {contender.name} | {concurrency} | {len(took)} | {p50:.2f} | {p99:.2f} |"


def main() -> None:
    """Measure everybody, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=3000)
    parser.add_argument("--concurrency", default="1,10")
    parser.add_argument("--transports", default="http1,httpx")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    names = options.transports.split(",")
    taking_part = [Contender(f"ours, {name}", (sys.executable, str(HERE / "ours.py"), name)) for name in names]
    taking_part += [] if options.no_peers else peers()
    stub = Stub()
    try:
        proxy = Proxy(stub.port)
        print("| | concurrency | tasks seen | p50 ms | p99 ms |\n|---|---|---|---|---|")
        for concurrency in map(int, options.concurrency.split(",")):
            for contender in taking_part:
                print(measure(stub, proxy, contender, concurrency, options.tasks), flush=True)
    finally:
        stub.close()


if __name__ == "__main__":
    main()
