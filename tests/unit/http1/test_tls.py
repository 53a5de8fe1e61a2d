"""The driver ``http1`` over TLS, with the files that settings name."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Settings
from conductor_core.builtin.http1_transport import Http1Transport
from conductor_core.errors import ConfigurationError
from conductor_core.http import AsyncClient, Client, ConnectError, ReadError, RemoteProtocolError
from tests._support.certificates import Certificates
from tests._support.hostile_server import OK, HostileServer, Peer, answers

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(params=["sync", "async"])
def post(request: pytest.FixtureRequest) -> Any:
    """Send requests over one transport and return the texts of the answers."""

    async def send(url: str, *bodies: bytes, pause: float = 0.0, **settings: Any) -> list[str]:
        driver = Http1Transport(Settings(server_url=url, **settings))
        found: list[str] = []
        if request.param == "async":
            async with AsyncClient(transport=driver.async_transport(), timeout=5.0) as client:
                for body in bodies:
                    found.append((await client.post(url, content=body)).text)
                    await asyncio.sleep(pause)
            return found
        with Client(transport=driver.sync_transport(), timeout=5.0) as blocking:
            for body in bodies:
                found.append((await asyncio.to_thread(blocking.post, url, content=body)).text)
                await asyncio.sleep(pause)
        return found

    return send


async def test_one_connection_serves_many_requests(post: Any, certificates: Any) -> None:
    with HostileServer(tls=certificates.server_context()) as server:
        assert await post(server.url, b"a", b"b" * 300_000, b"c", tls_ca_path=certificates.path("ca.crt")) == ["ok"] * 3
    assert server.connections == 1
    assert [len(received.body) for received in server.received] == [1, 300_000, 1]


async def test_a_host_name_is_checked_and_a_name_may_lead_there(post: Any, certificates: Any) -> None:
    with HostileServer(tls=certificates.server_context()) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        assert await post(url, b"", tls_ca_path=certificates.path("ca.crt")) == ["ok"]


async def test_an_unknown_authority_is_refused(post: Any, certificates: Any) -> None:
    with (
        HostileServer(tls=certificates.server_context()) as server,
        pytest.raises(ConnectError, match=r"TLS with 127\.0\.0\.1:\d+ failed.*CERTIFICATE_VERIFY_FAILED"),
    ):
        await post(server.url, b"")
    assert server.received == []


async def test_verification_can_be_switched_off_with_a_warning(
    post: Any, certificates: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with HostileServer(tls=certificates.server_context()) as server:
        assert await post(server.url, b"", tls_insecure=True) == ["ok"]
    assert "is not verified" in caplog.text


async def test_a_client_certificate_is_shown(post: Any, certificates: Any) -> None:
    files = {"tls_cert_path": certificates.path("client.crt"), "tls_key_path": certificates.path("client.key")}
    ca = certificates.path("ca.crt")
    with HostileServer(tls=certificates.server_context(client_needed=True)) as server:
        assert await post(server.url, b"", tls_ca_path=ca, **files) == ["ok"]
        with pytest.raises((ConnectError, ReadError, RemoteProtocolError)):
            await post(server.url, b"", tls_ca_path=ca)


async def test_a_file_that_cannot_be_used_is_named(post: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("no certificate", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"tls_ca_path .*bad\.pem"):
        await post("https://127.0.0.1:1", b"", tls_ca_path=str(tmp_path / "bad.pem"))


async def test_a_close_while_idle_is_noticed(post: Any, certificates: Any) -> None:
    with HostileServer(answers(OK), tls=certificates.server_context()) as server:
        assert await post(server.url, b"", b"", pause=0.06, tls_ca_path=certificates.path("ca.crt")) == ["ok", "ok"]
    assert server.connections == 2


async def test_a_close_in_the_middle_of_an_answer_is_an_error(post: Any, certificates: Any) -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")

    with (
        HostileServer(handler, tls=certificates.server_context()) as server,
        pytest.raises((RemoteProtocolError, ReadError)),
    ):
        await post(server.url, b"", tls_ca_path=certificates.path("ca.crt"))


async def talkative(peer: Peer) -> None:
    await peer.send(OK)


async def test_plain_http_to_a_tls_port_and_the_other_way_round(post: Any, certificates: Any) -> None:
    with HostileServer(tls=certificates.server_context()) as server, pytest.raises((RemoteProtocolError, ReadError)):
        await post(server.url.replace("https:", "http:"), b"")
    with HostileServer(talkative) as server, pytest.raises(ConnectError, match="TLS"):
        await post(server.url.replace("http:", "https:"), b"", tls_ca_path=certificates.path("ca.crt"))
