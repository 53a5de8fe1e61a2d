"""The floor: poll, count and report on a bare asyncio loop, with no SDK at all."""

from __future__ import annotations

import asyncio
import json
import sys


async def slot(host: str, port: int) -> None:
    """Poll one task, report it, and go on with the task that comes back."""
    reader, writer = await asyncio.open_connection(host, port)

    async def exchange(head: str, body: bytes = b"") -> bytes:
        lines = f"{head} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {len(body)}\r\n\r\n"
        writer.write(lines.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        at = answer.find(b"content-length: ")
        return await reader.readexactly(int(answer[at + 16 : answer.find(b"\r\n", at)])) if at >= 0 else b""

    while True:
        tasks = json.loads(await exchange("GET /api/tasks/poll/batch/bench?count=1&timeout=100&workerid=w"))
        task = tasks[0] if tasks else None
        while task is not None:
            result = {
                "taskId": task["taskId"],
                "workflowInstanceId": task["workflowInstanceId"],
                "status": "COMPLETED",
                "outputData": {"ok": True},
            }
            answer = await exchange("POST /api/tasks/update-v2", json.dumps(result).encode())
            task = json.loads(answer) if answer else None


async def main(port: int, concurrency: int) -> None:
    """Run that many slots until the process is ended."""
    await asyncio.gather(*(slot("127.0.0.1", port) for _ in range(concurrency)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
