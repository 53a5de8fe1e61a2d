"""A chat model of a script, on 127.0.0.1: it speaks as Ollama does, so that a real server needs no key for it.

An agent with ``model="ollama/script"`` and ``base_url=model.url`` is answered by it.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

MODEL: Final = "ollama/script"
Document: TypeAlias = dict[str, Any]
Messages: TypeAlias = list[Document]


def says(text: str) -> Document:
    """Make an answer of text."""
    return {"content": text}


def calls(*tools: tuple[str, Document]) -> Document:
    """Make an answer that calls tools: pairs of a name and its arguments."""
    return {
        "content": "",
        "tool_calls": [{"function": {"name": name, "arguments": arguments}} for name, arguments in tools],
    }


@dataclass
class ChatModel:
    """What the model was asked, and how it answers.

    Attributes:
        url: its base URL.
        script: makes an answer of the messages of a request.
        requests: bodies of all requests.
    """

    script: Callable[[Messages], Document]
    url: str = ""
    requests: list[Document] = field(default_factory=list[Document])

    def answer(self, request: Document) -> Document:
        """Return the answer to a request."""
        self.requests.append(request)
        message = {"role": "assistant", **self.script(request["messages"])}
        return {
            "model": request.get("model"),
            "created_at": "2026-01-01T00:00:00Z",
            "message": message,
            "done": True,
            "done_reason": "stop",
            "prompt_eval_count": 30,
            "eval_count": 20,
        }


@contextmanager
def chat_model(script: Callable[[Messages], Document]) -> Generator[ChatModel]:
    """Serve until the block ends."""
    model = ChatModel(script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            answer = json.dumps(model.answer(json.loads(self.read()))).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def read(self) -> bytes:
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

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
