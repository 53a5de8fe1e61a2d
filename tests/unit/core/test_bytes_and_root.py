"""Bodies and answers of bytes, and paths that stand beside the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import get, post
from tests._support.client_fixtures import async_conductor, conductor, server

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

__all__ = ["async_conductor", "conductor", "server"]
BYTES = b"\x00\xffbytes"


async def test_bytes_go_and_come_as_they_are(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    sent = server.post("/file").respond(200, content=BYTES)
    call = post("/file", content=BYTES, returns=bytes)
    assert conductor.run(call) == BYTES == await async_conductor.run(call)
    request = sent.calls.last.request
    assert request.content == BYTES
    assert request.headers["content-type"] == "application/octet-stream"
    assert request.headers["accept"].startswith("application/octet-stream")


async def test_a_path_beside_the_api_leaves_it_out(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    route = server.get(url="http://conductor.test/health").respond(json={"healthy": True})
    call = get("/health", returns=dict[str, bool], beside_api=True)
    assert conductor.run(call) == {"healthy": True} == await async_conductor.run(call)
    assert route.call_count == 2


def test_the_text_of_a_call_shows_no_body() -> None:
    for call in (post("/a", body={"secret": "hush"}), post("/a", text="hush"), post("/a", content=b"hush")):
        assert "hush" not in repr(call)
