"""A server that gives out tokens of a short life and lets requests with a good one through to another server."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final, cast

from tests._support.token_server import KEY, SECRET

if TYPE_CHECKING:
    from collections.abc import Generator

_HOP_BY_HOP: Final = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})
_UPSTREAM_SECONDS: Final = 60.0


@dataclass
class TokenGate:
    """What the gate was asked.

    Attributes:
        life: seconds that a token lets requests through.
        url: base URL.
        asked: when each token was asked for, in monotonic seconds.
        passed: requests that were let through.
        refused: requests that were not.
        without_header: those of them that carried no token at all.
    """

    life: float
    url: str = ""
    asked: list[float] = field(default_factory=list[float])
    passed: int = 0
    refused: int = 0
    without_header: int = 0
    _given: dict[str, float] = field(default_factory=dict[str, float])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def token(self, body: bytes) -> str | None:
        """Give out a token, to who has the key."""
        if json.loads(body) != {"keyId": KEY, "keySecret": SECRET}:
            return None
        with self._lock:
            now = time.monotonic()
            self.asked.append(now)
            token = f"token-{len(self.asked)}"
            self._given[token] = now + self.life
            return token

    def lets_through(self, token: str | None) -> bool:
        """Look at the token of a request."""
        with self._lock:
            good = token is not None and time.monotonic() < self._given.get(token, 0.0)
            self.passed += good
            self.refused += not good
            self.without_header += token is None
            return good


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Give out a token, or pass the request on."""
        gate = self._behind.gate
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path == "/api/token":
            token = gate.token(body)
            self._answer(200 if token else 401, {"token": token} if token else {"message": "wrong key"})
        elif gate.lets_through(self.headers.get("x-authorization")):
            self._pass_on(body)
        else:
            self._answer(401, {"error": "EXPIRED_TOKEN", "message": "Token has expired"})

    def do_GET(self) -> None:
        """Do the same."""
        self.do_POST()

    def do_PUT(self) -> None:
        """Do the same."""
        self.do_POST()

    def do_DELETE(self) -> None:
        """Do the same."""
        self.do_POST()

    @property
    def _behind(self) -> _Server:
        return cast("_Server", self.server)

    def _pass_on(self, body: bytes) -> None:
        upstream = self._behind.upstream
        connection = http.client.HTTPConnection(upstream, timeout=_UPSTREAM_SECONDS)
        with contextlib.closing(connection):
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            connection.request(self.command, self.path, body=body or None, headers={**headers, "Host": upstream})
            answer = connection.getresponse()
            content = answer.read()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP]
        self._send(answer.status, kept, content)

    def _answer(self, status: int, document: object) -> None:
        self._send(status, [("content-type", "application/json")], json.dumps(document).encode())

    def _send(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Stay silent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, gate: TokenGate, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.gate = gate
        self.upstream = upstream

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the tests."""


@contextlib.contextmanager
def token_gate(upstream: str, life: float) -> Generator[TokenGate]:
    """Serve before another server, given as host and port, until the block ends."""
    gate = TokenGate(life)
    server = _Server(gate, upstream)
    gate.url = f"http://127.0.0.1:{server.server_address[1]}/api"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield gate
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
