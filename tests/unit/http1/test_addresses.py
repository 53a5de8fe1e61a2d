"""A host with several addresses: one that refuses or keeps silent does not stand in the way of the others."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.http import ConnectError
from conductor_core.http1._dial import dial
from conductor_core.http1._request import Origin
from tests._support.certificates import Certificates
from tests._support.hostile_server import HostileServer

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

NAME = "several.test"


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of NAME; any other name has its own."""
    addresses: list[str] = []
    genuine = socket.getaddrinfo

    def find(host: Any, port: Any, *arguments: Any, **named: Any) -> Any:
        if host != NAME:
            return genuine(host, port, *arguments, **named)
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", find)
    return addresses


@contextlib.contextmanager
def silent(port: int) -> Generator[socket.socket]:
    """Take connections at the other family's address of the same port, and never say a word."""
    try:
        listener = socket.create_server(("::1", port), family=socket.AF_INET6)
    except OSError:
        pytest.skip("needs IPv6 on the loopback interface")
    with listener:
        yield listener


async def test_an_address_that_refuses_is_followed_by_the_next(face: Any, resolver: list[str]) -> None:
    with HostileServer() as server:
        resolver[:] = ["::1", "127.0.0.1"]  # where nobody listens, or no such family is
        url = server.url.replace("127.0.0.1", NAME)
        assert (await face.request("POST", url)).text == "ok"
    assert server.connections == 1


async def test_when_all_refuse_the_error_names_the_host(face: Any, resolver: list[str]) -> None:
    with HostileServer() as server:
        url = server.url.replace("127.0.0.1", NAME)
    resolver[:] = ["::1", "127.0.0.1"]
    with pytest.raises(ConnectError, match=NAME):
        await face.request("POST", url)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program")
async def test_an_address_that_keeps_silent_is_passed_by_and_let_go(resolver: list[str], tmp_path: Path) -> None:
    certificates = Certificates.make(tmp_path)
    context = ssl.create_default_context(cafile=certificates.path("ca.crt"))
    context.check_hostname = False  # the certificate is for another name
    resolver[:] = ["::1", "127.0.0.1"]
    made: list[asyncio.Protocol] = []

    def make() -> asyncio.Protocol:
        made.append(asyncio.Protocol())
        return made[-1]

    with HostileServer(tls=certificates.server_context()) as server:
        port = int(server.url.rpartition(":")[2])
        with silent(port) as listener:
            async with asyncio.timeout(60):
                ready = await dial(Origin("https", NAME, port), make, context)
            assert ready is made[1]
            left, _ = await asyncio.to_thread(listener.accept)
            with left:
                left.settimeout(20)
                while await asyncio.to_thread(left.recv, 65536):  # its greeting, and then the end
                    pass


async def test_a_dial_that_is_cancelled_leaves_no_connection(resolver: list[str]) -> None:
    resolver[:] = ["::1", "127.0.0.1"]
    context = ssl.create_default_context()
    with socket.create_server(("127.0.0.1", 0)) as listener, silent(listener.getsockname()[1]) as other:
        origin = Origin("https", NAME, listener.getsockname()[1])
        task = asyncio.create_task(dial(origin, asyncio.Protocol, context))
        for one in (other, listener):
            connection, _ = await asyncio.to_thread(one.accept)
            with connection:
                if one is listener:
                    task.cancel()
                    with pytest.raises(asyncio.CancelledError):
                        await task
                    connection.settimeout(20)
                    while await asyncio.to_thread(connection.recv, 65536):
                        pass
