"""uvicorn's HTTP protocol, with the server's form of an error for what is no request, and for one that never ends."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from conductor_embedded.api._answers import refusal

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

REQUEST_SECONDS = 60.0


class Protocol(HttpToolsProtocol):
    """One connection; what its requests are answered is up to the app, but for two refusals.

    Bytes that are no HTTP are answered with 400. A request that does not end, in its headers or in its body, is answered
    with 408 after :attr:`request_seconds`. A connection on which nothing was sent at all is closed after the time of an idle one.
    """

    request_seconds = REQUEST_SECONDS
    _is_open = False  # a request has begun, and not ended
    _has_headers = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own type
        """Begin to wait for a request."""
        super().connection_made(transport)
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def data_received(self, data: bytes) -> None:
        """Read what came; only a request that is incomplete then costs a timer."""
        self._is_open = True  # also for empty lines, which begin no request
        super().data_received(data)
        if self._is_open and self._deadline is None:
            self._deadline = self.loop.call_later(self.request_seconds, self._overdue)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the request that was under way."""
        self._ended()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Expect headers."""
        self._is_open, self._has_headers = True, False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Expect a body."""
        self._has_headers = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect nothing more of this request."""
        self._ended()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that are no request, and close the connection."""
        self._refuse(HTTPStatus.BAD_REQUEST, msg)

    def _ended(self) -> None:
        self._is_open = self._has_headers = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _overdue(self) -> None:
        self._deadline = None
        if self.transport.is_closing():
            return
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None before the first request, whatever uvicorn says
        if self.pipeline or (cycle is not None and not self._has_headers and not cycle.response_complete):
            # What came before it still waits for its answer, and until then nothing more is read.
            self._deadline = self.loop.call_later(self.request_seconds, self._overdue)
        elif cycle is not None and self._has_headers and cycle.response_started:  # by an app that did not need the body
            self.transport.close()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, f"The request did not end within {self.request_seconds:g} seconds")

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        answer = refusal(status, message)
        head = [
            f"HTTP/1.1 {status} {status.phrase}".encode(),
            *(b": ".join(header) for header in answer.raw_headers),
            b"connection: close",
        ]
        self.transport.write(b"\r\n".join([*head, b"", bytes(answer.body)]))
        self.transport.close()
