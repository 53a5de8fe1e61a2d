"""Thousands of requests to servers that others wrote: nginx, and hypercorn with TLS. The long form is benchmarks/http2."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
from typing import TYPE_CHECKING, Any

import pytest
from hypercorn.asyncio import serve  # pyright: ignore[reportUnknownVariableType] - WSGI's types are loose there
from hypercorn.config import Config

from benchmarks.http2.load import load
from benchmarks.http2.server import answering
from conductor_transport_http2 import AsyncHttp2Transport, Http2Options
from tests._support.certificates import Certificates
from tests._support.nginx import need_nginx

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

REQUESTS = 3000
STREAMS = 100


@pytest.mark.slow
async def test_nginx_which_says_goodbye_every_few_hundred_requests() -> None:
    need_nginx()
    with answering(requests_of_a_connection=500) as server:
        options = Http2Options(prior_knowledge=True, max_connections=2)
        async with AsyncHttp2Transport(options) as transport:
            done = await load(transport, f"http://127.0.0.1:{server.port}", REQUESTS, STREAMS)
    assert (done.answers, done.errors) == (REQUESTS, [])


async def hello(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the number of bytes that came."""
    if scope["type"] != "http":
        return
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"%d" % size})


@contextlib.asynccontextmanager
async def hypercorn(certificates: Certificates) -> AsyncGenerator[str]:
    config = Config()
    # hypercorn ends a connection after 1000 requests, and drops those it has accepted by then.
    config.keep_alive_max_requests = 1_000_000
    config.certfile, config.keyfile = certificates.path("server.crt"), certificates.path("server.key")
    config.loglevel = "CRITICAL"
    stop = asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        config.bind = [f"fd://{listening.detach()}"]
    serving = asyncio.create_task(serve(hello, config, shutdown_trigger=stop.wait))
    try:
        yield f"https://127.0.0.1:{port}"
    finally:
        stop.set()
        await serving


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program")
async def test_hypercorn_over_tls(tmp_path: Path) -> None:
    certificates = Certificates.make(tmp_path)

    def trusting() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=certificates.path("ca.crt"))

    async with hypercorn(certificates) as url, AsyncHttp2Transport(ssl_context=trusting) as transport:
        done = await load(transport, url, REQUESTS // 2, STREAMS)
        connections = len(transport.connections)
    assert (done.answers, done.errors) == (REQUESTS // 2, [])
    assert connections == 1
