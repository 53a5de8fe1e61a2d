"""100,000 requests on one HTTP/2 client, 100 at a time, to an nginx that says goodbye to a connection every 1000 requests.

Ends with status 1 when one of them fails. `make bench` does not run it; it takes a minute or two.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
from typing import TYPE_CHECKING

from benchmarks.http2.load import load
from benchmarks.http2.server import answering
from conductor_transport_http2 import AsyncHttp2Transport, Http2Options

if TYPE_CHECKING:
    from benchmarks.http2.load import Done


async def _run(port: int, requests: int, streams: int) -> Done:
    options = Http2Options(prior_knowledge=True)
    async with AsyncHttp2Transport(options) as transport:
        return await load(transport, f"http://127.0.0.1:{port}", requests, streams)


def main() -> None:
    """Send and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--streams", type=int, default=100, help="requests at a time")
    parser.add_argument("--goodbye", type=int, default=1000, help="requests after which nginx ends a connection")
    arguments = parser.parse_args()
    with answering(arguments.goodbye) as server:
        done = asyncio.run(_run(server.port, arguments.requests, arguments.streams))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{done.answers} answers, {len(done.errors)} errors, {done.seconds:.1f} s, {done.slowest:.2f} s the slowest")
    print(f"{done.cpu / arguments.requests * 1e6:.0f} us CPU for a request, at most {memory:.0f} MiB resident")
    for error in sorted(set(done.errors))[:10]:
        print(f"  {done.errors.count(error)} x {error}")
    sys.exit(1 if done.errors else 0)


if __name__ == "__main__":
    main()
