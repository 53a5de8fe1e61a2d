"""Every driver through a proxy: tunnels for https, whole URLs for http, with and without a password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import ConductorError, Settings, get, post
from conductor_core.errors import ConfigurationError, ConnectionFailedError
from tests._support.connect_proxy import connect_proxy
from tests._support.hostile_server import HostileServer
from tests._support.http2_server import Http2Server, server_context

if TYPE_CHECKING:
    from tests._support.certificates import Certificates

FETCH = get("/x", returns=str)


def test_http_goes_through_the_proxy(caller: Any) -> None:
    with connect_proxy() as proxy, HostileServer() as server:
        environment = {"CONDUCTOR_SERVER_URL": server.url, "CONDUCTOR_PROXY_URL": proxy.url}
        assert caller.run(environment, FETCH, post("/x", body={"a": 1}, returns=str)) == ["ok", "ok"]
    assert proxy.asked[0] == f"GET {server.url}/api/x HTTP/1.1"


def test_https_goes_through_a_tunnel(caller: Any, certificates: Certificates, trusting: dict[str, str]) -> None:
    with connect_proxy("me:s3cret") as proxy, HostileServer(tls=certificates.server_context()) as server:
        environment = {"CONDUCTOR_SERVER_URL": server.url, "CONDUCTOR_PROXY_URL": proxy.url_with_user, **trusting}
        assert caller.run(environment, FETCH, FETCH) == ["ok", "ok"]
    assert set(proxy.asked) == {f"CONNECT 127.0.0.1:{server.port} HTTP/1.1"}


def test_http2_goes_through_a_tunnel(http2_caller: Any, certificates: Certificates, trusting: dict[str, str]) -> None:
    context = server_context(certificates.server_context(), "h2")
    with connect_proxy("me:s3cret") as proxy, Http2Server(tls=context) as server:
        environment = {"CONDUCTOR_SERVER_URL": server.url, "CONDUCTOR_PROXY_URL": proxy.url_with_user, **trusting}
        assert http2_caller.run(environment, FETCH, FETCH) == ["ok", "ok"]
    assert proxy.asked == [f"CONNECT 127.0.0.1:{server.port} HTTP/1.1"]
    assert len(server.asked) == 2


def test_a_wrong_password_is_an_error_without_the_password(
    caller: Any, certificates: Certificates, trusting: dict[str, str]
) -> None:
    with connect_proxy("me:s3cret") as proxy, HostileServer(tls=certificates.server_context()) as server:
        wrong = proxy.url.replace("//", "//me:wr0ng@")
        environment = {"CONDUCTOR_SERVER_URL": server.url, "CONDUCTOR_PROXY_URL": wrong, **trusting}
        with pytest.raises(ConductorError, match="407") as failed:
            caller.run(environment, post("/x", body={}))
    assert "wr0ng" not in repr(failed.value)
    assert server.received == []


def test_a_proxy_that_reaches_nobody_is_a_failure_to_connect(http2_caller: Any, trusting: dict[str, str]) -> None:
    with connect_proxy() as proxy:
        environment = {"CONDUCTOR_SERVER_URL": "https://127.0.0.1:1", "CONDUCTOR_PROXY_URL": proxy.url, **trusting}
        with pytest.raises(ConnectionFailedError, match="502"):
            http2_caller.run(environment, post("/x", body={}))


def test_a_proxy_that_is_not_there_is_a_failure_to_connect(caller: Any, trusting: dict[str, str]) -> None:
    environment = {"CONDUCTOR_SERVER_URL": "https://127.0.0.1:1", "CONDUCTOR_PROXY_URL": "http://127.0.0.1:1"}
    with pytest.raises(ConnectionFailedError, match="cannot connect") as failed:
        caller.run({**environment, **trusting}, post("/x", body={}))
    assert failed.value.retryable


def test_a_unix_socket_has_no_proxy(caller: Any) -> None:
    environment = {"CONDUCTOR_SERVER_URL": "unix:/run/x.sock", "CONDUCTOR_PROXY_URL": "http://proxy:3128"}
    with pytest.raises(ConfigurationError, match="proxy_url cannot be used with a server_url that is a Unix socket"):
        caller.run(environment, FETCH)


@pytest.mark.parametrize("url", ["unix:relative", "unix:", "unix://host"])
def test_a_socket_needs_an_absolute_path(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"absolute path, like unix:/run/conductor\.sock"):
        Settings(server_url=url)


def test_both_spellings_of_a_socket_are_one() -> None:
    assert Settings(server_url="unix:///run/x.sock").unix_path == Settings(server_url="unix:/run/x.sock").unix_path
