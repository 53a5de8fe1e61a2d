"""The same no-op worker on conductor-python: ``python peer_python.py PORT CONCURRENCY async|sync TYPES``.

Its workers must be functions of a module that a spawned process can import again, so they are made at import.
``CONDUCTOR_WORKER_ISOLATION=thread`` selects its mode with one process.
"""

from __future__ import annotations

import sys

from conductor.client.automator.task_handler import TaskHandler
from conductor.client.configuration.configuration import Configuration
from conductor.client.worker.worker_task import worker_task  # noqa: F401 - used by the source below

PORT, CONCURRENCY, KIND, TYPES = sys.argv[1:5]
# The peer cannot read annotations that are text, as they are under this file's __future__ import.
SOURCE = """
@worker_task(task_definition_name={name!r}, thread_count={concurrency})
{colour}def {function}(order_id):
    return {{"ok": bool(order_id)}}
{function}.__annotations__["order_id"] = str
"""

for index, name in enumerate(TYPES.split(",")):
    colour = "async " if KIND == "async" else ""
    exec(SOURCE.format(name=name, concurrency=CONCURRENCY, colour=colour, function=f"no_op_{index}"))  # noqa: S102 - see above


def main() -> None:
    """Serve until SIGTERM."""
    handler = TaskHandler(
        configuration=Configuration(base_url=f"http://127.0.0.1:{PORT}", debug=False), scan_for_annotated_workers=True
    )
    handler.start_processes()
    handler.join_processes()


if __name__ == "__main__":
    main()
