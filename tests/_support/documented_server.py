"""A server that knows the OpenAPI document and nothing else: it refuses what is not documented, and answers with examples.

It stands in for servers that no test can start: examples of documentation and whole programs run against it.
"""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from tests.contract import _spec
from tests.contract._examples import example, misfits

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

VERBS = ("DELETE", "GET", "PATCH", "POST", "PUT")


@dataclass
class DocumentedServer:
    """What was asked of the server.

    Attributes:
        url: base URL of its API.
        answers: answers instead of the examples, by verb and path below the base URL.
        seen: verb, path and body of each request, in order.
    """

    url: str = ""
    answers: dict[tuple[str, str], Any] = field(default_factory=dict["tuple[str, str]", Any])
    seen: list[tuple[str, str, bytes]] = field(default_factory=list["tuple[str, str, bytes]"])

    def answer(self, verb: str, target: str, body: bytes) -> tuple[int, str, bytes]:
        """Answer one request: status, content type and body."""
        parts = urlsplit(target)
        self.seen.append((verb, parts.path, body))
        operation = operation_at(verb, parts.path)
        if operation is None:
            return _refusal(404, f"No static resource {parts.path.lstrip('/')}.")
        wrong = list(_problems(operation, dict(parse_qsl(parts.query)), body))
        if wrong:
            return _refusal(400, "; ".join(wrong))
        given = self.answers.get((verb, parts.path.removeprefix("/api")))
        document = example(operation.answer) if given is None else given
        if operation.answer is None:
            return 200, "application/json", b""
        if operation.answer.get("x-content"):
            return 200, "text/plain", str(document).encode()
        return 200, "application/json", json.dumps(document).encode()


def _refusal(status: int, message: str) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps({"status": status, "message": message}).encode()


def _problems(operation: _spec.Operation, query: Mapping[str, str], body: bytes) -> Generator[str]:
    yield from (f"query {name}: not documented" for name in query.keys() - operation.names("query"))
    yield from (f"query {name}: missing" for name in operation.names("query", required=True) - query.keys())
    expected = operation.body
    if expected is not None and not expected.get("x-content"):
        yield from misfits(json.loads(body or b"null"), expected)


@cache
def _patterns() -> list[tuple[str, re.Pattern[str], _spec.Operation]]:
    """Every operation with what its path looks like, those with the fewest parameters first."""
    found: list[tuple[str, re.Pattern[str], _spec.Operation]] = []
    for (verb, _), operation in _spec.operations().items():
        pattern = re.sub(r"\{[^}]*\}", "[^/]+", operation.path)
        found.append((verb, re.compile(f"{pattern}$"), operation))
    return sorted(found, key=lambda one: one[2].path.count("{"))


def operation_at(verb: str, path: str) -> _spec.Operation | None:
    """Return the operation that the document has at a path."""
    return next((found for own, pattern, found in _patterns() if own == verb and pattern.match(path)), None)


@contextmanager
def documented_server() -> Generator[DocumentedServer]:
    """Serve on a free port of 127.0.0.1 until the block ends."""
    state = DocumentedServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            status, kind, content = state.answer(self.command, self.path, body)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Stay silent."""

    for verb in VERBS:
        setattr(Handler, f"do_{verb}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}/api"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
