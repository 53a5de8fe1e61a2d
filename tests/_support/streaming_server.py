"""A server whose answers come piece by piece, over HTTP/1.1 or over HTTP/2 with prior knowledge."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tests._support.hostile_server import HostileServer
from tests._support.http2_server import Http2Server

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests._support import hostile_server
    from tests._support.http2_server import Http2Peer


@dataclass(frozen=True)
class Pieces:
    """One answer.

    Attributes:
        pieces: the body.
        status: of the answer.
        headers: beside the type, which is text/event-stream unless it is among them.
        ending: whether the body is finished, cut short, or left open until the client leaves.
        held: wait for the test's ``release`` after the first piece, and before the end.
    """

    pieces: tuple[bytes, ...] = ()
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    ending: Literal["finish", "cut", "stay"] = "finish"
    held: bool = False

    @property
    def fields(self) -> dict[str, str]:
        """All headers."""
        return {"content-type": "text/event-stream", **dict(self.headers)}


@dataclass
class StreamingServer:
    """What the server answers, the last one for ever, and what it was asked (names of headers in lower case)."""

    answers: list[Pieces]
    url: str = ""
    paths: list[str] = field(default_factory=list[str])
    received: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    release: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)

    def next(self, path: str, headers: dict[str, str]) -> Pieces:
        """Note a request and return its answer."""
        self.paths.append(path)
        self.received.append(headers)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def pause(self, answer: Pieces, number: int) -> None:
        """Wait before a piece that the test holds back."""
        while answer.held and number and not self.release.is_set():  # noqa: ASYNC110 - set by the thread of the test
            await asyncio.sleep(0.01)


@contextmanager
def streaming_server(*answers: Pieces, http2: bool = False) -> Generator[StreamingServer]:
    """Serve until the block ends."""
    state = StreamingServer(list(answers))

    async def over_http1(peer: hostile_server.Peer) -> None:
        await _serve(state, peer)

    async def over_http2(peer: Http2Peer) -> None:
        await _serve_http2(state, peer)

    with Http2Server(over_http2) if http2 else HostileServer(over_http1) as server:
        state.url = server.url
        try:
            yield state
        finally:
            state.release.set()


async def _serve(state: StreamingServer, peer: hostile_server.Peer) -> None:
    while True:
        lines = (await peer.request()).head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        answer = state.next(lines[0].split(" ")[1], headers)
        fields = "".join(f"{name}: {value}\r\n" for name, value in answer.fields.items())
        await peer.send(f"HTTP/1.1 {answer.status} x\r\n{fields}transfer-encoding: chunked\r\n\r\n".encode())
        for number, piece in enumerate(answer.pieces):
            await state.pause(answer, number)
            await peer.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        await state.pause(answer, 1)
        if answer.ending == "cut":
            return
        if answer.ending == "stay":
            await peer.reader.read()
            state.gone.set()
            return
        await peer.send(b"0\r\n\r\n")


async def _serve_http2(state: StreamingServer, peer: Http2Peer) -> None:
    while True:
        asked = await peer.request()
        headers = {name.decode(): value.decode() for name, value in asked.headers.items()}
        answer = state.next(headers[":path"], headers)
        pairs = [(name.encode(), value.encode()) for name, value in answer.fields.items()]
        peer.h2.send_headers(asked.stream, [(b":status", b"%d" % answer.status), *pairs])
        await peer.flush()
        for number, piece in enumerate(answer.pieces):
            await state.pause(answer, number)
            peer.h2.send_data(asked.stream, piece)
            await peer.flush()
        await state.pause(answer, 1)
        if answer.ending == "cut":
            peer.peer.reset()
            return
        if answer.ending == "stay":
            await _until_left(peer, asked.stream)
            state.gone.set()
            return
        peer.h2.end_stream(asked.stream)
        await peer.flush()


async def _until_left(peer: Http2Peer, stream: int) -> None:
    try:
        while stream not in peer.resets:
            await peer.read()
    except (EOFError, OSError):
        return
