"""A small HTTP proxy on a free port of 127.0.0.1: CONNECT, and requests with a whole URL; with a password if wanted."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests._support.hostile_server import HostileServer, Peer

if TYPE_CHECKING:
    from collections.abc import Generator

DENIED = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"
CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
UNREACHABLE = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"


@dataclass
class ConnectProxy:
    """What the proxy was asked.

    Attributes:
        user: name and password that it wants, like ``name:password``; empty for nobody's.
        asked: first lines of the requests, those refused included.
        url: where it listens.
    """

    user: str = ""
    asked: list[str] = field(default_factory=list[str])
    url: str = ""

    @property
    def url_with_user(self) -> str:
        """The same, with name and password."""
        return self.url.replace("//", f"//{self.user}@")

    async def carry(self, peer: Peer) -> None:
        """Handle one connection."""
        head = await peer.reader.readuntil(b"\r\n\r\n")
        first, _, rest = head.partition(b"\r\n")
        self.asked.append(first.decode())
        if not self._may(rest):
            await peer.send(DENIED)
            return
        method, target, _ = first.decode().split()
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        try:
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
        except OSError:
            await peer.send(UNREACHABLE)
            return
        if method == "CONNECT":
            await peer.send(CONNECTED)
        else:
            writer.write(f"{method} {target[target.index('/', 8) :]} HTTP/1.1\r\n".encode() + rest)
        try:
            await asyncio.gather(_pump(peer.reader, writer), _pump(reader, peer.writer))
        finally:
            writer.close()

    def _may(self, rest: bytes) -> bool:
        wanted = b"Basic " + base64.b64encode(self.user.encode())
        return not self.user or wanted in rest


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.write_eof()


@contextlib.contextmanager
def connect_proxy(user: str = "") -> Generator[ConnectProxy]:
    """Run it until the block ends."""
    proxy = ConnectProxy(user)
    with HostileServer(proxy.carry) as server:
        proxy.url = server.url
        yield proxy
