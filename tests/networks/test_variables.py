"""The thirteen connection variables of the official SDKs: each is read, and each one of the network acts on it."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import AsyncConductor, Conductor, Settings, get
from conductor_core.errors import ConfigurationError, RequestTimeoutError
from tests._support.http2_server import Http2Server
from tests._support.local_server import local_server
from tests._support.nginx import need_nginx, nginx
from tests._support.socket_server import served
from tests._support.token_server import KEY, SECRET, TokenServer

if TYPE_CHECKING:
    from pathlib import Path

VARIABLES = {
    "CONDUCTOR_SERVER_URL": ("https://conductor:8443/", "server_url", "https://conductor:8443/api"),
    "CONDUCTOR_AUTH_KEY": ("key", "auth_key", "key"),
    "CONDUCTOR_AUTH_SECRET": ("s3cret", "auth_secret", "s3cret"),
    "CONDUCTOR_REFRESH_TOKEN_INTERVAL": ("60000", "refresh_token_interval", 60.0),
    "CONDUCTOR_MAX_HTTP2_CONNECTIONS": ("3", "max_http2_connections", 3),
    "CONDUCTOR_REQUEST_TIMEOUT_MS": ("30000", "request_timeout", 30.0),
    "CONDUCTOR_CONNECT_TIMEOUT_MS": ("500", "connect_timeout", 0.5),
    "CONDUCTOR_TLS_CERT_PATH": ("/c.crt", "tls_cert_path", "/c.crt"),
    "CONDUCTOR_TLS_KEY_PATH": ("/c.key", "tls_key_path", "/c.key"),
    "CONDUCTOR_TLS_CA_PATH": ("/ca.crt", "tls_ca_path", "/ca.crt"),
    "CONDUCTOR_TLS_INSECURE": ("1", "tls_insecure", True),
    "CONDUCTOR_PROXY_URL": ("http://proxy:3128", "proxy_url", "http://proxy:3128"),
    "CONDUCTOR_DISABLE_HTTP2": ("true", "http2", False),
}
PROTOCOL = """location / { return 200 '"$server_protocol"'; }"""


def test_all_thirteen_are_read_and_their_sources_known() -> None:
    settings = Settings.load(environ={name: text for name, (text, _, _) in VARIABLES.items()})
    assert len(VARIABLES) == 13
    for name, (_, field, value) in VARIABLES.items():
        assert (getattr(settings, field), str(settings.source(field))) == (value, f"environment {name}")
    assert settings.unknown_environment == ()


@pytest.mark.parametrize("name", VARIABLES)
def test_an_empty_one_counts_as_unset(name: str) -> None:
    assert Settings.load(environ={name: " "}) == Settings()


@pytest.mark.parametrize(
    ("disabled", "protocol"), [("", "HTTP/2.0"), ("true", "HTTP/1.1")], ids=["enabled", "disabled"]
)
def test_http2_can_be_switched_off(
    http2_caller: Any, folder: Path, certificates: Any, trusting: dict[str, str], disabled: str, protocol: str
) -> None:
    need_nginx()
    with nginx(folder, PROTOCOL, http2=True, certificates=certificates) as server:
        environment = {"CONDUCTOR_SERVER_URL": server.url, "CONDUCTOR_DISABLE_HTTP2": disabled, **trusting}
        (answer,) = http2_caller.run(environment, get("/x", returns=str))
    assert answer.strip('"') == protocol


def test_the_request_timeout(caller: Any) -> None:
    with local_server() as server:
        server.hold = True
        environment = {"CONDUCTOR_SERVER_URL": server.url, "CONDUCTOR_REQUEST_TIMEOUT_MS": "50"}
        with pytest.raises(RequestTimeoutError):
            caller.run(environment, get("/x"))


def test_the_connect_timeout(caller: Any, trusting: dict[str, str]) -> None:
    """TLS belongs to connecting: a server that never answers the handshake costs this time and not the request's."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environment = {
            "CONDUCTOR_SERVER_URL": f"https://127.0.0.1:{silent.getsockname()[1]}",
            "CONDUCTOR_CONNECT_TIMEOUT_MS": "50",
            "CONDUCTOR_REQUEST_TIMEOUT_MS": "600000",
            **trusting,
        }
        with pytest.raises(RequestTimeoutError, match="ConnectTimeout"):
            caller.run(environment, get("/x"))


def test_the_interval_of_refreshes() -> None:
    """Tokens are replaced in the background although nobody calls."""
    server = TokenServer(clock=lambda: 0.0)
    with served(server) as url:
        environment = {
            "CONDUCTOR_SERVER_URL": url,
            "CONDUCTOR_AUTH_KEY": KEY,
            "CONDUCTOR_AUTH_SECRET": SECRET,
            "CONDUCTOR_REFRESH_TOKEN_INTERVAL": "60",
        }
        with Conductor(Settings.load(environ=environment)) as conductor:
            conductor.run(get("/x", returns=int))
            deadline = time.monotonic() + 30
            while len(server.asked) < 3 and time.monotonic() < deadline:
                time.sleep(0.02)
    assert len(server.asked) >= 3
    assert server.bodies[0] == {"keyId": KEY, "keySecret": SECRET}


def test_the_defaults_are_those_of_the_sdks() -> None:
    settings = Settings.load(environ={})
    assert settings.server_url == "http://localhost:8080/api"
    assert (settings.request_timeout, settings.connect_timeout) == (60.0, 10.0)
    assert (settings.refresh_token_interval, settings.auth_token_ttl) == (3600.0, 2700.0)
    assert (settings.max_http2_connections, settings.http2) == (10, True)
    assert not settings.tls_insecure
    assert not any((settings.auth_key, settings.auth_secret, settings.proxy_url))
    assert not any((settings.tls_ca_path, settings.tls_cert_path, settings.tls_key_path))


def test_a_zero_means_something_or_is_refused() -> None:
    assert Settings.load(environ={"CONDUCTOR_REFRESH_TOKEN_INTERVAL": "0"}).refresh_token_interval == 0.0
    for name in ("REQUEST_TIMEOUT_MS", "CONNECT_TIMEOUT_MS", "MAX_HTTP2_CONNECTIONS"):
        with pytest.raises(ConfigurationError, match=f"CONDUCTOR_{name} must be above 0, got 0"):
            Settings.load(environ={f"CONDUCTOR_{name}": "0"})


async def test_the_number_of_http2_connections(plugins_for: Any) -> None:
    with Http2Server(settings={3: 2}) as server:  # two streams a connection
        environment = {
            "CONDUCTOR_SERVER_URL": server.url,
            "CONDUCTOR_TRANSPORT": "http2",
            "CONDUCTOR_HTTP2_PRIOR_KNOWLEDGE": "true",
            "CONDUCTOR_MAX_HTTP2_CONNECTIONS": "3",
        }
        async with AsyncConductor(plugins=plugins_for(environment)) as conductor:
            await asyncio.gather(*[conductor.run(get("/x", returns=str)) for _ in range(30)])
    assert 1 < server.connections <= 3


@pytest.mark.parametrize("variable", ["CONDUCTOR_TLS_CA_PATH", "CONDUCTOR_PROXY_URL"])
def test_what_cannot_be_used_is_named(caller: Any, variable: str, tmp_path: Path) -> None:
    wrong = {"CONDUCTOR_TLS_CA_PATH": str(tmp_path / "missing.crt"), "CONDUCTOR_PROXY_URL": "ftp://proxy"}[variable]
    with pytest.raises(ConfigurationError, match=variable.removeprefix("CONDUCTOR_").lower()):
        caller.run({"CONDUCTOR_SERVER_URL": "https://127.0.0.1:1", variable: wrong}, get("/x"))
