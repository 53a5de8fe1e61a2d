"""A no-op worker with its results in memory or in a file: ``python worker.py PORT CONCURRENCY async TYPES [FILE]``."""

from __future__ import annotations

import sys

from conductor_core import Settings, TaskHandler, worker_task


def main() -> None:
    """Serve until SIGTERM."""
    port, concurrency, _, name, *file = sys.argv[1:]

    @worker_task(task_definition_name=name, thread_count=int(concurrency))
    async def no_op(order_id: str) -> dict[str, bool]:
        return {"ok": bool(order_id)}

    settings = Settings(server_url=f"http://127.0.0.1:{port}/api", outbox_file=file[0] if file else "")
    with TaskHandler(settings, workers=[no_op], handle_signals=True) as handler:
        handler.join()


if __name__ == "__main__":
    main()
