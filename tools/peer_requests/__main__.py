"""Record what the official libraries send: ``python -m tools.peer_requests`` writes ``spec/peer_requests.json``.

conductor-python 2.0.0 and the JavaScript library 4.0.0 are installed from their registries into folders of their own (needs
the network, node and npm), and call the same methods with the same arguments against a server that answers ``{}`` to
everything. The tests read the recording and compare it with what our clients send; they need neither library.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from benchmarks.workers.peers import FOLDER, JAVASCRIPT_VERSION, PYTHON_VERSION, peers
from tools.distributions import ROOT

if TYPE_CHECKING:
    from collections.abc import Generator

HERE: Final = Path(__file__).parent
TARGET: Final = ROOT / "spec" / "peer_requests.json"
SECONDS: Final = 300
_MARK: Final = "/__record/"
_HOST: Final = "name-of-this-host"
Recording: TypeAlias = dict[str, dict[str, list[dict[str, Any]]]]


@contextmanager
def echo_server() -> Generator[tuple[str, Recording]]:
    """Serve on a free port of 127.0.0.1; a request to ``/__record/PEER/NAME`` says whose requests follow."""
    recording: Recording = {}
    current: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            nonlocal current
            body = self.read_body()
            if self.path.startswith(_MARK):
                peer, name = self.path.removeprefix(_MARK).split("/")
                current = recording.setdefault(peer, {}).setdefault(name, [])
            else:
                current.append(_request(self.command, self.path, self.headers.get("content-type"), body))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def read_body(self) -> bytes:
            if "chunked" not in self.headers.get("transfer-encoding", ""):
                return self.rfile.read(int(self.headers.get("content-length", "0")))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Stay silent."""

    for verb in ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"):
        setattr(Handler, f"do_{verb}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", recording
    finally:
        server.shutdown()
        server.server_close()


def _request(verb: str, target: str, content_type: str | None, body: bytes) -> dict[str, Any]:
    parts = urlsplit(target)
    found: dict[str, Any] = {"verb": verb, "path": parts.path}
    if parts.query:
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        found["query"] = [[name, _HOST if value == socket.gethostname() else value] for name, value in pairs]
    if body:
        found["type"] = (content_type or "").partition(";")[0]
        found["body"] = body.decode("utf-8", "replace")
    return found


def main() -> int:
    """Run both libraries and write what they sent."""
    installed = [peer.name for peer in peers()]
    runs = {
        "python": ([str(FOLDER / "python" / "bin" / "python"), str(HERE / "python_calls.py")], HERE),
        "javascript": (["node", str(HERE / "javascript.mjs")], FOLDER / "javascript"),
    }
    with echo_server() as (url, recording):
        for command, folder in runs.values():
            subprocess.run([*command, url], cwd=folder, timeout=SECONDS, check=True)
    for peer in recording.values():
        for name in [name for name, requests in peer.items() if not requests]:
            sys.stderr.write(f"nothing was sent for {name}\n")
            del peer[name]
    document = {"python": PYTHON_VERSION, "javascript": JAVASCRIPT_VERSION, "requests": recording}
    TARGET.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    counts = ", ".join(f"{len(requests)} methods of {peer}" for peer, requests in sorted(recording.items()))
    sys.stdout.write(f"{TARGET.relative_to(ROOT)}: {counts} ({', '.join(installed)})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
