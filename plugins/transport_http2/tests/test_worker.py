"""Workers over HTTP/2: their polls take the short way, and all of them share one connection."""

from __future__ import annotations

from typing import Any

from conductor_core import Settings, TaskHandler
from conductor_core.worker import WorkerOptions, define_worker
from tests._support.http2_server import local_http2_server


def work(x: int) -> int:
    return x


async def test_polls_of_many_types_share_a_connection_and_take_the_short_way(until: Any) -> None:
    types = {f"type_{number}" for number in range(20)}
    workers = [define_worker(name, work, WorkerOptions(poll_interval=50)) for name in sorted(types)]
    with local_http2_server() as server:
        server.body = b"[]"
        settings = Settings(server_url=server.url, transport="http2", http2_prior_knowledge=True)
        with TaskHandler(settings, workers=workers, environ={}):
            await until(lambda: len(server.paths) >= 60)
    polls = [path for path in server.paths if path.startswith("/api/tasks/poll/batch/")]
    assert {path.partition("?")[0].rpartition("/")[2] for path in polls} == types
    assert len(set(server.clients)) == 1
    assert not any("accept-encoding" in headers for headers in server.received)  # the ordinary way asks for it
