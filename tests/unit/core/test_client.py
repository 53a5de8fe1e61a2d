"""Conductor and its twin: how they are made, and how domain clients are found."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import (
    Api,
    Call,
    ClientNotInstalledError,
    Conductor,
    ConfigurationError,
    Face,
    Plugins,
    Settings,
    TaskHandler,
    endpoint,
    get,
    hookimpl,
)
from conductor_core._plugins import Catalog, Offer
from conductor_core.client import AsyncConductor
from conductor_core.errors import PluginDisabledError
from conductor_core.http import Response
from tests._support.fake_server import answering, plugins_for, settings_for, transport_plugin

if TYPE_CHECKING:
    from types import ModuleType

FACES = pytest.mark.parametrize("kind", [Conductor, AsyncConductor])


class PetApi(Api[Face], name="pets"):
    @endpoint
    def count(self) -> Call[int]:
        """Count the pets."""
        return get("/pets/count", returns=int)


class PetPlugin:
    @hookimpl
    def conductor_register_client(self) -> type[PetApi[Any]]:
        return PetApi


def found(conductor: Any) -> Any:
    """Return the client that no type checker knows."""
    return conductor.pets


@FACES
def test_settings_come_from_the_environment(kind: type[Conductor], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDUCTOR_SERVER_URL", "http://environment:1")
    assert kind().settings.server_url == "http://environment:1/api"
    assert kind(server_url="http://argument:2").settings.server_url == "http://argument:2/api"
    assert kind(Settings(server_url="http://settings:3")).settings.server_url == "http://settings:3/api"


@FACES
def test_a_wrong_argument_has_a_suggestion(kind: type[Conductor]) -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'server_url'"):
        kind(server_urll="http://h")


@pytest.mark.parametrize("take", [Conductor, AsyncConductor, TaskHandler])
def test_an_address_is_no_settings(take: Any) -> None:
    with pytest.raises(
        ConfigurationError, match=r"must be a Settings object, got str; write Settings\(server_url=\.\.\.\)"
    ):
        take("http://localhost:8080/api")


@FACES
def test_settings_and_single_values_do_not_mix(kind: type[Conductor]) -> None:
    with pytest.raises(ConfigurationError, match=r"either settings or single values \(auth\)"):
        kind(Settings(), auth="none")


@FACES
def test_shared_plugins_bring_their_settings(kind: type[Conductor]) -> None:
    plugins = plugins_for(answering(Response(200)))
    conductor = kind(plugins=plugins)
    assert conductor.settings is plugins.settings
    assert conductor.plugins is plugins


@FACES
def test_a_logger_may_be_injected(kind: type[Conductor]) -> None:
    with pytest.raises(TypeError, match="lacks debug"):
        kind(logger=object())


@FACES
def test_its_text_shows_no_secret(kind: type[Conductor]) -> None:
    conductor = kind(Settings(server_url="http://h", auth_token="top-secret"))
    assert repr(conductor) == f"{kind.__name__}(server_url='http://h/api', transport='http1')"


def test_a_client_of_any_class() -> None:
    with Conductor(plugins=plugins_for(answering(Response(200, json=3)))) as conductor:
        assert conductor.client(PetApi).count() == 3


def test_a_client_by_name_is_made_once() -> None:
    plugins = plugins_for(answering(Response(200, json=3)), plugins=[PetPlugin()])
    with Conductor(plugins=plugins) as conductor:
        client = found(conductor)
        assert client.count() == 3
        assert found(conductor) is client


async def test_a_client_by_name_on_the_async_face() -> None:
    plugins = plugins_for(answering(Response(200, json=3)), plugins=[PetPlugin()])
    async with AsyncConductor(plugins=plugins) as conductor:
        client = found(conductor)
        assert await client.count() == 3


@FACES
def test_a_missing_client_names_its_distribution(kind: type[Conductor]) -> None:
    conductor: Any = kind(plugins=plugins_for(answering(Response(200))))
    with pytest.raises(ClientNotInstalledError, match="pip install conductor-human-tasks"):
        _ = conductor.human_tasks
    assert not hasattr(conductor, "workflows")


@FACES
def test_a_misspelt_client_has_a_suggestion(kind: type[Conductor]) -> None:
    conductor: Any = kind(plugins=plugins_for(answering(Response(200))))
    with pytest.raises(AttributeError, match="no attribute or client 'workflow'; did you mean 'workflows'"):
        _ = conductor.workflow
    with pytest.raises(AttributeError, match="no attribute or client 'xyzzy'; installed clients: none"):
        _ = conductor.xyzzy


def test_a_client_that_settings_disable_is_not_loaded() -> None:
    settings = settings_for(disabled_plugins=("pets",))
    offer = Offer("conductor.clients", "pets", "a_module_that_is_not_there")
    plugins = Plugins(
        settings,
        plugins=[transport_plugin(answering(Response(200)))],
        catalog=Catalog(added=(offer,), installed=False),
    )
    conductor: Any = Conductor(plugins=plugins)
    with pytest.raises(PluginDisabledError, match=r"is needed \(conductor.pets\) and disabled by disabled_plugins"):
        _ = conductor.pets


@FACES
def test_copying_and_half_made_objects_do_not_recurse(kind: type[Conductor]) -> None:
    bare: Any = kind.__new__(kind)
    for name in ("plugins", "workflows", "_driver", "__deepcopy__"):
        assert not hasattr(bare, name)
    conductor = kind(Settings())
    assert copy.copy(conductor).settings is conductor.settings


def test_clients_are_found_in_modules(fake_module: ModuleType) -> None:
    plugins = Plugins(
        settings_for(),
        plugins=[transport_plugin(answering(Response(200, json=9)))],
        catalog=Catalog(added=(Offer("conductor.clients", "pets", fake_module.__name__),), installed=False),
    )
    with Conductor(plugins=plugins) as conductor:
        client = found(conductor)
        assert client.count() == 9


@pytest.fixture
def fake_module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    import sys  # noqa: PLC0415 - beside their only use
    from types import ModuleType  # noqa: PLC0415

    module: Any = ModuleType("fake_pets")
    module.conductor_register_client = hookimpl(lambda: PetApi)
    monkeypatch.setitem(sys.modules, "fake_pets", module)
    return module  # type: ignore[no-any-return]  # a module with an attribute
