"""A no-op worker of this project: ``python ours.py PORT CONCURRENCY async|sync TYPES``."""

from __future__ import annotations

import sys

from conductor_core import Settings, TaskHandler, worker_task


def register(name: str, concurrency: int, kind: str) -> None:
    """Register one no-op worker."""
    if kind == "async":

        @worker_task(task_definition_name=name, thread_count=concurrency)
        async def no_op(order_id: str) -> dict[str, bool]:
            return {"ok": bool(order_id)}

    else:

        @worker_task(task_definition_name=name, thread_count=concurrency)
        def no_op_in_thread(order_id: str) -> dict[str, bool]:
            return {"ok": bool(order_id)}


def main() -> None:
    """Serve until SIGTERM."""
    port, concurrency, kind, types = sys.argv[1:5]
    for name in types.split(","):
        register(name, int(concurrency), kind)
    transport = sys.argv[5] if len(sys.argv) > 5 else "httpx"  # noqa: PLR2004 - an optional argument
    settings = Settings(server_url=f"http://127.0.0.1:{port}/api", transport=transport)
    with TaskHandler(settings, handle_signals=True) as handler:
        handler.join()


if __name__ == "__main__":
    main()
