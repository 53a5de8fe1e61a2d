"""An HTTP/2 server that does what its test tells it to, frame by frame, on a thread of its own."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, PingAckReceived, RequestReceived, StreamEnded, StreamReset

from conductor_core.http import Request, Response
from tests._support.hostile_server import HostileServer
from tests._support.local_server import LocalServer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Generator

    from h2.events import Event
    from h2.settings import SettingCodes

    from tests._support import hostile_server

Pairs: TypeAlias = list[tuple[bytes, bytes]]


@dataclass
class Asked:
    """One request as it arrived."""

    stream: int
    headers: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    body: bytes = b""


@dataclass
class Http2Peer:
    """One connection, as its handler sees it.

    Attributes:
        number: 1 for the first connection to the server.
        h2: the state machine of the server's side; a test may send with it what it likes.
        acknowledge: whether bodies are acknowledged, so that the client may send more.
        resets: streams that the client reset, with the code.
        pongs: answers of the client to pings.
    """

    number: int
    peer: hostile_server.Peer
    h2: H2Connection
    all_asked: list[Asked]
    acknowledge: bool = True
    resets: dict[int, int] = field(default_factory=dict[int, int])
    pongs: int = 0
    _reading: asyncio.Event | None = None
    _ready: list[Asked] = field(default_factory=list[Asked])
    _open: dict[int, Asked] = field(default_factory=dict[int, Asked])

    async def request(self) -> Asked:
        """Return the next request that is complete."""
        while not self._ready:
            await self.read()
        return self._ready.pop(0)

    async def read(self) -> list[Event]:
        """Read once, and do what the state machine says; while somebody else reads, wait for that instead.

        Raises:
            EOFError: the client closed the connection.
        """
        if self._reading is not None:
            await self._reading.wait()
            return []
        reading = self._reading = asyncio.Event()
        try:
            data = await self.peer.reader.read(65536)
        finally:
            self._reading = None
            reading.set()
        if not data:
            raise EOFError
        events = self.h2.receive_data(data)
        for event in events:
            self._note(event)
        await self.flush()
        return events

    async def answer(
        self, asked: Asked | int, body: bytes = b"ok", status: bytes = b"200", headers: Pairs | None = None
    ) -> None:
        """Answer a request, as fast as the client's windows allow."""
        stream = asked if isinstance(asked, int) else asked.stream
        self.h2.send_headers(stream, [(b":status", status), *(headers or [])], end_stream=not body)
        while body:
            room = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
            if room <= 0:
                await self.flush()
                await self.read()
                continue
            self.h2.send_data(stream, body[:room], end_stream=room >= len(body))
            body = body[room:]
        await self.flush()

    async def flush(self) -> None:
        """Write what the state machine has to send."""
        await self.peer.send(self.h2.data_to_send())

    async def serve(self) -> None:
        """Answer everything until the client leaves."""
        while True:
            await self.answer(await self.request())

    def _note(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self._open[event.stream_id] = Asked(event.stream_id, dict(event.headers or []))
        elif isinstance(event, DataReceived):
            self._open[event.stream_id].body += event.data or b""
            if self.acknowledge:
                self.h2.acknowledge_received_data(event.flow_controlled_length or 0, event.stream_id)
        elif isinstance(event, StreamEnded):
            asked = self._open.pop(event.stream_id)
            self._ready.append(asked)
            self.all_asked.append(asked)
        elif isinstance(event, StreamReset):
            self.resets[event.stream_id] = int(event.error_code or 0)
        elif isinstance(event, PingAckReceived):
            self.pongs += 1


Handler: TypeAlias = "Callable[[Http2Peer], Awaitable[None]]"


async def serve(peer: Http2Peer) -> None:
    """Answer every request with 200 and ``ok``."""
    await peer.serve()


class Http2Server(HostileServer):
    """Listens on a free port of 127.0.0.1 between ``__enter__`` and ``__exit__``; a connection runs ``handler``.

    Args:
        handler: what a connection does.
        tls: for TLS.
        settings: what the server asks of its clients.
        late: send the first word when the handler sends or reads something.
    """

    def __init__(
        self,
        handler: Handler = serve,
        tls: ssl.SSLContext | None = None,
        settings: dict[SettingCodes | int, int] | None = None,
        *,
        late: bool = False,
    ) -> None:
        super().__init__(self._run, tls)
        self.asked: list[Asked] = []
        self.peers: list[Http2Peer] = []
        self._handler = handler
        self._settings = settings or {}
        self._late = late

    async def _run(self, peer: hostile_server.Peer) -> None:
        machine = H2Connection(H2Configuration(client_side=False, header_encoding=None))
        machine.initiate_connection()
        machine.update_settings(self._settings)
        served = Http2Peer(peer.number, peer, machine, self.asked)
        self.peers.append(served)
        if not self._late:
            await served.flush()
        await self._handler(served)


def server_context(context: ssl.SSLContext, *protocols: str) -> ssl.SSLContext:
    """Let a server's context agree on these protocols."""
    context.set_alpn_protocols(list(protocols))
    return context


@contextmanager
def local_http2_server() -> Generator[LocalServer]:
    """Serve as ``local_server`` does, but over HTTP/2 with prior knowledge."""
    state = LocalServer()

    async def answer(peer: Http2Peer, asked: Asked) -> None:
        state.paths.append(asked.headers[b":path"].decode())
        state.methods.append(asked.headers[b":method"].decode())
        state.received.append({name.decode(): value.decode() for name, value in asked.headers.items()})
        state.clients.append(peer.peer.writer.get_extra_info("peername"))
        state.arrived.set()
        while state.hold and not state.release.is_set():  # noqa: ASYNC110 - set by the thread of the test
            await asyncio.sleep(0.01)
        named = [(name.lower().encode(), value.encode()) for name, value in state.headers.items()]
        await peer.answer(asked, state.body, b"%d" % state.status, [(b"content-type", b"application/json"), *named])

    async def serve_all(peer: Http2Peer) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(answer(peer, await peer.request()))

    async def handler(peer: Http2Peer) -> None:
        try:
            await serve_all(peer)
        except* (EOFError, OSError):
            pass  # a client that hangs up is part of the tests

    with Http2Server(handler) as server:
        state.url = server.url
        yield state
        state.release.set()


@contextmanager
def http2_served(answer: Callable[[Request], Response]) -> Generator[str]:
    """Serve a function from request to response over HTTP/2 with prior knowledge, and give the URL."""

    async def respond(peer: Http2Peer, asked: Asked) -> None:
        named = {name.decode(): value.decode() for name, value in asked.headers.items()}
        url = f"http://{named[':authority']}{named[':path']}"
        headers = {name: value for name, value in named.items() if not name.startswith(":")}
        response = answer(Request(named[":method"], url, headers=headers, content=asked.body))
        pairs = [(name.lower(), value) for name, value in response.headers.raw]
        await peer.answer(asked, response.content, b"%d" % response.status_code, pairs)

    async def handler(peer: Http2Peer) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    group.create_task(respond(peer, await peer.request()))
        except* (EOFError, OSError):
            pass  # a client that hangs up is part of the tests

    with Http2Server(handler) as server:
        yield server.url
