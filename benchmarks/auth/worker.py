"""A no-op worker whose auth is chosen by its environment: ``worker.py PORT CONCURRENCY KIND TYPES [TRANSPORT [TTL]]``.

With ``TTL`` it has a key pair, and takes tokens to live so many seconds.
"""

from __future__ import annotations

import sys

from benchmarks.workers.ours import register
from conductor_core import Settings, TaskHandler


def main() -> None:
    """Serve until SIGTERM."""
    port, concurrency, kind, types, *rest = sys.argv[1:]
    for name in types.split(","):
        register(name, int(concurrency), kind)
    environ = {"CONDUCTOR_SERVER_URL": f"http://127.0.0.1:{port}/api"}
    if rest:
        environ["CONDUCTOR_TRANSPORT"] = rest[0]
    if rest[1:]:
        environ |= {"CONDUCTOR_AUTH_KEY": "key", "CONDUCTOR_AUTH_SECRET": "secret", "CONDUCTOR_AUTH_TOKEN_TTL": rest[1]}
    with TaskHandler(Settings.load(environ=environ), handle_signals=True) as handler:
        handler.join()


if __name__ == "__main__":
    main()
