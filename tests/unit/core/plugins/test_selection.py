"""Drivers, clients and commands are chosen by name: found, missing, disabled, broken or ambiguous."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import (
    Api,
    AuthProvider,
    ClientNotInstalledError,
    Command,
    ConfigurationError,
    Face,
    PluginError,
    RetryPolicy,
    Settings,
    hookimpl,
)
from conductor_core._plugins import Catalog, Plugins
from conductor_core.builtin.http1_transport import Http1Transport
from conductor_core.builtin.standard_retry import StandardRetry
from conductor_core.errors import DuplicatePluginError, PluginDisabledError, PluginLoadError, PluginNotFoundError
from tests._support.fake_plugins import FakeEnvironment, row_of

if TYPE_CHECKING:
    from conductor_core.interfaces import Attempt


class NeverRetry(RetryPolicy):
    name = "never"

    def wait(self, attempt: Attempt) -> float | None:
        return None


class AcmeAuth(AuthProvider):
    name = "acme"

    def auth(self) -> None:
        """Nothing."""


class PetApi(Api[Face], name="pets"):
    pass


@hookimpl
def conductor_register_retry() -> type[NeverRetry]:
    return NeverRetry


@hookimpl
def conductor_register_auth() -> type[AcmeAuth]:
    return AcmeAuth


def test_the_built_ins_are_the_defaults() -> None:
    plugins = Plugins(Settings(), catalog=Catalog(installed=False))
    assert type(plugins.transport(Settings())) is Http1Transport
    assert type(plugins.retry(Settings())) is StandardRetry
    assert plugins.auth(Settings()).name == "none"


def test_a_driver_is_chosen_by_the_name_of_its_entry_point(fake: FakeEnvironment) -> None:
    fake.add("conductor.retry", "of-acme", conductor_register_retry=conductor_register_retry)
    settings = Settings(retry="of-acme")
    assert type(fake.plugins(settings).retry(settings)) is NeverRetry


def test_each_question_gives_a_new_instance(fake: FakeEnvironment) -> None:
    plugins = fake.plugins()
    assert plugins.retry(Settings()) is not plugins.retry(Settings())


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({}, "none"),
        ({"auth_key": "k"}, "none"),
        ({"auth_secret": "s"}, "none"),
        ({"auth_token": "t"}, "bearer"),
        ({"auth_token": "t", "auth": "none"}, "none"),
    ],
)
def test_auto_looks_at_the_credentials(fake: FakeEnvironment, values: dict[str, Any], name: str) -> None:
    settings = Settings(**values)
    assert fake.plugins(settings).auth(settings).name == name


def test_auto_takes_orkes_for_a_key_pair_and_says_why_it_is_missing(fake: FakeEnvironment) -> None:
    settings = Settings.load(environ={"CONDUCTOR_AUTH_KEY": "k", "CONDUCTOR_AUTH_SECRET": "top-secret"})
    message = r"'orkes' is not installed \(.*CONDUCTOR_AUTH_KEY\); it comes with: pip install conductor-auth-orkes"
    with pytest.raises(PluginNotFoundError, match=message) as caught:
        fake.plugins(settings).auth(settings)
    assert "top-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"transport": "htpx"}, r"no installed plugin offers conductor.transport 'htpx' .*did you mean 'httpx'"),
        ({"retry": "xyzzy"}, r"no installed plugin offers conductor.retry 'xyzzy' .*known: standard"),
        ({"transport": "http2"}, "pip install conductor-transport-http2"),
        ({"transport": "embedded"}, "pip install conductor-embedded"),
        ({"auth": "orkes"}, "pip install conductor-auth-orkes"),
    ],
)
def test_a_missing_driver_is_one_sentence_with_help(
    fake: FakeEnvironment, values: dict[str, Any], message: str
) -> None:
    settings = Settings(**values)
    plugins = fake.plugins(settings)
    with pytest.raises(PluginNotFoundError, match=message) as caught:
        _ = (plugins.auth(settings), plugins.transport(settings), plugins.retry(settings))
    assert "\n" not in str(caught.value)
    assert next(iter(values)) in str(caught.value)


def test_a_missing_client_is_an_error_of_its_own(fake: FakeEnvironment) -> None:
    with pytest.raises(
        ClientNotInstalledError, match=r"'workflows' is not installed .*pip install conductor-workflows"
    ):
        fake.plugins().client("workflows")
    with pytest.raises(ClientNotInstalledError, match="pip install conductor-service-registry"):
        fake.plugins().client("service_registry")


def test_a_client_and_a_command_are_classes(fake: FakeEnvironment) -> None:
    class Hello(Command):
        def run(self, args: object, settings: Settings) -> int:
            return 0

    fake.add("conductor.clients", "pets", conductor_register_client=hookimpl(lambda: PetApi))
    fake.add("conductor.commands", "hello", conductor_register_command=hookimpl(lambda: Hello))
    plugins = fake.plugins()
    assert plugins.client("pets") is PetApi
    assert plugins.command("hello") is Hello
    assert plugins.names("conductor.clients") == ("pets",)


def test_a_disabled_driver_that_is_needed_is_an_error(fake: FakeEnvironment) -> None:
    settings = Settings(disabled_plugins=("standard",))
    message = r"conductor.retry 'standard' is needed \(retry, default\) and disabled by disabled_plugins \(argument"
    with pytest.raises(PluginDisabledError, match=message):
        fake.plugins(settings).retry(settings)


def test_a_broken_driver_that_is_needed_is_an_error(fake: FakeEnvironment) -> None:
    fake.add_value("conductor.retry", "broken", "a_module_that_is_not_there")
    settings = Settings(retry="broken")
    with pytest.raises(PluginLoadError, match="cannot be used: ModuleNotFoundError: No module named") as caught:
        fake.plugins(settings).retry(settings)
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"conductor_register_auth": conductor_register_auth}, "has no conductor_register_retry hook"),
        ({"conductor_register_retry": hookimpl(lambda: AcmeAuth)}, "which is no RetryPolicy; return the class itself"),
        ({"conductor_register_retry": hookimpl(lambda: NeverRetry(Settings()))}, "which is no RetryPolicy"),
        ({"conductor_register_retry": hookimpl(lambda: None)}, "registered None, which is no RetryPolicy"),
        (
            {"conductor_register_retry": hookimpl(lambda: 1 // 0)},
            "its conductor_register_retry failed: ZeroDivisionError",
        ),
        ({"conductor_register_retry": lambda: NeverRetry}, "mark its functions with @hookimpl"),
        ({}, "implements no hook"),
    ],
)
def test_a_driver_that_registers_something_else_is_an_error(
    fake: FakeEnvironment, attributes: dict[str, Any], message: str
) -> None:
    fake.add("conductor.retry", "odd", **attributes)
    settings = Settings(retry="odd")
    with pytest.raises(PluginLoadError, match=message):
        fake.plugins(settings).retry(settings)


def test_a_drivers_own_error_passes(fake: FakeEnvironment) -> None:
    settings = Settings(auth="bearer")
    with pytest.raises(ConfigurationError, match="needs a token"):
        fake.plugins(settings).auth(settings)


def test_a_name_offered_twice_is_an_error_that_names_both(fake: FakeEnvironment) -> None:
    fake.add("conductor.retry", "acme", "module_one", conductor_register_retry=conductor_register_retry)
    fake.add("conductor.retry", "acme", "module_two", conductor_register_retry=conductor_register_retry)
    settings = Settings(retry="acme")
    with pytest.raises(DuplicatePluginError, match=r"offered twice: by .*\(module_one\) and by .*\(module_two\)"):
        fake.plugins(settings).retry(settings)


def test_a_name_that_shadows_a_built_in_is_an_error(fake: FakeEnvironment) -> None:
    fake.add("conductor.retry", "standard", "usurper", conductor_register_retry=conductor_register_retry)
    with pytest.raises(DuplicatePluginError, match=r"by conductor-core .* and by this program \(usurper\)"):
        fake.plugins().retry(Settings())


def test_a_driver_made_in_code_is_found_by_its_own_name(fake: FakeEnvironment) -> None:
    class Plugin:
        conductor_register_retry = staticmethod(conductor_register_retry)

    settings = Settings(retry="never")
    assert type(fake.plugins(settings, plugins=[Plugin()]).retry(settings)) is NeverRetry
    fake.add("conductor.retry", "never", conductor_register_retry=conductor_register_retry)
    with pytest.raises(DuplicatePluginError, match="and by a plugin made in code"):
        fake.plugins(settings, plugins=[Plugin()]).retry(settings)


def test_a_plugin_made_in_code_that_is_wrong_is_an_error_at_once(fake: FakeEnvironment) -> None:
    with pytest.raises(PluginLoadError, match="the plugin object cannot be used: it implements no hook"):
        fake.plugins(plugins=[object()])


def test_nothing_is_imported_before_it_is_asked_for(fake: FakeEnvironment) -> None:
    for group in ("conductor.auth", "conductor.retry", "conductor.clients", "conductor.plugins", "conductor.listeners"):
        fake.add_value(group, "bomb", "a_module_that_is_not_there")
    plugins = fake.plugins()
    plugins.auth(Settings())
    plugins.retry(Settings())
    assert row_of(plugins, "retry:bomb").state == "available"
    assert all(row.load_ms is None for row in plugins.report() if row.name.endswith(":bomb"))


def test_names_in_lists_must_exist(fake: FakeEnvironment) -> None:
    fake.add("conductor.retry", "acme")
    for names in ("acme", "retry:acme", "standard", "*", "ACME"):
        fake.plugins(Settings(disabled_plugins=(names,))).check_names()
    fake.plugins(Settings(load_plugins=())).check_names()
    with pytest.raises(PluginNotFoundError, match=r"disabled_plugins \(argument.*\) names 'acne'.*did you mean 'acme'"):
        fake.plugins(Settings(disabled_plugins=("acne",))).check_names()
    with pytest.raises(PluginError, match=r"load_plugins \(argument.*\) names 'xyzzy', which is not installed; known:"):
        fake.plugins(Settings(load_plugins=("xyzzy",))).check_names()
