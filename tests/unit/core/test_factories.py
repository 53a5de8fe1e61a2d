"""The entry points of the official SDKs: names, precedence, getters, a transport of the caller's own, old names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import (
    AsyncConductor,
    AsyncOrkesClients,
    ClientNotInstalledError,
    Conductor,
    ConfigurationError,
    OrkesClients,
    Settings,
    conductor_from_env,
    create_async_conductor_client,
    create_conductor_client,
    get,
    orkes_conductor_client,
)
from conductor_core._plugins import _known
from conductor_core.errors import ConnectionFailedError, PluginError
from conductor_core.http import AsyncBaseTransport, BaseTransport, ConnectError, MockTransport, Request, Response
from tests._support.fake_server import answering, conductor_for, plugins_for

if TYPE_CHECKING:
    from tests._support.fake_server import FakeServer

URL = "http://server:8080"
GETTERS = {
    "admin": "get_admin_client",
    "agents": "get_agent_client",
    "applications": "get_application_client",
    "authorization": "get_authorization_client",
    "events": "get_event_client",
    "human_tasks": "get_human_task_client",
    "integrations": "get_integration_client",
    "metadata": "get_metadata_client",
    "prompts": "get_prompt_client",
    "schedules": "get_scheduler_client",
    "schemas": "get_schema_client",
    "secrets": "get_secret_client",
    "service_registry": "get_service_registry_client",
    "tasks": "get_task_client",
    "webhooks": "get_webhook_client",
    "workflows": "get_workflow_client",
}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONDUCTOR_SERVER_URL", "CONDUCTOR_AUTH_KEY", "CONDUCTOR_AUTH_SECRET"):
        monkeypatch.delenv(name, raising=False)


# Configurations.

THEIRS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"serverUrl": URL}, {"server_url": f"{URL}/api"}),
    ({"server_api_url": f"{URL}/api"}, {"server_url": f"{URL}/api"}),
    ({"base_url": f"{URL}/"}, {"server_url": f"{URL}/api"}),
    ({"keyId": "k", "keySecret": "s"}, {"auth_key": "k", "auth_secret": "s"}),
    ({"key_id": "k", "key_secret": "s"}, {"auth_key": "k", "auth_secret": "s"}),
    ({"refreshTokenInterval": 0}, {"refresh_token_interval": 0.0}),
    ({"refreshTokenInterval": 90_000}, {"refresh_token_interval": 90.0}),
    ({"auth_token_ttl_min": 45}, {"auth_token_ttl": 2700.0}),
    ({"maxHttp2Connections": 1}, {"max_http2_connections": 1}),
    ({"requestTimeoutMs": 1500, "connectTimeoutMs": 250}, {"request_timeout": 1.5, "connect_timeout": 0.25}),
    ({"disableHttp2": True}, {"http2": False}),
    ({"disableHttp2": False}, {"http2": True}),
    ({"http2_enabled": False}, {"http2": False}),
    ({"tlsCaPath": "ca", "tlsInsecure": True}, {"tls_ca_path": "ca", "tls_insecure": True}),
    ({"tlsCertPath": "c", "tlsKeyPath": "k"}, {"tls_cert_path": "c", "tls_key_path": "k"}),
    ({"proxyUrl": "http://p:1"}, {"proxy_url": "http://p:1"}),
    ({"proxy": "http://p:1"}, {"proxy_url": "http://p:1"}),
    ({"retryServerErrors": True}, {"retry_server_errors": True}),
    ({"ui_host": "http://ui"}, {"ui_server_url": "http://ui"}),
    ({"server_url": URL, "keyId": None}, {"server_url": f"{URL}/api", "auth_key": ""}),
]


@pytest.mark.parametrize(("theirs", "ours"), THEIRS, ids="-".join)
def test_each_name_of_the_sdks_is_a_setting(theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    with create_conductor_client(theirs, auth="none") as conductor:
        assert {name: getattr(conductor.settings, name) for name in ours} == ours
    with create_conductor_client(**theirs, auth="none") as conductor:
        assert {name: getattr(conductor.settings, name) for name in ours} == ours


def test_arguments_beat_the_configuration_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDUCTOR_SERVER_URL", "http://environment")
    with create_conductor_client() as conductor:
        assert conductor.settings.server_url == "http://environment/api"
    with create_conductor_client({"serverUrl": "http://config"}) as conductor:
        assert conductor.settings.server_url == "http://config/api"
        assert conductor.settings.source("server_url").kind == "argument"
    with create_conductor_client({"serverUrl": "http://config"}, serverUrl="http://option") as conductor:
        assert conductor.settings.server_url == "http://option/api"


def test_settings_are_complete_and_single_values_change_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDUCTOR_SERVER_URL", "http://environment")
    settings = Settings(server_url="http://settings")
    with create_conductor_client(settings) as conductor:
        assert conductor.settings is settings
    with create_conductor_client(settings, serverUrl="http://option") as conductor:
        assert (conductor.settings.server_url, conductor.settings.ui_server_url) == (
            "http://option/api",
            "http://option",
        )


WRONG: list[tuple[Any, dict[str, Any], str]] = [
    ({"serverURL": URL}, {}, "unknown option 'serverURL'; did you mean 'serverUrl'"),
    ({}, {"key": "x"}, "unknown option 'key'"),
    (
        {"keyId": "a", "auth_key": "b"},
        {},
        "keyId and auth_key are two names of one setting, auth_key: pass one of them",
    ),
    ("http://server", {}, "config must be Settings or a mapping, got str"),
    ({"requestTimeoutMs": "soon"}, {}, "request_timeout must be a number, got str"),
    ({"disableHttp2": "perhaps"}, {}, "http2 must be true or false"),
    ({"serverUrl": "server"}, {}, "server_url must be like http"),
]


@pytest.mark.parametrize(("config", "options", "message"), WRONG, ids=lambda value: str(value)[:30])
def test_a_mistake_is_named(config: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        create_conductor_client(config, **options)
    with pytest.raises(ConfigurationError, match=message):
        create_async_conductor_client(config, **options)


def test_the_older_name_is_the_same_function() -> None:
    assert orkes_conductor_client is create_conductor_client


def test_a_client_straight_from_the_environment() -> None:
    with conductor_from_env({}) as conductor:
        assert conductor.settings.server_url == "http://localhost:8080/api"
    environment = {"CONDUCTOR_SERVER_URL": URL, "CONDUCTOR_AUTH_TOKEN": "t"}
    with conductor_from_env(environment) as conductor:
        assert conductor.settings.server_url == f"{URL}/api"
        assert str(conductor.settings.source("server_url")) == "environment CONDUCTOR_SERVER_URL"
    with pytest.raises(ConfigurationError, match="CONDUCTOR_SERVER_URL must be like"):
        conductor_from_env({"CONDUCTOR_SERVER_URL": "nonsense"})


@pytest.mark.parametrize(("server_url", "is_told"), [(None, True), ("http://localhost:8080/api", False)])
def test_nobody_at_the_default_address_is_told_as_that(server_url: str | None, is_told: bool) -> None:  # noqa: FBT001 - a column of the table
    server = answering(ConnectError("refused"))
    with (
        create_conductor_client(None, BlockingOnly(server), server_url=server_url) as conductor,
        pytest.raises(ConnectionFailedError) as caught,
    ):
        conductor.with_options(retry_budget=0).run(get("/version"))
    assert "cannot connect: refused" in str(caught.value)
    assert ("CONDUCTOR_SERVER_URL) is not set" in str(caught.value)) is is_told


# Getters.


def test_every_client_has_a_getter_on_both_faces() -> None:
    assert sorted(GETTERS) == sorted(_known.CLIENT_NAMES)
    for face in (OrkesClients, AsyncOrkesClients):
        offered = {name for name in dir(face) if name.startswith("get_")}
        assert offered == {*GETTERS.values(), "get_workflow_executor"}


@pytest.mark.parametrize(("client", "getter"), GETTERS.items())
async def test_a_getter_returns_the_client_of_the_conductor_or_says_what_to_install(client: str, getter: str) -> None:
    with Conductor(server_url=URL) as conductor:
        installed = client in conductor.plugins.names(_known.CLIENTS)
        clients = OrkesClients(conductor)
        if installed:
            assert getattr(clients, getter)() is getattr(conductor, client)
        else:
            with pytest.raises(ClientNotInstalledError, match=f"pip install conductor-{client.replace('_', '-')}"):
                getattr(clients, getter)()
    async with AsyncConductor(server_url=URL) as awaited:
        if installed:
            assert getattr(AsyncOrkesClients(awaited), getter)() is getattr(awaited, client)


@pytest.mark.parametrize(("client", "getter"), GETTERS.items())
def test_without_its_distribution_a_getter_names_it(client: str, getter: str) -> None:
    clients = OrkesClients(conductor_for(answering()))  # nothing installed counts there
    with clients.conductor, pytest.raises(ClientNotInstalledError, match=f"conductor-{client.replace('_', '-')}$"):
        getattr(clients, getter)()


def test_the_executor_is_the_workflow_client() -> None:
    with OrkesClients.from_config({"serverUrl": URL}) as clients:
        assert clients.get_workflow_executor() is clients.get_workflow_client()


async def test_all_clients_share_one_connection() -> None:
    with OrkesClients(serverUrl=URL) as clients:
        assert clients.get_task_client().driver is clients.get_workflow_client().driver
        assert URL in repr(clients)
    async with AsyncOrkesClients.from_config(serverUrl=URL) as awaited:
        assert awaited.get_task_client().driver is awaited.get_workflow_client().driver


async def test_a_conductor_that_was_passed_stays_open() -> None:
    conductor = conductor_for(answering(Response(200, text="3.32.2")))
    with OrkesClients(conductor) as clients:
        assert clients.conductor is conductor
    assert conductor.run(get("/version", returns=str)) == "3.32.2"
    conductor.close()
    with pytest.raises(ConfigurationError, match="serverUrl cannot be changed"):
        OrkesClients(conductor, serverUrl=URL)
    async with AsyncConductor(server_url=URL) as awaited:
        async with AsyncOrkesClients(awaited):
            pass
        with pytest.raises(ConfigurationError, match="serverUrl cannot be changed"):
            AsyncOrkesClients(awaited, serverUrl=URL)
        await awaited.aclose()


def test_one_that_was_made_here_is_closed_here() -> None:
    with OrkesClients(serverUrl=URL) as clients:
        conductor = clients.conductor
    with pytest.raises(Exception, match="closed"):
        conductor.run(get("/version"))


# A transport of the caller's own.


class BlockingOnly(BaseTransport):
    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.closed = False

    def handle_request(self, request: Request) -> Response:
        return self.server(request)

    def close(self) -> None:
        self.closed = True


class AwaitedOnly(AsyncBaseTransport):
    def __init__(self, server: FakeServer) -> None:
        self.server = server

    async def handle_async_request(self, request: Request) -> Response:
        return self.server(request)


async def test_a_transport_of_the_callers_carries_every_request_with_auth_around_it() -> None:
    server = answering(Response(200, text="3.32.2"))
    own = BlockingOnly(server)
    with create_conductor_client({"serverUrl": URL}, own, auth_token="tok") as conductor:
        assert conductor.run(get("/version", returns=str)) == "3.32.2"
    assert not own.closed
    async with create_async_conductor_client({"serverUrl": URL}, AwaitedOnly(server), auth_token="tok") as awaited:
        assert await awaited.run(get("/version", returns=str)) == "3.32.2"
    async with create_async_conductor_client({"serverUrl": URL}, MockTransport(server), auth_token="tok") as awaited:
        assert await awaited.run(get("/version", returns=str)) == "3.32.2"
    assert [request.headers["authorization"] for request in server.requests] == ["Bearer tok"] * 3


def test_retries_stand_around_a_transport_of_the_callers() -> None:
    server = answering(Response(429, headers={"retry-after": "0"}), Response(200, text="3.32.2"))
    with create_conductor_client({"serverUrl": URL}, BlockingOnly(server)) as conductor:
        assert conductor.run(get("/version", returns=str)) == "3.32.2"
    assert len(server.requests) == 2


async def test_tokens_are_fetched_over_a_transport_of_the_callers() -> None:
    server = answering(Response(200, json={"token": "t1"}), Response(200, text="5.0"))
    config = {"serverUrl": URL, "keyId": "k", "keySecret": "s"}
    async with create_async_conductor_client(config, AwaitedOnly(server)) as conductor:
        assert await conductor.run(get("/version", returns=str)) == "5.0"
    assert server.paths == ["/api/token", "/api/version"]
    assert server.requests[-1].headers["x-authorization"] == "t1"


async def test_a_transport_that_cannot_do_it_is_refused_in_one_sentence() -> None:
    server = answering()
    with (
        create_conductor_client({"serverUrl": URL}, AwaitedOnly(server)) as conductor,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - the mistake
        pytest.raises(ConfigurationError, match="is for asyncio only: a Conductor needs one with handle_request"),
    ):
        conductor.run(get("/version"))
    async with create_async_conductor_client({"serverUrl": URL}, BlockingOnly(server)) as awaited:  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - the mistake
        with pytest.raises(ConfigurationError, match="blocks: an AsyncConductor needs one with handle_async_request"):
            await awaited.run(get("/version"))
    with pytest.raises(ConfigurationError, match=r"must be a BaseTransport or an AsyncBaseTransport .* got function"):
        create_conductor_client({"serverUrl": URL}, lambda request: request)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - the mistake


def test_a_logger_reaches_the_conductor() -> None:
    class Logger:
        def debug(self, message: str, /, *args: object) -> None: ...
        def info(self, message: str, /, *args: object) -> None: ...
        def error(self, message: str, /, *args: object) -> None: ...

    logger = Logger()
    for transport in (None, BlockingOnly(answering())):
        with create_conductor_client({"serverUrl": URL}, transport, logger=logger) as conductor:
            assert getattr(conductor.logger, "_target", None) is logger


# Old names.


@pytest.mark.parametrize(
    ("resource", "client"),
    [("workflow_resource", "workflows"), ("task_resource", "tasks"), ("metadata_resource", "metadata")],
)
def test_access_by_resource_works_and_warns(resource: str, client: str) -> None:
    with create_conductor_client({"serverUrl": URL}) as conductor:
        with pytest.warns(DeprecationWarning, match=f"{resource} is an old name: use conductor.{client}") as caught:
            found = getattr(conductor, resource)
        assert found is getattr(conductor, client)
        assert caught[0].filename == __file__


def test_a_resource_without_its_distribution_says_what_to_install() -> None:
    with (
        conductor_for(answering()) as conductor,
        pytest.warns(DeprecationWarning, match="use conductor.schedules"),
        pytest.raises(ClientNotInstalledError, match="pip install conductor-schedules"),
    ):
        conductor.scheduler_resource  # type: ignore[attr-defined]  # noqa: B018  # pyright: ignore - found at run time


def test_a_missing_driver_is_told_when_the_client_is_made() -> None:
    settings = Settings(server_url=URL, auth="nobody")
    with pytest.raises(PluginError, match="nobody"):
        Conductor(plugins=plugins_for(answering(), settings))
    with pytest.raises(PluginError, match="nobody"):
        OrkesClients(settings)
