"""What every transport to a server keeps: the built-in ones, one of a stranger, one that is wrapped."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import ConductorError, get, post
from conductor_core.errors import ConnectionFailedError, RequestTimeoutError
from tests._support.http2_server import Http2Peer, Http2Server, local_http2_server
from tests._support.local_server import LocalServer, local_server
from tests.contract._transports import Subject, each_transport

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator


@pytest.fixture
def server(subject: Subject) -> Iterator[LocalServer]:
    with local_http2_server() if subject.http2 else local_server() as running:
        yield running


@each_transport
def test_requests_arrive_and_answers_return(subject: Subject, server: LocalServer) -> None:
    server.body = b'{"a": [1, null, "gr\xc3\xb6\xc3\x9fe"]}'
    call = post("/x/{}", "a/b c", query={"q": "a b+c&d"}, body={"n": None}, returns=dict[str, Any])
    assert subject.run(server.url, call) == [{"a": [1, None, "größe"]}]
    assert server.paths == ["/api/x/a%2Fb%20c?q=a%20b%2Bc%26d"]


class Searches:
    """Notes which modules Python goes to look for, at the head of its finders."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        self.counts[name] += 1


@each_transport
def test_no_request_searches_for_a_module(
    subject: Subject, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is not installed is looked for in all folders each time, which costs more than the request."""
    searches = Searches()
    monkeypatch.setattr(sys, "meta_path", [searches, *sys.meta_path])
    subject.run(server.url, *[get("/x", returns=dict[str, Any])] * 5)
    assert [name for name, count in searches.counts.items() if count >= 5] == []


@each_transport
def test_a_connection_is_kept(subject: Subject, server: LocalServer) -> None:
    subject.run(server.url, *[get("/x")] * 5)
    assert len(server.paths) == 5
    assert len(set(server.clients)) == 1


@each_transport
def test_a_large_answer_arrives_whole(subject: Subject, server: LocalServer) -> None:
    text = "x" * 2_000_000
    server.body = f'"{text}"'.encode()
    (answer,) = subject.run(server.url, post("/x", body=text, returns=str))
    assert answer == text


@each_transport
def test_calls_side_by_side_do_not_mix(subject: Subject, server: LocalServer) -> None:
    assert subject.gather(server.url, *[post("/x/{}", number, body={}) for number in range(60)]) == [None] * 60
    assert sorted(server.paths) == sorted(f"/api/x/{number}" for number in range(60))


@each_transport
def test_an_error_answer_is_an_answer(subject: Subject, server: LocalServer) -> None:
    server.status, server.body = 409, b'{"message": "it exists"}'
    with pytest.raises(ConductorError, match="answered 409: it exists"):
        subject.run(server.url, post("/x", body={}))


@each_transport
def test_patience_ends(subject: Subject, server: LocalServer) -> None:
    server.hold = True
    with pytest.raises(RequestTimeoutError):
        subject.run(server.url, get("/x", timeout=0.05))
    with pytest.raises(RequestTimeoutError):
        subject.run(server.url, get("/x"), request_timeout=0.05)


@each_transport
def test_nobody_there_is_a_failure_to_connect(subject: Subject) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(ConnectionFailedError, match="cannot connect") as caught:
        subject.run(f"http://127.0.0.1:{port}", post("/x", body={}))
    assert caught.value.retryable


@contextlib.contextmanager
def _hanging_up(subject: Subject) -> Generator[str]:
    """Accept connections, read a request, and close them without an answer."""
    if subject.http2:

        async def handler(peer: Http2Peer) -> None:
            await peer.request()

        with Http2Server(handler) as server:
            yield server.url
        return
    import threading  # noqa: PLC0415 - beside its only use

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        connection.recv(65536)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@each_transport
def test_a_connection_that_breaks_is_no_failure_to_connect(subject: Subject) -> None:
    with _hanging_up(subject) as url:
        with pytest.raises(ConnectionFailedError) as caught:
            subject.run(url, post("/x", body={}))
        assert not caught.value.retryable
        with pytest.raises(ConnectionFailedError) as caught:
            subject.run(url, get("/x"))
        assert caught.value.retryable


@each_transport
def test_credentials_stay_at_their_origin(subject: Subject, server: LocalServer) -> None:
    with local_server() as evil:
        server.status, server.headers = 302, {"Location": f"{evil.url}/api/x"}
        with pytest.raises(ConductorError, match="not followed"):
            subject.run(server.url, get("/x"), auth_token="secret")
        assert evil.paths == []


@each_transport
def test_a_transport_does_not_follow_redirects_by_itself(subject: Subject, server: LocalServer) -> None:
    server.status, server.headers = 307, {"Location": "/api/elsewhere"}
    with pytest.raises(ConductorError, match="not followed"):
        subject.run(server.url, post("/x", body={}))
    assert server.paths == ["/api/x"]
