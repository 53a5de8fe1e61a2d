"""The stub server of benchmarks/workers, which asks for a token: ``python -m benchmarks.auth.stub PORT [LIFE]``.

``LIFE`` is how many seconds a token is accepted; 0 asks nobody for one. Every request but those of the benchmark itself needs
a token; what was asked for and what was refused is part of ``GET /bench/stats``.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from benchmarks.workers.stub import Connection, Ledger

DEFAULT_LIFE = 2700.0
_REFUSED = b'{"error":"EXPIRED_TOKEN","message":"Token has expired"}'


class Tokens:
    """What was given out, and what was seen of it."""

    def __init__(self, life: float) -> None:
        self.life = life
        self.until: dict[bytes, float] = {}
        self.asked: list[float] = []
        self.refused = self.without_header = 0

    def give(self) -> bytes:
        """Make a token."""
        token = b"token-%d-of-some-usual-length-%s" % (len(self.asked), b"x" * 400)
        self.until[token] = time.monotonic() + self.life
        self.asked.append(time.monotonic())
        return token

    def accepts(self, head: bytes) -> bool:
        """Look at the header of a request."""
        if not self.life:
            return True
        _, found, rest = head.lower().partition(b"x-authorization: ")
        if not found:
            self.without_header += 1
        token = rest.partition(b"\r\n")[0]
        good = self.until.get(token, 0.0) > time.monotonic()
        self.refused += not good
        return good


class Guarded(Connection):
    """A connection that looks at the token of each request before it is served."""

    def __init__(self, ledger: Ledger, tokens: Tokens) -> None:
        super().__init__(ledger)
        self.tokens = tokens

    def serve(self) -> None:
        """Answer every complete request in the buffer; heads are kept for their token."""
        self.head = self.buffer.partition(b"\r\n\r\n")[0]
        super().serve()

    def answer(self, method: str, target: str, body: bytes) -> None:
        """Give tokens, refuse requests without a good one, and leave the rest to the stub."""
        path = target.partition("?")[0]
        head, self.head = self.head, self.buffer.partition(b"\r\n\r\n")[0]
        if path == "/api/token":
            document = json.dumps({"token": self.tokens.give().decode()}).encode()
            self.send(200, "application/json", document)
        elif path.startswith(("/api/bench/", "/bench/")) or self.tokens.accepts(head):
            super().answer(method, target, body)
        else:
            self.send(401, "application/json", _REFUSED)

    def send(self, status: int, content_type: str, body: bytes) -> None:
        """Write one answer; the statistics get what was seen of tokens."""
        if body.startswith(b'{"handed_out"'):
            tokens = self.tokens
            seen = {"asked": tokens.asked, "refused": tokens.refused, "without_header": tokens.without_header}
            body = json.dumps(json.loads(body) | seen).encode()
        super().send(status, content_type, body)


async def serve(port: int, life: float) -> None:
    """Listen on 127.0.0.1 until the process is ended."""
    ledger, tokens = Ledger(), Tokens(life)
    server = await asyncio.get_running_loop().create_server(lambda: Guarded(ledger, tokens), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_LIFE))  # noqa: PLR2004
