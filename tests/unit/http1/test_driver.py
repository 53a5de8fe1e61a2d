"""The driver ``http1`` beside the driver ``httpx``: the same to everybody above, test libraries included."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import respx
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor

from conductor_core import AsyncConductor, Conductor, Settings
from conductor_core._plugins import Plugins
from conductor_core.builtin.http1_transport import Http1Transport
from conductor_core.builtin.httpx_transport import HttpxTransport
from conductor_core.errors import ConfigurationError
from conductor_core.http import (
    AsyncClient,
    AsyncHTTPTransport,
    Client,
    HTTPTransport,
    MockTransport,
    Request,
    Response,
)
from conductor_core.http1 import AsyncHttp1Transport, Http1Options
from conductor_core.http1 import Http1Transport as SyncHttp1Transport
from tests._support.hostile_server import OK, HostileServer, Peer, answers

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "http://conductor.invalid/api"
SECRET = {"X-Authorization": "secret", "Authorization": "Bearer secret"}
both_drivers = pytest.mark.parametrize("driver", [Http1Transport, HttpxTransport], ids=["http1", "httpx"])


def test_it_is_chosen_by_name_and_is_the_default() -> None:
    for settings in (Settings(transport="http1"), Settings()):
        assert isinstance(Plugins.from_settings(settings).transport(settings), Http1Transport)


def test_choosing_it_for_blocking_calls_loads_no_asyncio() -> None:
    program = (
        "import sys; from conductor_core.http1 import Http1Transport; Http1Transport().close();"
        "print('asyncio' in sys.modules, 'httpcore' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_section_of_the_settings_sets_the_limits() -> None:
    options = {"http1": {"max_body_bytes": 10, "keepalive_seconds": 0.5}}
    found = Http1Options.of(Settings(max_connections=7, options=options))
    assert (found.max_connections, found.max_body_bytes, found.keepalive_seconds) == (7, 10, 0.5)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"max_body": 1}, r"unknown option http1\.max_body \(argument options\); did you mean 'max_body_bytes'"),
        ({"max_body_bytes": 0}, r"http1\.max_body_bytes must be a whole number above 0, got 0"),
        ({"max_body_bytes": 1.5}, r"http1\.max_body_bytes \(argument options\) must be a whole number, got float"),
        ({"keepalive_seconds": "30"}, r"http1\.keepalive_seconds \(argument options\) must be a number, got str"),
        ({"max_head_bytes": True}, r"http1\.max_head_bytes .* must be a whole number, got bool"),
    ],
)
def test_a_wrong_option_is_named(section: Any, message: Any) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Http1Transport(Settings(options={"http1": section}))


def test_a_proxy_and_another_scheme_are_left_to_others() -> None:
    driver = Http1Transport(Settings(proxy_url="http://127.0.0.1:3128"))
    assert isinstance(driver.sync_transport(), HTTPTransport)
    assert isinstance(driver.async_transport(), AsyncHTTPTransport)
    with pytest.raises(ConfigurationError, match="embedded"):
        Http1Transport(Settings(server_url="embedded://memory/x"))


@both_drivers
async def test_a_redirect_is_not_followed_and_credentials_stay_at_home(driver: Any) -> None:
    with HostileServer() as elsewhere:
        away = b"HTTP/1.1 302 Found\r\nLocation: %b/x\r\nContent-Length: 0\r\n\r\n" % elsewhere.url.encode()
        with HostileServer(answers(away, away)) as home:
            made = driver(Settings(server_url=home.url))
            async with AsyncClient(transport=made.async_transport()) as client:
                response = await client.get(home.url, headers=SECRET)
            with Client(transport=made.sync_transport()) as blocking:
                again = await asyncio.to_thread(blocking.get, home.url, headers=SECRET)
    assert (response.status_code, again.status_code) == (302, 302)
    assert response.headers["location"] == again.headers["location"] == f"{elsewhere.url}/x"
    assert len(home.received) == 2
    assert elsewhere.received == []


@both_drivers
async def test_a_conductor_does_not_carry_credentials_to_another_origin(driver: Any) -> None:
    with HostileServer() as elsewhere:
        away = b"HTTP/1.1 302 Found\r\nLocation: %b/x\r\nContent-Length: 0\r\n\r\n" % elsewhere.url.encode()
        with HostileServer(answers(away)) as home:
            settings = Settings(server_url=home.url, auth_token="secret", transport=driver.name)
            async with AsyncConductor(settings) as conductor:
                with pytest.raises(Exception, match="redirect"):
                    await conductor.metadata.get_workflow_def("x")
    assert b"secret" in home.received[0].head
    assert elsewhere.received == []


@both_drivers
async def test_both_drivers_send_and_return_the_same(driver: Any) -> None:
    answer = b"HTTP/1.1 404 Not Here\r\nContent-Type: text/plain\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 3\r\n\r\nabc"
    with HostileServer(answers(answer)) as server:
        made = driver(Settings(server_url=server.url))
        async with AsyncClient(transport=made.async_transport()) as client:
            response = await client.put(f"{server.url}/ü?q=a b", content=b"{}", headers={"X-B": "c"})
    assert (response.status_code, response.reason_phrase, response.text) == (404, "Not Here", "abc")
    assert response.headers.get_list("x-a") == ["1", "2"]
    (received,) = server.received
    assert received.start == b"PUT /%C3%BC?q=a%20b HTTP/1.1"
    names = {line.partition(b":")[0].lower() for line in received.head.split(b"\r\n")[1:] if line}
    agents = {b"accept", b"accept-encoding", b"connection", b"user-agent"}
    assert names == {b"host", b"x-b", b"content-length"} | agents


@both_drivers
async def test_a_response_can_be_streamed(driver: Any) -> None:
    with HostileServer(answers(OK)) as server:
        made = driver(Settings(server_url=server.url))
        async with (
            AsyncClient(transport=made.async_transport()) as client,
            client.stream("GET", server.url) as response,
        ):
            assert [part async for part in response.aiter_bytes()] == [b"ok"]


async def expecting(peer: Peer) -> None:
    await peer.request()
    await peer.send(b"HTTP/1.1 100 Continue\r\n\r\n" + OK)


@pytest.mark.parametrize("header", ["Expect", "Upgrade"])
async def test_handshakes_go_to_the_stock_transport(header: Any) -> None:
    made: list[str] = []

    class Stock(AsyncHTTPTransport):
        async def handle_async_request(self, request: Request) -> Response:
            made.append("async")
            return await super().handle_async_request(request)

    class BlockingStock(HTTPTransport):
        def handle_request(self, request: Request) -> Response:
            made.append("sync")
            return super().handle_request(request)

    with HostileServer(expecting) as server:
        async with AsyncClient(transport=AsyncHttp1Transport(stock=Stock)) as client:
            assert (await client.post(server.url, headers={header: "100-continue"})).text == "ok"
        with Client(transport=SyncHttp1Transport(stock=BlockingStock)) as blocking:
            answer = await asyncio.to_thread(blocking.post, server.url, headers={header: "100-continue"})
            assert answer.text == "ok"
    assert made == ["async", "sync"]


# Test libraries. The host does not exist, so a request that is not caught fails.


@respx.mock
async def test_respx_in_its_default_mode_catches_clients_and_direct_calls() -> None:
    route = respx.get(f"{URL}/x").mock(return_value=Response(200, json={"mocked": True}))
    transport, blocking = AsyncHttp1Transport(), SyncHttp1Transport()
    assert transport.intercepted
    assert blocking.intercepted
    async with AsyncClient(transport=transport) as client:
        assert (await client.get(f"{URL}/x")).json() == {"mocked": True}
        direct = await transport.handle_async_request(Request("GET", f"{URL}/x"))
        assert direct.status_code == 200
    with Client(transport=blocking) as sync_client:
        assert sync_client.get(f"{URL}/x").json() == {"mocked": True}
    assert route.call_count == 3


@pytest.mark.parametrize("using", ["httpcore", "httpx"])
async def test_respx_catches_the_calls_of_a_conductor(using: Any) -> None:
    settings = Settings(server_url=URL, transport="http1")
    with respx.mock(using=using) as router:
        router.get(f"{URL}/metadata/workflow/orders").mock(return_value=Response(200, json={"name": "orders"}))
        async with AsyncConductor(settings) as conductor:
            assert (await conductor.metadata.get_workflow_def("orders")).name == "orders"
        with Conductor(settings) as blocking:
            assert blocking.metadata.get_workflow_def("orders").name == "orders"


async def test_after_respx_requests_take_the_lean_way_again() -> None:
    with respx.mock(assert_all_called=False):
        transport = AsyncHttp1Transport()
        assert transport.intercepted
    assert not transport.intercepted
    with HostileServer() as server:  # type: ignore[unreachable]  # that it is written so is what is tested
        async with AsyncClient(transport=transport) as client:
            assert (await client.get(server.url)).text == "ok"
            assert transport._stock is None  # pyright: ignore[reportPrivateUsage] - the state under test


@pytest.fixture
def instrumented() -> Iterator[None]:
    """All of httpx is instrumented, as an application's set-up does."""
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument()
    yield
    instrumentor.uninstrument()


@pytest.mark.usefixtures("instrumented")
async def test_instrumentation_of_the_stock_transport_keeps_nobody_from_the_lean_way() -> None:
    transport = AsyncHttp1Transport()
    assert not transport.intercepted
    assert not SyncHttp1Transport().intercepted
    with respx.mock(assert_all_called=False) as router:  # a stand-in below the instrumented one is respected as ever
        router.get(URL).respond(text="replaced")
        async with AsyncClient(transport=transport) as client:
            assert (await client.get(URL)).text == "replaced"


async def test_a_library_that_replaces_the_stock_transport_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    async def replaced(self: object, request: Request) -> Response:
        return Response(200, text="replaced")

    monkeypatch.setattr(AsyncHTTPTransport, "handle_async_request", replaced)
    monkeypatch.setattr(HTTPTransport, "handle_request", lambda self, request: Response(200, text="replaced"))  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType] - the untyped lambda or worker is the test's own
    async with AsyncClient(transport=AsyncHttp1Transport()) as client:
        assert (await client.get(URL)).text == "replaced"
    with Client(transport=SyncHttp1Transport()) as blocking:
        assert blocking.get(URL).text == "replaced"


async def test_a_mock_transport_mounted_for_one_host_leaves_the_rest_to_the_lean_one() -> None:
    mounts = {"http://conductor.invalid": MockTransport(lambda request: Response(200, text="mocked"))}
    with HostileServer() as server:
        async with AsyncClient(transport=AsyncHttp1Transport(), mounts=mounts) as client:
            assert (await client.get(URL)).text == "mocked"
            assert (await client.get(server.url)).text == "ok"
