"""A stub server as fast as asyncio allows: finds the end of each request and writes a canned answer.

Run as a program it prints its port, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

POLL_BODY = b'[{"taskId":"0b5b7b2e-6c0c-4d2d-9df6-5a1b0a4e9c55","taskType":"benchmark","status":"IN_PROGRESS"}]'
WORKFLOW_BODY = (
    b'{"workflowId":"0b5b7b2e-6c0c-4d2d-9df6-5a1b0a4e9c55","workflowName":"orders","workflowVersion":1,"status":"RUNNING",'
    b'"input":{"order":"A-1","amount":"19.90"},"output":{},"createTime":1795000000000,"updateTime":1795000000000,"tasks":['
    + b",".join(
        b'{"taskId":"t%d","taskType":"charge","taskDefName":"charge","referenceTaskName":"charge_%d","status":"COMPLETED",'
        b'"inputData":{"order":"A-1"},"outputData":{"receipt":"r"},"seq":%d,"retryCount":0,"pollCount":1}' % (n, n, n)
        for n in range(5)
    )
    + b"]}"
)
UPDATE_BODY = b"0b5b7b2e-6c0c-4d2d-9df6-5a1b0a4e9c55"
HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nDate: Sat, 21 Nov 2026 00:00:00 GMT\r\nContent-Length: %d\r\n\r\n%b"
POLL = HEADERS % (b"application/json", len(POLL_BODY), POLL_BODY)
WORKFLOW = HEADERS % (b"application/json", len(WORKFLOW_BODY), WORKFLOW_BODY)
UPDATE = HEADERS % (b"text/plain", len(UPDATE_BODY), UPDATE_BODY)


class Stub(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each complete request."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end].lower()
            _, found, rest = head.partition(b"\r\ncontent-length:")
            size = end + 4 + (int(rest.partition(b"\r\n")[0]) if found else 0)
            if len(self._received) < size:
                return
            self._received = self._received[size:]
            if self._transport is not None:
                self._transport.write(_answer_to(head))


def _answer_to(head: bytes) -> bytes:
    if not head.startswith(b"get"):
        return UPDATE
    return WORKFLOW if head.startswith(b"get /api/workflow/") else POLL


async def main() -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Stub, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
