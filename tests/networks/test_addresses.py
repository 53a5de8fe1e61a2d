"""Addresses of every kind, and what is said when one leads nowhere."""

from __future__ import annotations

import contextlib
import gc
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Settings, get, post
from conductor_core.errors import ApiError, ConfigurationError, ConnectionFailedError, RequestTimeoutError
from tests._support.hostile_server import HostileServer
from tests._support.local_server import local_server
from tests.networks.conftest import Caller

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from tests._support.hostile_server import Peer

VERSION = get("/version", returns=str)


class Echo(BaseHTTPRequestHandler):
    """Answers with the path and the host that it was asked for."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = f"{self.path} {self.headers['host']}".encode()
        self.send_response(200)
        self.send_header("content-type", "text/plain")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Stay silent."""


@contextlib.contextmanager
def echo(host: str, family: socket.AddressFamily) -> Generator[int]:
    class Server(ThreadingHTTPServer):
        address_family = family
        daemon_threads = True

    server = Server((host, 0), Echo)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(20)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with echo("127.0.0.1", socket.AF_INET) as found:
        yield found


@pytest.fixture(scope="module")
def port6() -> Iterator[int]:
    with contextlib.ExitStack() as stack:
        try:
            found = stack.enter_context(echo("::1", socket.AF_INET6))
        except OSError:
            pytest.skip("this machine has no IPv6")
        yield found


def asked(caller: Any, url: str) -> list[str]:
    """Call once, and return path and host as they arrived."""
    (answer,) = caller.run({"CONDUCTOR_SERVER_URL": url}, VERSION)
    path, host = str(answer).split()
    return [path, host]


def test_an_address_of_ipv6(caller: Any, port6: int) -> None:
    assert asked(caller, f"http://[::1]:{port6}") == ["/api/version", f"[::1]:{port6}"]


def test_a_path_before_the_api(caller: Any, port: int) -> None:
    assert asked(caller, f"http://127.0.0.1:{port}/conductor/v1/") == [
        "/conductor/v1/api/version",
        f"127.0.0.1:{port}",
    ]
    assert asked(caller, f"http://127.0.0.1:{port}/a%20b/ü/api")[0] == "/a%20b/%C3%BC/api/version"


@pytest.mark.parametrize("host", ["bücher.test", "BÜCHER.test", "xn--bcher-kva.test"])
def test_a_name_with_other_letters(caller: Any, port: int, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real, names = socket.getaddrinfo, set[str]()

    def resolve(name: Any, *arguments: Any, **options: Any) -> Any:
        names.add(name.decode() if isinstance(name, bytes) else name)
        return real("127.0.0.1", *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert asked(caller, f"http://{host}:{port}") == ["/api/version", f"xn--bcher-kva.test:{port}"]
    assert names == {"xn--bcher-kva.test"}


@pytest.mark.parametrize("host", ["a..b", ".a", f"{'a' * 64}.test", f"{'ü' * 63}.test"])
def test_what_can_be_no_host_is_refused(host: str) -> None:
    with pytest.raises(ConfigurationError, match="CONDUCTOR_SERVER_URL must be like"):
        Settings.load(environ={"CONDUCTOR_SERVER_URL": f"http://{host}"})
    assert Settings(server_url="http://a.test.").server_url == "http://a.test./api"


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="the system has no Unix sockets")
@pytest.mark.filterwarnings(
    "ignore:unclosed:ResourceWarning"
)  # the blocking backend of httpcore leaves it to the collector
def test_a_socket_that_is_not_there_is_named(caller: Any, folder: Path) -> None:
    missing, too_long = folder / "no.sock", folder / ("x" * 200)
    for path in (missing, too_long):
        with pytest.raises(ConnectionFailedError, match=f"cannot connect to the socket {path}: ") as caught:
            caller.run({"CONDUCTOR_SERVER_URL": f"unix:{path}"}, VERSION)
        assert caught.value.retryable
        del caught
        gc.collect()


def test_proxies_of_the_system_are_not_taken(caller: Any, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:9")
    assert asked(caller, f"http://127.0.0.1:{port}")[0] == "/api/version"


# Proxies that misbehave.

REPLIES = {
    "garbage": b"\x16\x03\x01garbage\r\n\r\n",
    "nothing": b"",
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n",
    "a refusal": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nnever",
    "a refusal at last": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
    "no TLS": b"HTTP/1.1 200 OK\r\n\r\nthis is no handshake of TLS",
    "no end": b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 1_000_000,
}


def proxy(reply: bytes) -> HostileServer:
    async def answer(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send(reply)

    return HostileServer(answer)


@pytest.mark.parametrize("reply", REPLIES)
def test_a_proxy_that_opens_no_tunnel_is_an_error_with_a_reason(caller: Any, reply: str) -> None:
    with proxy(REPLIES[reply]) as server:
        environment = {"CONDUCTOR_SERVER_URL": "https://conductor.test", "CONDUCTOR_PROXY_URL": server.url}
        with pytest.raises(ConnectionFailedError, match=r"failed: .*\w") as caught:
            caller.run(environment, VERSION)
    assert not str(caught.value).endswith(": ")


def test_a_password_that_the_proxy_does_not_take_is_told_as_that(caller: Any) -> None:
    denial = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with proxy(denial) as server:
        address = server.url.replace("//", "//me:s3cret@")
        tunnelled = {"CONDUCTOR_SERVER_URL": "https://conductor.test", "CONDUCTOR_PROXY_URL": address}
        with pytest.raises(ConnectionFailedError) as caught:
            caller.run(tunnelled, post("/x"))
        with pytest.raises(ApiError) as plain:
            caller.run({**tunnelled, "CONDUCTOR_SERVER_URL": "http://conductor.test"}, post("/x"))
    port = server.url.rpartition(":")[2]
    assert f"through the proxy 127.0.0.1:{port}" in str(caught.value)
    assert caught.value.retryable  # nothing was sent, so it may be sent again
    for error in (caught.value, plain.value):
        assert "check name and password in proxy_url" in str(error)
        assert "s3cret" not in str(error)


def test_a_proxy_that_says_nothing_costs_the_time_to_connect(caller: Any) -> None:
    async def silent(peer: Peer) -> None:
        await peer.reader.read()

    environment = {"CONDUCTOR_CONNECT_TIMEOUT_MS": "100", "CONDUCTOR_REQUEST_TIMEOUT_MS": "200"}
    with HostileServer(silent) as server:
        where = {"CONDUCTOR_SERVER_URL": "https://conductor.test", "CONDUCTOR_PROXY_URL": server.url}
        with pytest.raises(RequestTimeoutError):
            caller.run({**environment, **where}, VERSION)


@pytest.mark.parametrize("http2_caller", [Caller("http2", "sync"), Caller("http2", "async")], ids=str, indirect=True)
def test_interim_answers_of_a_proxy_without_end_are_refused(http2_caller: Any) -> None:
    """Only the tunnel of this driver is ours."""
    with proxy(b"HTTP/1.1 100 Continue\r\n\r\n" * 100) as server:
        where = {"CONDUCTOR_SERVER_URL": "https://conductor.test", "CONDUCTOR_PROXY_URL": server.url}
        with pytest.raises(ConnectionFailedError, match="the proxy's answer has no end"):
            http2_caller.run(where, VERSION)


def test_the_status_of_a_redirect_of_the_server_is_told(caller: Any) -> None:
    with local_server() as server:
        server.status, server.headers = 302, {"location": "http://elsewhere.test/secret-path"}
        with pytest.raises(ApiError, match=r"a redirect to http://elsewhere\.test, which is not followed"):
            caller.run({"CONDUCTOR_SERVER_URL": server.url}, VERSION)
