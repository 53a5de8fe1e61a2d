"""Worker options from the environment, which beats the code: for all workers, and for one of them.

CONDUCTOR_WORKER_PACK_THREAD_COUNT=20 python examples/worker_configuration.py
"""

import os

from conductor_core import Settings, TaskHandler, worker_task


@worker_task(task_definition_name="pack", poll_interval_millis=100, thread_count=1)
def pack(box: int) -> int:
    """Pack one box."""
    return box


@worker_task(task_definition_name="ship", poll_interval_millis=100)
def ship(box: int) -> int:
    """Ship one box."""
    return box


def main() -> None:
    """Show what holds for each worker."""
    os.environ.setdefault("CONDUCTOR_WORKER_ALL_THREAD_COUNT", "3")  # for all workers
    os.environ.setdefault("CONDUCTOR_WORKER_PACK_THREAD_COUNT", "10")  # for this one
    os.environ.setdefault("CONDUCTOR_WORKER_SHIP_DOMAIN", "eu")
    settings = Settings(server_url="embedded://memory/configuration", transport="embedded")
    with TaskHandler(settings, workers=[pack, ship]) as handler:
        for status in sorted(handler.get_worker_status(), key=lambda one: one.name):
            print(f"{status.name}: {status.concurrency} at a time, domain {status.domain}")


if __name__ == "__main__":
    main()
