"""Load against a server whose tokens live 5 seconds: ``python -m benchmarks.auth.load [--seconds 120]``.

Three clients (threads on `Conductor`, tasks on `AsyncConductor`, workers), each once with the life of the tokens known
(``CONDUCTOR_AUTH_TOKEN_TTL=5``: a refresh at 80 % and no refusal) and once unknown (one refresh for each expiry, and no call
that fails), each against a server of its own, all at the same time. Exit code 1 when one of that does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.auth.run import TokenStub
from benchmarks.workers.ours import register
from conductor_core import AsyncConductor, Conductor, ConductorError, Settings, TaskHandler, get

ROOT = Path(__file__).parent.parent.parent
LIFE = 5.0
CALLERS = 100
PAUSE = 0.1
FACES = ("threads", "tasks", "workers")
CALL = get("/version", returns=dict[str, Any])


class Count:
    """Calls of one client."""

    def __init__(self) -> None:
        self.good = 0
        self.failed: list[str] = []
        self._lock = threading.Lock()

    def note(self, error: ConductorError | None = None) -> None:
        """Count one call."""
        with self._lock:
            if error is None:
                self.good += 1
            else:
                self.failed.append(str(error))


def on_threads(settings: Settings, until: float, count: Count) -> None:
    """Call from many threads on one conductor."""

    def work(conductor: Conductor) -> None:
        while time.monotonic() < until:
            try:
                conductor.run(CALL)
                count.note()
            except ConductorError as error:
                count.note(error)
            time.sleep(PAUSE)

    with Conductor(settings) as conductor:
        threads = [threading.Thread(target=work, args=(conductor,)) for _ in range(CALLERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


async def on_tasks(settings: Settings, until: float, count: Count) -> None:
    """Call from many tasks on one conductor."""

    async def work(conductor: AsyncConductor) -> None:
        while time.monotonic() < until:
            try:
                await conductor.run(CALL)
                count.note()
            except ConductorError as error:
                count.note(error)
            await asyncio.sleep(PAUSE)

    async with AsyncConductor(settings) as conductor:
        await asyncio.gather(*(work(conductor) for _ in range(CALLERS)))


class Failures:
    """Hears of polls and updates that fail."""

    def __init__(self, count: Count) -> None:
        self._count = count

    def on_poll_failure(self, event: Any) -> None:
        """Count it."""
        self._count.failed.append(f"poll: {event.cause}")

    def on_task_update_failure(self, event: Any) -> None:
        """Count it."""
        self._count.failed.append(f"update: {event.cause}")

    def on_task_update_completed(self, event: Any) -> None:
        """Count it."""
        del event
        self._count.note()


async def on_workers(settings: Settings, until: float, count: Count) -> None:
    """Serve tasks."""
    register("load", 10, "async")
    async with TaskHandler(settings, event_listeners=[Failures(count)]):
        await asyncio.sleep(until - time.monotonic())


def client(port: int, face: str, ttl: str, transport: str, seconds: float) -> None:
    """Be one client, and print what became of its calls."""
    environ = {
        "CONDUCTOR_SERVER_URL": f"http://127.0.0.1:{port}/api",
        "CONDUCTOR_TRANSPORT": transport,
        "CONDUCTOR_AUTH_KEY": "key",
        "CONDUCTOR_AUTH_SECRET": "secret",
        "CONDUCTOR_AUTH_TOKEN_TTL": ttl,
    }
    settings, count, until = Settings.load(environ=environ), Count(), time.monotonic() + seconds
    if face == "threads":
        on_threads(settings, until, count)
    else:
        asyncio.run((on_tasks if face == "tasks" else on_workers)(settings, until, count))
    print(count.good, len(count.failed), *count.failed[:1])


def report(face: str, known: bool, said: str, stats: dict[str, Any]) -> bool:  # noqa: FBT001
    """Print one row, and tell whether it is as it has to be."""
    good, failed = said.split()[:2]
    asked = stats["asked"]
    waits = [later - earlier for earlier, later in itertools.pairwise(asked)]
    fine = failed == "0" and int(good) > 0 and not stats["without_header"]
    # One token for each interval; a busy machine may make an interval longer, nothing may make it shorter.
    if known:
        fine = fine and not stats["refused"] and min(waits) > 0.75 * LIFE
    else:
        fine = fine and bool(stats["refused"]) and min(waits) > 0.99 * LIFE
    print(
        f"| {face} | {'known' if known else 'unknown'} | {good} | {failed} | {len(asked)} | {min(waits):.2f} to "
        f"{max(waits):.2f} s | {stats['refused']} | {stats['without_header']} | {'yes' if fine else 'NO'} |",
        *said.split(maxsplit=2)[2:],
    )
    return fine


def main() -> None:
    """Run the six clients at the same time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--transport", default="http1")
    parser.add_argument("--client", nargs=3, metavar=("PORT", "FACE", "TTL"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.client:
        port, who, ttl = options.client
        client(int(port), who, ttl, options.transport, options.seconds)
        return
    runs: list[tuple[str, bool, TokenStub, subprocess.Popen[str]]] = []
    try:
        for face in FACES:
            for known in (True, False):
                stub = TokenStub(LIFE)
                stub.reset(10_000_000, "load")
                command = [sys.executable, "-m", "benchmarks.auth.load", "--seconds", str(options.seconds)]
                command += ["--transport", options.transport]
                command += ["--client", str(stub.port), face, str(LIFE if known else 2700)]
                runs.append((face, known, stub, subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)))
        print(
            "| client | life | good calls | failed | tokens | between two | refused | without header | as it has to be |"
        )
        print("|---|---|---|---|---|---|---|---|---|")
        fine = [report(face, known, process.communicate()[0], stub.stats()) for face, known, stub, process in runs]
    finally:
        for *_, stub, process in runs:
            process.kill()
            process.wait()
            stub.close()
    raise SystemExit(not all(fine))


if __name__ == "__main__":
    main()
