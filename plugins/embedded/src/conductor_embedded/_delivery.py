"""One request on its way to the engine's thread and back.

The answer is handed over exactly once: either the caller takes it, or what it gave away (polled tasks) is taken back.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from conductor_core.http import ConnectError, Request, Response
from conductor_embedded.api import Exchange

if TYPE_CHECKING:
    import asyncio

    from starlette.types import Message, Scope

    from conductor_embedded.runtime import EngineRuntime


@dataclass(slots=True)
class _Answer:
    """What the app sent."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])
    body: bytearray = field(default_factory=bytearray)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message.get("headers", ()))
        else:
            self.body += message.get("body", b"")


class Delivery:
    """Carries a request to the engine's app; `future` gets the response.

    Args:
        runtime: Where the engine runs.
        request: What to send.
        body: The request's body, read by the caller.

    Raises:
        ConnectError: The engine is closed.
    """

    def __init__(self, runtime: EngineRuntime, request: Request, body: bytes) -> None:
        self.future: Future[Response] = Future()
        self._runtime = runtime
        self._request = request
        self._body = body
        self._exchange = Exchange(None)
        self._task: asyncio.Task[None] | None = None
        if runtime.is_closed or not runtime.post(self._start):
            raise ConnectError(f"the embedded engine {runtime.plan.address.url} is closed", request=request)

    def abandon(self) -> None:
        """Say that nobody waits any more; from any thread, once."""
        if self.future.cancel():
            self._runtime.post(self._cancel)
        else:
            self._runtime.post(self._exchange.lost)

    def _start(self) -> None:
        if not self.future.cancelled():
            self._task = self._runtime.create_task(self._serve())

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _serve(self) -> None:
        answer = _Answer()
        try:
            await self._runtime.app.serve(_scope(self._request), self._receive, answer.send, self._exchange)
        except BaseException as error:
            if self.future.set_running_or_notify_cancel():
                reason = f"the embedded engine stopped before it answered ({type(error).__name__})"
                self.future.set_exception(ConnectError(reason, request=self._request))
            self._exchange.lost()
            raise
        if not self.future.set_running_or_notify_cancel():
            self._exchange.lost()
            return
        self.future.set_result(
            Response(answer.status, headers=answer.headers, content=bytes(answer.body), request=self._request)
        )

    async def _receive(self) -> Message:
        body, self._body = self._body, b""
        return {"type": "http.request", "body": body, "more_body": False}


def _scope(request: Request) -> Scope:
    raw_path, _, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(raw_path.decode("ascii")),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 0),
        "server": (request.url.host, 80),
        "state": {},
    }
