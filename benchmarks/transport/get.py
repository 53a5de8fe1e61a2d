"""GET of one workflow through the blocking client, beside ``http.client``: CPU of the calling process for each.

``python -m benchmarks.transport.get [--rounds 7] [--requests 2000]``

Both read the same answer with five tasks. ``http.client`` parses it with ``json``; the client makes its model of it, or, in
the row *as a dict*, what ``http.client`` makes.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.transport.run import show, stub_server
from conductor_core import Conductor, get

if TYPE_CHECKING:
    from collections.abc import Callable

WORKFLOW_ID = "0b5b7b2e-6c0c-4d2d-9df6-5a1b0a4e9c55"


def measured(step: Callable[[], object], requests: int) -> float:
    """Return microseconds of CPU for each request."""
    for _ in range(50):
        step()
    started = time.process_time()
    for _ in range(requests):
        step()
    return (time.process_time() - started) / requests * 1e6


def one_round(port: int, requests: int) -> dict[str, float]:
    """Measure everybody once."""
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def plain() -> object:
        connection.request("GET", f"/api/workflow/{WORKFLOW_ID}?includeTasks=true")
        return json.loads(connection.getresponse().read())

    found = {"http.client and json": measured(plain, requests)}
    connection.close()
    call = get("/workflow/{}", WORKFLOW_ID, query={"includeTasks": True}, returns=dict[str, Any])
    for transport in ("http1", "httpx"):
        with Conductor(server_url=f"http://127.0.0.1:{port}/api", transport=transport) as conductor:
            as_dict, as_model = partial(conductor.run, call), partial(conductor.workflows.get_workflow, WORKFLOW_ID)
            found[f"{transport}, as a dict"] = measured(as_dict, requests)
            found[f"{transport}, get_workflow"] = measured(as_model, requests)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=2000)
    options = parser.parse_args()
    with stub_server() as port:
        rounds = [one_round(port, options.requests) for _ in range(options.rounds)]
    show("GET of one workflow, blocking, us of CPU", rounds)
    print(f"median of http.client: {statistics.median(found['http.client and json'] for found in rounds):.0f} us")


if __name__ == "__main__":
    main()
