"""The transport as a part of a program: TLS, fall-back, threads, forks, loops, test libraries, ends."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import respx
from h2.errors import ErrorCodes

from conductor_core import ConductorError
from conductor_core.http import URL, AsyncClient, Client, CloseError, ReadError, RemoteProtocolError, Response
from conductor_core.http1 import Timeouts, header_block, origin_of
from conductor_transport_http2 import AsyncHttp2Transport, Http2Options, Http2Transport
from tests._support.certificates import Certificates
from tests._support.hostile_server import HostileServer
from tests._support.http2_server import Http2Peer, Http2Server, server_context

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

PRIOR = Http2Options(prior_knowledge=True)
TIMEOUTS = Timeouts(20.0, 20.0, 20.0, 20.0)
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusting(certificates: Certificates) -> Any:
    import ssl  # noqa: PLC0415 - beside its only use

    def context() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=certificates.path("ca.crt"))

    return context


@needs_openssl
async def test_the_handshake_decides(faces: Any, certificates: Certificates, trusting: Any) -> None:
    face = faces(ssl_context=trusting)
    with Http2Server(tls=server_context(certificates.server_context(), "h2", "http/1.1")) as server:
        answers = await asyncio.gather(*[face.request("POST", server.url, content=b"x" * 100_000) for _ in range(20)])
    assert {(answer.text, answer.http_version) for answer in answers} == {("ok", "HTTP/2")}
    assert server.connections == 1


def body_of(path: bytes) -> bytes:
    """Return 300 kB, several reads' worth, that no other path has."""
    return b"".join(b"%s %d\n" % (path, number) for number in range(20_000))


async def answer_with_bodies(peer: Http2Peer) -> None:
    """Answer each request with the body of its path."""
    while True:
        asked = await peer.request()
        await peer.answer(asked, body_of(asked.headers[b":path"]))


@needs_openssl
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
async def test_what_was_read_outlives_the_buffer_it_was_read_into(
    faces: Any, certificates: Certificates, trusting: Any, *, secure: bool
) -> None:
    face = faces(ssl_context=trusting) if secure else faces()
    tls = server_context(certificates.server_context(), "h2") if secure else None
    with Http2Server(answer_with_bodies, tls=tls) as server:
        answers = await asyncio.gather(*[face.request("GET", f"{server.url}/{number}") for number in range(5)])
    assert [answer.content for answer in answers] == [body_of(b"/%d" % number) for number in range(5)]
    assert server.connections == 1


@needs_openssl
@pytest.mark.parametrize("protocols", [(), ("http/1.1",)], ids=["no-alpn", "http1"])
async def test_a_server_without_http2_gets_http1(
    faces: Any, certificates: Certificates, trusting: Any, protocols: tuple[str, ...]
) -> None:
    face = faces(ssl_context=trusting)
    context = certificates.server_context()
    if protocols:
        server_context(context, *protocols)
    with HostileServer(tls=context) as server:
        answers = [await face.request("POST", server.url, content=b"x") for _ in range(3)]
        block = header_block([(b"Host", b"127.0.0.1")])
        found = await face.exchange(origin_of(URL(server.url)), b"GET", b"/", block, timeouts=TIMEOUTS)
    assert {(answer.text, answer.http_version) for answer in answers} == {("ok", "HTTP/1.1")}
    assert (found.status, found.body) == (200, b"ok")
    assert len(server.received) == 4
    assert server.connections == 2  # one to find out, one kept


async def test_plain_http_without_prior_knowledge_is_http1(faces: Any) -> None:
    face = faces(prior_knowledge=False)
    with HostileServer() as server:
        assert (await face.request("GET", server.url)).http_version == "HTTP/1.1"
    assert server.connections == 1


async def test_a_server_may_want_http1_for_a_request(faces: Any) -> None:
    async def picky(peer: Http2Peer) -> None:
        asked = await peer.request()
        peer.h2.reset_stream(asked.stream, ErrorCodes.HTTP_1_1_REQUIRED)
        await peer.flush()
        await peer.serve()

    face = faces()
    # The same port cannot speak both, so HTTP/1.1 meets a server that does not know it: the request went there.
    with Http2Server(picky) as server:
        with pytest.raises((RemoteProtocolError, ReadError)):
            await face.request("GET", server.url)
        assert (await face.request("GET", server.url)).text == "ok"


async def test_a_request_built_before_is_the_same(face: Any) -> None:
    block = header_block([(b"Host", b"conductor"), (b"X-Authorization", b"t"), (b"Accept", b"application/json")])
    with Http2Server() as server:
        origin = origin_of(URL(server.url))
        answer = await face.exchange(origin, b"POST", b"/api/tasks?a=b", block, b"{}", timeouts=TIMEOUTS)
        assert (answer.status, answer.version, answer.body) == (200, b"HTTP/2", b"ok")
        await face.exchange(origin, b"GET", b"/", block, timeouts=TIMEOUTS, repeatable=True)
    assert server.asked[0].headers == {
        b":method": b"POST",
        b":scheme": b"http",
        b":authority": b"conductor",
        b":path": b"/api/tasks?a=b",
        b"x-authorization": b"t",
        b"accept": b"application/json",
        b"content-length": b"2",
    }
    assert b"content-length" not in server.asked[1].headers


async def test_cancelling_resets_one_stream_and_no_other() -> None:
    async def slow(peer: Http2Peer) -> None:
        first = await peer.request()
        while first.stream + 2 not in peer.resets:
            await peer.read()
        await peer.answer(first)
        await peer.serve()

    with Http2Server(slow) as server:
        async with AsyncClient(transport=AsyncHttp2Transport(PRIOR), timeout=20) as client:
            kept = asyncio.create_task(client.get(server.url))
            while not server.asked:  # noqa: ASYNC110 - another thread
                await asyncio.sleep(0.01)
            lost = asyncio.create_task(client.get(server.url))
            while len(server.asked) < 2:  # noqa: ASYNC110 - another thread
                await asyncio.sleep(0.01)
            lost.cancel()
            assert (await kept).text == "ok"
            with pytest.raises(asyncio.CancelledError):
                await lost
    assert list(server.peers[0].resets.values()) == [ErrorCodes.CANCEL]
    assert server.connections == 1


async def test_who_gives_up_waiting_leaves_the_connection_to_the_others() -> None:
    with Http2Server() as server:
        async with AsyncClient(transport=AsyncHttp2Transport(PRIOR), timeout=20) as client:
            tasks = [asyncio.create_task(client.get(server.url)) for _ in range(10)]
            await asyncio.sleep(0)
            for task in tasks[:5]:
                task.cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(item, Response) for item in done] == [False] * 5 + [True] * 5
    assert server.connections == 1


async def test_another_loop_is_refused_in_one_sentence() -> None:
    with Http2Server() as server:
        transport = AsyncHttp2Transport(PRIOR)
        async with AsyncClient(transport=transport, timeout=20) as client:
            await client.get(server.url)

            async def elsewhere() -> None:
                await AsyncClient(transport=transport).get(server.url)

            with pytest.raises(ConductorError, match="belongs to another event loop"):
                await asyncio.to_thread(asyncio.run, elsewhere())


async def test_closing_fails_what_is_under_way_and_what_comes_later(faces: Any) -> None:
    async def silent(peer: Http2Peer) -> None:
        while True:
            await peer.read()

    face = faces()
    with Http2Server(silent) as server:
        request = asyncio.create_task(face.request("GET", server.url))
        while not server.asked:  # noqa: ASYNC110 - another thread
            await asyncio.sleep(0.01)
        await face.close()
        with pytest.raises(CloseError):
            await request
        with pytest.raises((CloseError, RuntimeError)):
            await face.request("GET", server.url)


def test_threads_share_one_connection_and_the_thread_ends() -> None:
    with Http2Server() as server, Client(transport=Http2Transport(PRIOR), timeout=20) as client:

        def post(number: int) -> str:
            return client.post(f"{server.url}/{number}", content=b"x").text

        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(post, range(200)))
        assert server.connections == 1
        assert any(thread.name == "conductor-http2" for thread in threading.enumerate())
    assert answers == ["ok"] * 200
    assert not any(thread.name == "conductor-http2" for thread in threading.enumerate())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_has_connections_of_its_own_and_leaves_the_parents_alone() -> None:
    """In a process of its own, since forking is not for a process full of threads of tests."""
    with Http2Server() as server:
        done = subprocess.run(
            [sys.executable, "-c", FORKING, server.url], capture_output=True, text=True, timeout=60, check=False
        )
    assert (done.returncode, done.stdout.split()) == (0, ["ok", "ok", "0", "ok"]), done.stderr
    assert server.connections == 2


FORKING = """
import os, sys
from conductor_core.http import Client
from conductor_transport_http2 import Http2Options, Http2Transport
client = Client(transport=Http2Transport(Http2Options(prior_knowledge=True)), timeout=20)
print(client.get(sys.argv[1]).text, flush=True)
child = os.fork()
if not child:
    print(client.get(sys.argv[1]).text, flush=True)
    client.close()
    os._exit(0)
print(os.waitpid(child, 0)[1])
print(client.get(sys.argv[1]).text)
client.close()
"""


def test_a_program_that_forgets_to_close_ends() -> None:
    with Http2Server() as server:
        program = FORKING.partition("child =")[0]
        done = subprocess.run(
            [sys.executable, "-c", program, server.url], capture_output=True, text=True, timeout=60, check=True
        )
    assert (done.stdout.strip(), done.stderr) == ("ok", "")


@respx.mock
async def test_respx_sees_every_request(face: Any) -> None:
    respx.get("https://conductor.invalid/api").mock(return_value=Response(200, text="mocked"))
    assert face.transport.intercepted
    assert (await face.request("GET", "https://conductor.invalid/api")).text == "mocked"


async def test_what_http2_has_not_goes_to_the_stock_transport(faces: Any, tmp_path: Path) -> None:
    face = faces()
    with HostileServer() as server:
        response = await face.request("GET", server.url, headers={"Upgrade": "websocket", "Connection": "upgrade"})
    assert response.http_version == "HTTP/1.1"
