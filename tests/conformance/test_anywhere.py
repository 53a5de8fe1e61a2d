"""The same program, chosen by environment alone: in process, over a port, behind nginx with mTLS and HTTP/2, through a proxy,
and with tokens that live for a moment.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests._support.certificates import Certificates
from tests._support.connect_proxy import connect_proxy
from tests._support.embedded_server import EmbeddedServer, embedded_server
from tests._support.nginx import need_nginx, nginx, to_upstream
from tests._support.token_gate import token_gate
from tests._support.token_server import KEY, SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.real_server import RealServer

PROGRAM = Path(__file__).with_name("anywhere_program.py")
EXPECTED = [["COMPLETED", {"text": f"number {number * 2}"}] for number in range(5)]
SECONDS = 180


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    with embedded_server(tmp_path_factory.mktemp("anywhere")) as running:
        yield running


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl program")
    return Certificates.make(tmp_path)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as entered:
        yield entered


def run(*, for_seconds: str = "0", **environment: str) -> object:
    """Run the program in a clean environment, for so many seconds if that is not over sooner; return what it printed."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONDUCTOR_")}
    chosen = {f"CONDUCTOR_{name}": value for name, value in environment.items()}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(PROGRAM)],
        env={**inherited, **chosen, "ANYWHERE_SECONDS": for_seconds},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def secured(stack: ExitStack, folder: Path, address: str, certificates: Certificates) -> dict[str, str]:
    """Put nginx with HTTP/2 and client certificates before a server; return the environment for it."""
    need_nginx()
    server = nginx(folder, to_upstream(address), http2=True, certificates=certificates, mutual=True)
    return {
        "SERVER_URL": stack.enter_context(server).url,
        "TLS_CA_PATH": certificates.path("ca.crt"),
        "TLS_CERT_PATH": certificates.path("client.crt"),
        "TLS_KEY_PATH": certificates.path("client.key"),
    }


def test_in_process() -> None:
    assert run(TRANSPORT="embedded", SERVER_URL="embedded://memory/anywhere") == EXPECTED


@pytest.mark.parametrize("transport", ["httpx", "http1", "http2"])
def test_over_a_port(server: EmbeddedServer, transport: str) -> None:
    assert run(TRANSPORT=transport, SERVER_URL=server.url) == EXPECTED


@pytest.mark.parametrize("transport", ["httpx", "http1", "http2", "httpx-http2"])
def test_behind_nginx_with_client_certificates_and_http2(
    stack: ExitStack, tmp_path: Path, server: EmbeddedServer, certificates: Certificates, transport: str
) -> None:
    assert run(TRANSPORT=transport, **secured(stack, tmp_path, server.address, certificates)) == EXPECTED


def test_through_a_proxy_too(
    stack: ExitStack, tmp_path: Path, server: EmbeddedServer, certificates: Certificates
) -> None:
    environment = secured(stack, tmp_path, server.address, certificates)
    proxy = stack.enter_context(connect_proxy("me:s3cret"))
    assert run(TRANSPORT="http2", PROXY_URL=proxy.url_with_user, **environment) == EXPECTED
    assert proxy.asked[0].startswith("CONNECT 127.0.0.1:")


# Tokens. The program has two sides that sign in, each for itself: the conductor and its workers.


@pytest.mark.parametrize("transport", ["http1", "http2"])
def test_with_tokens_whose_life_is_known(server: EmbeddedServer, transport: str) -> None:
    """Each is replaced at 80 % of its life, so that no request is ever refused; the server itself is a little more patient."""
    with token_gate(server.address, life=60.0) as gate:
        environment = {"SERVER_URL": gate.url, "AUTH_KEY": KEY, "AUTH_SECRET": SECRET, "AUTH_TOKEN_TTL": "1"}
        assert run(for_seconds="2.5", TRANSPORT=transport, **environment) == EXPECTED
    assert (gate.refused, gate.without_header) == (0, 0)
    assert len(gate.asked) >= 2 * 2
    assert gate.passed > len(gate.asked)


@pytest.mark.parametrize("transport", ["http1", "httpx", "http2"])
def test_with_tokens_whose_life_nobody_told(server: EmbeddedServer, transport: str) -> None:
    """One refresh for each that expired, and no call fails."""
    with token_gate(server.address, life=0.5) as gate:
        began = time.monotonic()
        environment = {"SERVER_URL": gate.url, "AUTH_KEY": KEY, "AUTH_SECRET": SECRET}
        assert run(for_seconds="2.5", TRANSPORT=transport, **environment) == EXPECTED
        lives = (time.monotonic() - began) / gate.life
    assert gate.refused > 0
    assert gate.without_header == 0
    assert 3 <= len(gate.asked) <= 2 * (lives + 1)


def test_with_tokens_behind_nginx(
    stack: ExitStack, tmp_path: Path, server: EmbeddedServer, certificates: Certificates
) -> None:
    gate = stack.enter_context(token_gate(server.address, life=0.5))
    environment = secured(stack, tmp_path, urlsplit(gate.url).netloc, certificates)
    assert run(for_seconds="1.5", TRANSPORT="http2", AUTH_KEY=KEY, AUTH_SECRET=SECRET, **environment) == EXPECTED
    assert gate.refused > 0
    assert gate.without_header == 0


@pytest.mark.real_server
def test_on_the_real_server(real_server: RealServer) -> None:
    assert run(SERVER_URL=real_server.url) == EXPECTED


@pytest.mark.real_server
def test_on_the_real_server_behind_nginx_with_client_certificates_and_http2(
    stack: ExitStack, tmp_path: Path, real_server: RealServer, certificates: Certificates
) -> None:
    environment = secured(stack, tmp_path, urlsplit(real_server.url).netloc, certificates)
    assert run(TRANSPORT="http2", **environment) == EXPECTED
