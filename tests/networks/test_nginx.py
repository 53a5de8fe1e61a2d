"""Every driver against nginx in front of the embedded server: TLS, client certificates, limits, restarts."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import AsyncConductor, Call, get, post
from conductor_core.errors import ApiError, ConnectionFailedError, ServerError
from tests._support.embedded_server import EmbeddedServer
from tests._support.nginx import Nginx, need_nginx, nginx, to_upstream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANSWERING = "location / { return 200 '[]'; }"


@pytest.fixture(autouse=True)
def _nginx_is_there() -> None:
    need_nginx()


def definitions() -> Call[list[dict[str, Any]]]:
    return get("/metadata/taskdefs", returns=list[dict[str, Any]])


def define(name: str) -> Call[None]:
    return post("/metadata/taskdefs", body=[{"name": name, "ownerEmail": "a@example.com"}])


@pytest.fixture(params=[False, True], ids=["h1", "h2"])
def tls(request: pytest.FixtureRequest, folder: Path, embedded: EmbeddedServer, certificates: Any) -> Iterator[Nginx]:
    with nginx(folder, to_upstream(embedded.address), http2=request.param, certificates=certificates) as server:
        yield server


def test_calls_go_through_tls(caller: Any, tls: Nginx, trusting: dict[str, str]) -> None:
    environment = {"CONDUCTOR_SERVER_URL": tls.url, **trusting}
    name = f"tls_{caller.driver}_{caller.face}_{tls.http2}"
    _, found = caller.run(environment, define(name), definitions())
    assert name in {definition["name"] for definition in found}


def test_a_stranger_is_not_trusted(caller: Any, tls: Nginx) -> None:
    with pytest.raises(ConnectionFailedError, match="CERTIFICATE_VERIFY_FAILED"):
        caller.run({"CONDUCTOR_SERVER_URL": tls.url}, definitions())


def test_a_client_certificate_is_shown(
    caller: Any,
    folder: Path,
    embedded: EmbeddedServer,
    certificates: Any,
    known: dict[str, str],
    trusting: dict[str, str],
) -> None:
    upstream = to_upstream(embedded.address)
    with nginx(folder, upstream, http2=True, certificates=certificates, mutual=True) as server:
        assert isinstance(caller.run({"CONDUCTOR_SERVER_URL": server.url, **known}, definitions())[0], list)
        with pytest.raises(ApiError) as refused:
            caller.run({"CONDUCTOR_SERVER_URL": server.url, **trusting}, definitions())
        assert refused.value.status == 400


def test_verification_is_switched_off_with_a_warning(caller: Any, tls: Nginx, caplog: pytest.LogCaptureFixture) -> None:
    environment = {"CONDUCTOR_SERVER_URL": tls.url, "CONDUCTOR_TLS_INSECURE": "true"}
    assert isinstance(caller.run(environment, definitions())[0], list)
    assert "is not verified" in caplog.text


def test_a_unix_socket_leads_there_too(caller: Any, folder: Path, embedded: EmbeddedServer) -> None:
    with nginx(folder, to_upstream(embedded.address), unix=True) as server:
        environment = {"CONDUCTOR_SERVER_URL": server.url}
        assert isinstance(caller.run(environment, definitions())[0], list)


def test_http2_over_a_unix_socket(http2_caller: Any, folder: Path, embedded: EmbeddedServer) -> None:
    with nginx(folder, to_upstream(embedded.address), unix=True, http2=True) as server:
        environment = {"CONDUCTOR_SERVER_URL": server.url, "CONDUCTOR_HTTP2_PRIOR_KNOWLEDGE": "true"}
        assert isinstance(http2_caller.run(environment, definitions())[0], list)


def test_an_upstream_that_restarts_is_a_server_error_and_then_over(
    async_caller: Any, folder: Path, certificates: Any
) -> None:
    upstream = EmbeddedServer(folder / "engine.db")
    upstream.start()
    trusting = {"CONDUCTOR_TLS_CA_PATH": certificates.path("ca.crt")}
    try:
        with nginx(folder, to_upstream(upstream.address), http2=True, certificates=certificates) as server:
            environment = {"CONDUCTOR_SERVER_URL": server.url, **trusting}
            async_caller.run(environment, define("before"))
            upstream.stop()
            with pytest.raises(ServerError) as failed:
                async_caller.run(environment, definitions())
            assert failed.value.status == 502
            upstream.start()
            (found,) = async_caller.run(environment, definitions())
        assert [definition["name"] for definition in found] == ["before"]
    finally:
        upstream.stop()


@pytest.mark.parametrize("driver", ["httpx", "http1", "http2"])
async def test_requests_outlive_the_connections_that_nginx_grants(
    driver: str, folder: Path, certificates: Any, trusting: dict[str, str], plugins_for: Any
) -> None:
    """After 20 requests nginx closes a connection; no caller notices, side by side, POSTs included."""
    inside = f"keepalive_requests 20; {ANSWERING}"
    with nginx(folder, inside, http2=driver == "http2", certificates=certificates) as server:
        environment = {"CONDUCTOR_SERVER_URL": server.url, "CONDUCTOR_TRANSPORT": driver, **trusting}
        async with AsyncConductor(plugins=plugins_for(environment)) as conductor:
            for _ in range(20):
                calls = [conductor.run(post("/x", body={"n": number}, returns=list[Any])) for number in range(20)]
                assert await asyncio.gather(*calls) == [[]] * 20


async def test_http2_outlives_a_reload_of_nginx(
    folder: Path, certificates: Any, trusting: dict[str, str], plugins_for: Any
) -> None:
    """New workers of nginx take over while requests are on their way; the old ones finish what they accepted."""
    with nginx(folder, ANSWERING, http2=True, certificates=certificates) as server:
        environment = {"CONDUCTOR_SERVER_URL": server.url, "CONDUCTOR_TRANSPORT": "http2", **trusting}
        async with AsyncConductor(plugins=plugins_for(environment)) as conductor:
            answers = 0
            ends = time.monotonic() + 1.0
            reloads = [server.reload] * 3
            while time.monotonic() < ends or reloads:
                if reloads:
                    await asyncio.to_thread(reloads.pop())
                calls = [conductor.run(post("/x", body={}, returns=list[Any])) for _ in range(30)]
                answers += len(await asyncio.gather(*calls))
    assert answers >= 90
