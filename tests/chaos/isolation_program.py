"""A program with workers in child processes, to be killed: ``python isolation_program.py URL``."""

from __future__ import annotations

import sys

from conductor_core import Settings, TaskHandler
from conductor_core.worker import define_worker
from conductor_core.worker._config import WorkerOptions
from tests._support import process_workers


def main() -> None:
    options = WorkerOptions(isolation="process", concurrency=2)
    workers = [
        define_worker("pause", process_workers.pause, options),
        define_worker("holding", process_workers.hold_the_interpreter, options),
    ]
    with TaskHandler(Settings(server_url=sys.argv[1]), workers=workers, handle_signals=True) as handler:
        print("ready", flush=True)  # noqa: T201 - the test waits for it
        handler.join()


if __name__ == "__main__":
    main()
