"""A Conductor server that does nothing but hand out tasks and count results: fast enough not to be the limit.

Run as its own process: ``python stub.py PORT``. It speaks just enough HTTP/1.1 for the clients that are compared, keeps no
documents, and counts each task's results, so lost and doubled ones show.

    POST /bench/reset?tasks=N&types=a,b&v2=1    forget everything, and put N tasks into each queue
                     &hold=MS                   update-v2 answers with the next task after 0 to 2 x MS milliseconds
                     &batch=N                   tasks come in batches of N by polls, the next one when the last is reported
    GET  /bench/stats                           what happened since, as JSON
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from urllib.parse import parse_qs, urlsplit

LONG_POLL_LIMIT = 5.0


class Ledger:
    """Queues, results and times of one run."""

    def __init__(self) -> None:
        self.reset({}, v2=True)

    def reset(self, queues: dict[str, int], *, v2: bool, hold: int = 0, batch: int = 0) -> None:
        """Start anew with ``{task type: number of tasks}``."""
        self.queues, self.v2, self.hold, self.batch = dict(queues), v2, hold, batch
        self.handed_out = 0
        self.results: dict[str, int] = {}
        self.polls = self.requests = 0
        self.first_poll = self.last_result = 0.0
        self.started = time.monotonic()

    def take(self, task_type: str, count: int) -> list[str]:
        """Hand out up to ``count`` task ids."""
        left = self.queues.get(task_type, 0)
        taken = min(left, count)
        if self.batch and (count < self.batch or self.handed_out > len(self.results)):
            taken = 0
        if taken:
            self.queues[task_type] = left - taken
        first = self.handed_out
        self.handed_out += taken
        return [f"task-{first + index}" for index in range(taken)]

    def report(self, task_id: str) -> None:
        """Count one result."""
        self.results[task_id] = self.results.get(task_id, 0) + 1
        self.last_result = time.monotonic()

    def stats(self) -> dict[str, object]:
        """What happened since the last reset; times are seconds since then."""
        counts = self.results.values()
        return {
            "handed_out": self.handed_out,
            "finished": len(self.results),
            "doubled": sum(count - 1 for count in counts),
            "polls": self.polls,
            "requests": self.requests,
            "first_poll": self.first_poll - self.started if self.first_poll else None,
            "last_result": self.last_result - self.started if self.last_result else None,
            "age": time.monotonic() - self.started,
        }


def task_document(task_id: str, task_type: str) -> str:
    """Return one polled task, with the fields that a server sends."""
    now = int(time.time() * 1000)
    return (
        f'{{"taskType":"{task_type}","status":"IN_PROGRESS","inputData":{{"order_id":"o-1","amount":12.5}},'
        f'"referenceTaskName":"ref","retryCount":0,"seq":1,"pollCount":1,"taskDefName":"{task_type}",'
        f'"scheduledTime":{now},"startTime":{now},"endTime":0,"updateTime":{now},"startDelayInSeconds":0,"retried":false,'
        f'"executed":false,"callbackFromWorker":true,"responseTimeoutSeconds":3600,"workflowInstanceId":"wf-{task_id}",'
        f'"workflowType":"bench","taskId":"{task_id}","callbackAfterSeconds":0,"outputData":{{}},"workflowTask":'
        f'{{"name":"{task_type}","taskReferenceName":"ref","type":"SIMPLE","inputParameters":{{}}}},'
        f'"rateLimitPerFrequency":0,"rateLimitFrequencyInSeconds":0,"workflowPriority":0,"iteration":0,"queueWaitTime":1}}'
    )


def counted(lower_head: bytes, rest: bytes) -> tuple[bytes, bytes] | None:
    """Return a body of a declared length and what follows it, or None while it is not complete."""
    at = lower_head.find(b"content-length:")
    end = lower_head.find(b"\r\n", at)
    length = int(lower_head[at + 15 : end if end >= 0 else None]) if at >= 0 else 0
    return (rest[:length], rest[length:]) if len(rest) >= length else None


def unchunked(rest: bytes) -> tuple[bytes, bytes] | None:
    """Return a body in chunks and what follows it, or None while it is not complete."""
    body = b""
    while True:
        line, found, rest = rest.partition(b"\r\n")
        size = int(line.partition(b";")[0] or b"0", 16) if found else 0
        if not found or len(rest) < size + 2:
            return None
        if size == 0:
            return body, rest[2:]
        body, rest = body + rest[:size], rest[size + 2 :]


class Connection(asyncio.Protocol):
    """One client connection: requests in, answers out, in order."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.buffer = b""
        self.waiting = False
        self.lost = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember that nobody hears an answer any more."""
        del exc
        self.lost = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to answer."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]  # a socket's transport

    def data_received(self, data: bytes) -> None:
        """Collect what arrives."""
        self.buffer += data
        self.serve()

    def serve(self) -> None:
        """Answer every complete request in the buffer."""
        while not self.waiting:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            lower = head.lower()
            cut = unchunked(rest) if b"transfer-encoding: chunked" in lower else counted(lower, rest)
            if cut is None:
                return
            body, self.buffer = cut
            method, target, _ = head.split(b"\r\n", 1)[0].split(b" ", 2)
            self.answer(method.decode(), target.decode(), body)

    def answer(self, method: str, target: str, body: bytes) -> None:
        """Serve one request."""
        self.ledger.requests += 1
        parts = urlsplit(target)
        path = parts.path.removeprefix("/api")
        if path.startswith("/tasks/poll/batch/"):
            self.poll(path[18:], parts.query)
        elif path == "/tasks/update-v2":
            self.update_v2(body)
        elif path == "/tasks" and method == "POST":
            self.ledger.report(json.loads(body)["taskId"])
            self.send(200, "text/plain", b"ok")
        elif path.startswith("/bench/"):
            self.bench(path, parts.query)
        elif path == "/token":
            self.send(404, "application/json", b'{"status":404,"message":"No static resource api/token."}')
        else:
            self.send(200, "application/json", b"{}")

    def poll(self, task_type: str, query: str) -> None:
        """Hand out tasks, or hold the poll open until its timeout."""
        ledger, wanted = self.ledger, parse_qs(query)
        ledger.polls += 1
        ledger.first_poll = ledger.first_poll or time.monotonic()
        taken = ledger.take(task_type, int(wanted.get("count", ["1"])[0]))
        if taken:
            self.send_tasks(taken, task_type)
            return
        self.waiting = True
        seconds = min(int(wanted.get("timeout", ["100"])[0]) / 1000, LONG_POLL_LIMIT)
        asyncio.get_running_loop().call_later(seconds, self.poll_ended, task_type)

    def poll_ended(self, task_type: str) -> None:
        """Answer a poll that was held open, unless nobody is there to hear it."""
        if self.lost:
            return
        self.waiting = False
        self.send_tasks(self.ledger.take(task_type, 1), task_type)
        self.serve()

    def send_tasks(self, task_ids: list[str], task_type: str) -> None:
        """Answer a batch poll."""
        documents = ",".join(task_document(task_id, task_type) for task_id in task_ids)
        self.send(200, "application/json", f"[{documents}]".encode())

    def update_v2(self, body: bytes) -> None:
        """Take a result, and answer with the next task of the only type there is."""
        ledger = self.ledger
        if not ledger.v2:
            self.send(404, "application/json", b'{"status":404,"message":"No static resource api/tasks/update-v2."}')
            return
        ledger.report(json.loads(body)["taskId"])
        task_type = next(iter(ledger.queues), "")
        taken = ledger.take(task_type, 1)
        if not taken:
            self.send(204, "", b"")
        elif ledger.hold:
            self.waiting = True
            seconds = random.uniform(0, 2 * ledger.hold) / 1000  # noqa: S311 - no secret
            asyncio.get_running_loop().call_later(seconds, self.next_task, taken[0], task_type)
        else:
            self.next_task(taken[0], task_type)

    def next_task(self, task_id: str, task_type: str) -> None:
        """Answer a result with the next task."""
        self.waiting = False
        self.send(200, "application/json", task_document(task_id, task_type).encode())

    def bench(self, path: str, query: str) -> None:
        """Serve the controls of the benchmark itself."""
        if path == "/bench/reset":
            wanted = parse_qs(query)
            queues = dict.fromkeys(wanted["types"][0].split(","), int(wanted["tasks"][0]))
            hold, batch = (int(wanted.get(name, ["0"])[0]) for name in ("hold", "batch"))
            self.ledger.reset(queues, v2=wanted.get("v2", ["1"])[0] == "1", hold=hold, batch=batch)
        self.send(200, "application/json", json.dumps(self.ledger.stats()).encode())

    def send(self, status: int, content_type: str, body: bytes) -> None:
        """Write one answer."""
        kind = f"content-type: {content_type}\r\n" if content_type else ""
        length = "" if status == 204 else f"content-length: {len(body)}\r\n"  # noqa: PLR2004 - no content
        self.transport.write(f"HTTP/1.1 {status} X\r\n{kind}{length}\r\n".encode() + body)


async def serve(port: int) -> None:
    """Listen on 127.0.0.1 until the process is ended."""
    ledger = Ledger()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(ledger), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
