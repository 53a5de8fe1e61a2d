"""A small HTTP server on a free port of 127.0.0.1, for what only sockets can show."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@dataclass
class LocalServer:
    """What the server was asked, with which headers (names in lower case), and on which connections; ``hold`` lets a request wait for ``release``."""

    url: str = ""
    paths: list[str] = field(default_factory=list[str])
    methods: list[str] = field(default_factory=list[str])
    received: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    clients: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    arrived: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    hold: bool = False
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b"{}"


@contextmanager
def local_server() -> Generator[LocalServer]:
    """Serve until the block ends."""
    state = LocalServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", "0")))
            self.answer()

        def answer(self) -> None:
            state.paths.append(self.path)
            state.methods.append(self.command)
            state.received.append({name.lower(): value for name, value in self.headers.items()})
            state.clients.append(self.client_address)
            state.arrived.set()
            if state.hold:
                state.release.wait(5)
            self.send_response(state.status)
            for name, value in {"Content-Type": "application/json", **state.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            self.wfile.write(state.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Stay silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up is part of the tests."""

    server = Server(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.release.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
