"""A tunnel through an HTTP proxy: CONNECT, and then a socket that leads to the server."""

from __future__ import annotations

import asyncio
import base64
import re
import socket
from typing import TYPE_CHECKING, Final

from conductor_core.http import ConnectError, ProxyError

if TYPE_CHECKING:
    from conductor_core.http import Proxy
    from conductor_core.http1 import Origin

_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([0-9]{3})")
_INTERIM: Final = re.compile(rb"HTTP/1\.[01] 1[0-9]{2}")
_END: Final = b"\r\n\r\n"
_MOST_INTERIM: Final = 10
_MOST_BYTES: Final = 16 * 1024
_WANTS_PASSWORD: Final = 407


async def tunnel(proxy: Proxy, origin: Origin) -> socket.socket:
    """Return a socket that leads to a server, from now on with nothing of the proxy to see.

    Raises:
        ConnectError: the proxy does not reach the server.
        ProxyError: the proxy wants another name or password.
        OSError: the proxy cannot be reached.
    """
    connected = await _connected(proxy.url.host, proxy.url.port or 80)
    try:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(connected, _request(proxy, origin))
        _check(await _last_answer(connected), origin)
    except BaseException:
        connected.close()
        raise
    return connected


async def _connected(host: str, port: int) -> socket.socket:
    """Connect to the first of a name's addresses that answers."""
    loop = asyncio.get_running_loop()
    failure = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        tried = socket.socket(family, kind, protocol)
        try:
            tried.setblocking(False)  # noqa: FBT003 - the name of the method says what it means
            await loop.sock_connect(tried, address)
        except OSError as error:
            tried.close()
            failure = error
        except BaseException:
            tried.close()
            raise
        else:
            return tried
    raise failure


def _request(proxy: Proxy, origin: Origin) -> bytes:
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    lines = [f"CONNECT {host}:{origin.port} HTTP/1.1", f"Host: {host}:{origin.port}"]
    if proxy.raw_auth is not None:
        secret = base64.b64encode(b":".join(proxy.raw_auth)).decode("ascii")
        lines.append(f"Proxy-Authorization: Basic {secret}")
    return "\r\n".join([*lines, "", ""]).encode("ascii")


async def _last_answer(connected: socket.socket) -> bytes:
    """Read the head of the answer; interim ones before it are passed over, up to a limit."""
    for _ in range(_MOST_INTERIM):
        head = await _answer(connected)
        if not _INTERIM.match(head):
            return head
    raise ConnectError("the proxy's answer has no end")


async def _answer(connected: socket.socket) -> bytes:
    """Read the head of the answer and not a byte more: the next one is the server's."""
    loop = asyncio.get_running_loop()
    head = b""
    while not head.endswith(_END):
        byte = await loop.sock_recv(connected, 1)
        if not byte or len(head) > _MOST_BYTES:
            raise ConnectError("the proxy closed the connection" if not byte else "the proxy's answer has no end")
        head += byte
    return head


def _check(head: bytes, origin: Origin) -> None:
    found = _STATUS.match(head)
    status = int(found.group(1)) if found else 0
    if status // 100 == 2:  # noqa: PLR2004 - the class of success
        return
    reason = f"the proxy answered {status or 'no HTTP'} to CONNECT {origin.host}:{origin.port}"
    raise ProxyError(reason) if status == _WANTS_PASSWORD else ConnectError(reason)
