"""What every transport keeps."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from conductor_core._call import get, post
from conductor_core.contracts._faces import FACES, kept, offering, parts_for, run
from conductor_core.errors import ConductorError, ConnectionFailedError, RequestTimeoutError

if TYPE_CHECKING:
    from collections.abc import Generator

    from conductor_core._call import Call
    from conductor_core.interfaces import TransportFactory
    from conductor_core.settings import Settings

_TEXT: Final = "größe"
_LARGE: Final = 3_000_000
_PATIENCE: Final = 0.5  # seconds that a request waits for a server that does not answer


def check_transport(kind: type[TransportFactory], settings: Settings) -> None:
    """Check a transport on both faces, with an HTTP/1.1 server on a free port of 127.0.0.1.

    Requests arrive as they were made and large answers whole; redirects are not followed; a server that is not there and one
    that does not answer give the errors that say so, and the next request works.

    Args:
        kind: the class.
        settings: what it is configured with; their transport, retry and address are set here.

    Raises:
        AssertionError: something is not kept; the sentence says what.
    """
    for face in FACES:
        with _server() as server:
            chosen = replace(settings, transport=kind.name, auth="none", server_url=server.url)
            _carries(kind, chosen, face, server)
            _stays(kind, chosen, face, server)
            _tells_of_silence(kind, chosen, face)
        _tells_of_nobody(kind, chosen, face)


class _Server:
    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[str] = []
        self.bodies: list[bytes] = []
        self.ended = threading.Event()


def _run(kind: type[TransportFactory], settings: Settings, face: str, *calls: Call[Any]) -> list[Any]:
    return run(face, parts_for(settings, offering("conductor_register_transport", kind)), *calls)


def _carries(kind: type[TransportFactory], settings: Settings, face: str, server: _Server) -> None:
    body = {"text": _TEXT}
    call = post("/echo/{}", "a/b c", query={"q": "x y&z"}, body=body, returns=dict[str, str])
    kept(_run(kind, settings, face, call) == [body], f"{kind.name} ({face}): a body does not come back as it was sent")
    kept(
        server.asked[-1:] == ["POST /api/echo/a%2Fb%20c?q=x%20y%26z"],
        f"{kind.name} ({face}): the request did not arrive as it was made, but as {server.asked}",
    )
    (answer,) = _run(kind, settings, face, get("/large", returns=bytes))
    kept(len(answer) == _LARGE, f"{kind.name} ({face}): of an answer of {_LARGE} bytes {len(answer)} arrive")


def _stays(kind: type[TransportFactory], settings: Settings, face: str, server: _Server) -> None:
    before = len(server.asked)
    with suppress(ConductorError):
        _run(kind, settings, face, post("/moved", body={}))
    kept(len(server.asked) == before + 1, f"{kind.name} ({face}): it follows a redirect by itself")


def _tells_of_silence(kind: type[TransportFactory], settings: Settings, face: str) -> None:
    impatient = replace(settings, request_timeout=_PATIENCE)
    error = _error_of(kind, impatient, face, get("/silent", retry_budget=0))
    kept(
        isinstance(error, RequestTimeoutError),
        f"{kind.name} ({face}): a server that does not answer must give ReadTimeout of httpx, got {error!r}",
    )
    (answer,) = _run(kind, settings, face, get("/again", returns=dict[str, Any]))
    kept(answer == {}, f"{kind.name} ({face}): the request after a timeout fails")


def _tells_of_nobody(kind: type[TransportFactory], settings: Settings, face: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    error = _error_of(kind, replace(settings, server_url=address), face, get("/x", retry_budget=0))
    kept(
        isinstance(error, ConnectionFailedError),
        f"{kind.name} ({face}): a server that is not there must give ConnectError of httpx, got {error!r}",
    )


def _error_of(kind: type[TransportFactory], settings: Settings, face: str, call: Call[Any]) -> BaseException | None:
    try:
        _run(kind, settings, face, call)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
        return error
    return None


@contextmanager
def _server() -> Generator[_Server]:
    """Serve on a free port until the block ends."""
    listening = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler, bind_and_activate=False)
    listening.daemon_threads = True
    listening.server_bind()
    listening.server_activate()
    state = _Server(f"http://127.0.0.1:{listening.server_address[1]}")
    listening.RequestHandlerClass = _handler(state)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.ended.set()
        listening.shutdown()
        listening.server_close()
        thread.join()


def _handler(state: _Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path.endswith("/silent"):
                state.ended.wait(_PATIENCE * 20)
            self.answer(b"x" * _LARGE if self.path.endswith("/large") else b"{}")

        def do_POST(self) -> None:
            self.answer(self.rfile.read(int(self.headers.get("content-length", "0"))))

        def answer(self, body: bytes) -> None:
            state.asked.append(f"{self.command} {self.path}")
            moved = self.path.endswith("/moved")
            self.send_response(302 if moved else 200)
            if moved:
                self.send_header("Location", "/api/elsewhere")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Stay silent."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True  # a client that hangs up is part of the check

    return Handler
