"""Settings: who wins, what is refused, what is shown."""

from __future__ import annotations

import dataclasses
import pickle
from typing import TYPE_CHECKING, Any, cast

import pytest

from conductor_core import ConfigurationError, Settings

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "correct horse battery staple"
SECRETS: dict[str, Any] = {"auth_secret": SECRET, "auth_token": SECRET, "proxy_url": f"http://u:{SECRET}@proxy:3128"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "conductor.toml"
    path.write_text('[conductor]\nserver_url = "http://file"\nretry = "of-file"\nauth = "of-file"\n')
    return path


def test_arguments_beat_environment_beat_file_beat_default(file: Path) -> None:
    environ = {"CONDUCTOR_SERVER_URL": "http://environment", "CONDUCTOR_RETRY": "of-environment"}
    settings = Settings.load(file, environ=environ, server_url="http://argument")
    assert settings.server_url == "http://argument/api"
    assert settings.retry == "of-environment"
    assert settings.auth == "of-file"
    assert settings.transport == "http1"


def test_each_value_knows_its_source(file: Path) -> None:
    settings = Settings.load(file, environ={"CONDUCTOR_RETRY": "x"}, server_url="http://argument")
    assert str(settings.source("server_url")) == "argument server_url"
    assert str(settings.source("retry")) == "environment CONDUCTOR_RETRY"
    assert str(settings.source("auth")) == f"file {file}: auth"
    assert str(settings.source("transport")) == "default"


def test_direct_arguments_know_their_source_too() -> None:
    settings = Settings(auth="bearer")
    assert settings.source("auth").kind == "argument"
    assert settings.source("retry").kind == "default"
    with pytest.raises(ConfigurationError, match="did you mean 'retry'"):
        settings.source("retri")


def test_a_replaced_value_counts_as_argument_and_what_follows_from_it_follows() -> None:
    settings = Settings.load(environ={"CONDUCTOR_SERVER_URL": "http://one", "CONDUCTOR_RETRY": "x"})
    changed = dataclasses.replace(settings, server_url="http://two")
    assert (changed.server_url, changed.ui_server_url) == ("http://two/api", "http://two")
    assert changed.source("server_url").kind == "argument"
    assert changed.source("ui_server_url").kind == "default"
    assert changed.source("retry").kind == "environment"
    told = dataclasses.replace(changed, ui_server_url="http://ui")
    assert dataclasses.replace(told, server_url="http://three").ui_server_url == "http://ui"
    assert told.source("ui_server_url").kind == "argument"


def test_direct_construction_reads_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDUCTOR_SERVER_URL", "http://environment")
    assert Settings().server_url == "http://localhost:8080/api"
    assert Settings.load().server_url == "http://environment/api"


def test_a_file_is_read_when_told_or_named_by_the_environment(file: Path) -> None:
    assert Settings.load(environ={}).auth == "auto"
    assert Settings.load(environ={"CONDUCTOR_CONFIG": str(file)}).auth == "of-file"


def test_none_counts_as_not_given() -> None:
    settings = Settings.load(environ={"CONDUCTOR_AUTH": "bearer"}, auth=None)
    assert settings.auth == "bearer"


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("http://h:8080", "http://h:8080/api"),
        ("http://h:8080/", "http://h:8080/api"),
        ("http://h:8080/api", "http://h:8080/api"),
        ("http://h:8080/api/", "http://h:8080/api"),
        (" http://h:8080/api ", "http://h:8080/api"),
        ("https://h/conductor", "https://h/conductor/api"),
        ("http://[::1]:8080", "http://[::1]:8080/api"),
        ("embedded://memory/tests", "embedded://memory/tests"),
        ("embedded:///var/data/c.db", "embedded:///var/data/c.db"),
    ],
)
def test_a_server_url_comes_in_several_forms(given: str, stored: str) -> None:
    assert Settings(server_url=given).server_url == stored


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8080",
        "ftp://host/api",
        "http://",
        "http://[::1",
        "http://host:99999",
        "http://host:0",
        "http://host:port",
        "http://host/a b",
        "http://ho\nst",
    ],
)
def test_a_server_url_that_cannot_work_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"server_url must be like http://host:8080/api, got"):
        Settings(server_url=url)


@pytest.mark.parametrize(
    "url",
    [
        f"http://user:{SECRET}@host",
        f"user:{SECRET}@host:8080",
        f"http://user:{SECRET}@[bad",
        f"http://host/?token={SECRET}",
        f"http://host/#{SECRET}",
    ],
)
def test_a_secret_in_a_server_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ConfigurationError, match="server_url must not") as caught:
        Settings(server_url=url)
    assert SECRET not in str(caught.value)


def test_the_user_interface_is_beside_the_api() -> None:
    assert Settings(server_url="http://h:1/api").ui_server_url == "http://h:1"
    assert Settings(ui_server_url="http://ui").ui_server_url == "http://ui"


def test_unknown_arguments_are_refused_with_a_suggestion() -> None:
    with pytest.raises(ConfigurationError, match="unknown setting 'server_ulr'; did you mean 'server_url'"):
        Settings.load(environ={}, server_ulr="http://h")
    with pytest.raises(ConfigurationError, match="unknown setting 'xyzzy'; known: auth, auth_key"):
        Settings.load(environ={}, xyzzy="1")


@pytest.mark.parametrize("name", ["sources", "unknown_environment"])
def test_bookkeeping_is_no_setting(name: str) -> None:
    with pytest.raises(ConfigurationError, match="unknown setting"):
        Settings.load(environ={}, **{name: cast("Any", ())})


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"request_timeout": 0}, "request_timeout must be above 0, got 0"),
    ({"request_timeout": float("nan")}, "request_timeout must be above 0"),
    ({"request_timeout": float("inf")}, "request_timeout must be above 0"),
    ({"request_timeout": "60"}, "request_timeout must be a number, got str"),
    ({"request_timeout": True}, "request_timeout must be a number, got bool"),
    ({"max_connections": 2.5}, "max_connections must be a whole number, got 2.5"),
    ({"tls_insecure": "perhaps"}, "tls_insecure must be true or false, got 'perhaps'"),
    ({"auth": 7}, "auth must be text, got int"),
    ({"load_plugins": 7}, "load_plugins must be a list of names, got int"),
    ({"load_plugins": ["a", 7]}, "load_plugins must be a list of names, got list"),
    ({"options": {"acme": 7}}, "options must hold one table per plugin"),
    ({"tls_cert_path": "c.pem"}, "tls_cert_path and tls_key_path belong together"),
]


@pytest.mark.parametrize(("values", "message"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_value_names_field_and_type(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Settings(**values)


def test_settings_are_frozen() -> None:
    settings = Settings()
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.auth = "other"  # type: ignore[misc]  # that is the point


def test_settings_survive_the_way_to_another_process() -> None:
    settings = Settings.load(environ={"CONDUCTOR_AUTH_TOKEN": SECRET}, options={"acme": {"key": 1}})
    copy = pickle.loads(pickle.dumps(settings))  # noqa: S301 - our own bytes
    assert copy == settings
    assert copy.source("auth_token") == settings.source("auth_token")


def test_secrets_are_not_shown() -> None:
    settings = Settings(**SECRETS, options={"acme": {"password": SECRET}})
    for text in (repr(settings), str(settings), f"{settings}", repr(settings.shown())):
        assert SECRET not in text


def test_shown_says_which_secrets_are_set() -> None:
    shown = Settings(auth_secret=SECRET).shown()
    assert shown["auth_secret"][0] == "********"
    assert shown["auth_token"][0] == ""


def test_names_are_read_from_text_and_lists() -> None:
    assert Settings(disabled_plugins=["a", "b"]).disabled_plugins == ("a", "b")  # type: ignore[arg-type]  # tolerated
    assert Settings(load_plugins=" a ,b,, ").load_plugins == ("a", "b")  # type: ignore[arg-type]  # tolerated
    assert Settings(disabled_plugins=None).disabled_plugins == ()  # type: ignore[arg-type]  # tolerated
    assert Settings().load_plugins is None


def test_options_of_a_plugin_are_empty_when_there_are_none() -> None:
    settings = Settings(options={"acme": {"key": "k"}})
    assert settings.options_of("acme") == {"key": "k"}
    assert settings.options_of("other") == {}
