"""Where settings are read from: the environment with its units, and TOML files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from conductor_core import ConfigurationError, Settings

if TYPE_CHECKING:
    from pathlib import Path


def _load(path: Path, text: str) -> Settings:
    file = path / "conductor.toml"
    file.write_text(text, encoding="utf-8")
    return Settings.load(file, environ={})


def test_milliseconds_of_the_environment_become_seconds() -> None:
    environ = {"CONDUCTOR_REQUEST_TIMEOUT_MS": "1500", "CONDUCTOR_CONNECT_TIMEOUT_MS": "250"}
    settings = Settings.load(environ=environ)
    assert (settings.request_timeout, settings.connect_timeout) == (1.5, 0.25)


@pytest.mark.parametrize("text", ["", "  "])
def test_empty_variables_count_as_unset(text: str) -> None:
    names = ("SERVER_URL", "AUTH", "AUTH_SECRET", "REQUEST_TIMEOUT_MS", "TLS_INSECURE", "DISABLED_PLUGINS", "CONFIG")
    settings = Settings.load(environ={f"CONDUCTOR_{name}": text for name in names})
    assert settings == Settings()
    assert settings.source("auth").kind == "default"


def test_an_empty_allow_list_means_none() -> None:
    assert Settings.load(environ={"CONDUCTOR_LOAD_PLUGINS": ""}).load_plugins == ()
    assert Settings.load(environ={}).load_plugins is None


def test_white_space_around_values_is_cut() -> None:
    assert Settings.load(environ={"CONDUCTOR_AUTH_SECRET": " s3cret\n"}).auth_secret == "s3cret"


@pytest.mark.parametrize(("text", "value"), [("true", True), ("1", True), ("ON", True), ("no", False), ("0", False)])
def test_switches(text: str, value: bool) -> None:  # noqa: FBT001 - a parametrized value
    assert Settings.load(environ={"CONDUCTOR_TLS_INSECURE": text}).tls_insecure is value


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        ("CONDUCTOR_REQUEST_TIMEOUT_MS", "soon", "CONDUCTOR_REQUEST_TIMEOUT_MS must be a number, got 'soon'"),
        ("CONDUCTOR_REQUEST_TIMEOUT_MS", "-1", "CONDUCTOR_REQUEST_TIMEOUT_MS must be above 0, got -1"),
        ("CONDUCTOR_MAX_CONNECTIONS", "0.5", "CONDUCTOR_MAX_CONNECTIONS must be a whole number"),
        ("CONDUCTOR_TLS_INSECURE", "maybe", "CONDUCTOR_TLS_INSECURE must be true or false"),
        ("CONDUCTOR_SERVER_URL", "server", "CONDUCTOR_SERVER_URL must be like http://host:8080/api"),
    ],
)
def test_a_wrong_variable_is_named(variable: str, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Settings.load(environ={variable: text})


def test_what_kubernetes_injects_is_shown_and_not_fatal() -> None:
    injected = {
        "CONDUCTOR_SERVER_PORT": "tcp://10.0.0.1:8080",
        "CONDUCTOR_SERVER_SERVICE_HOST": "10.0.0.1",
        "CONDUCTOR_SERVER_PORT_8080_TCP_ADDR": "10.0.0.1",
    }
    others = {"PATH": "/bin", "CONDUCTOR_WORKER_ALL_DOMAIN": "x", "CONDUCTOR_CONFIG": "", "CONDUCTOR_LOG_LEVEL": "INFO"}
    settings = Settings.load(environ={**injected, **others})
    assert settings == Settings()
    assert settings.unknown_environment == tuple(sorted(injected))


def test_the_environment_of_the_process_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "CONDUCTOR_RETRY", "other")
    assert Settings.load().retry == "other"


def test_a_file_holds_settings_and_sections_of_plugins(tmp_path: Path) -> None:
    text = """
        [conductor]
        server_url = "http://file:1"
        request_timeout = 2.5
        tls_insecure = true
        disabled_plugins = ["a", "b"]
        [conductor.options.acme]
        key = "k"
        [other_tool]
        x = 1
    """
    settings = _load(tmp_path, text)
    assert settings.server_url == "http://file:1/api"
    assert settings.request_timeout == 2.5
    assert settings.tls_insecure
    assert settings.disabled_plugins == ("a", "b")
    assert settings.options_of("acme") == {"key": "k"}


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert _load(tmp_path, "") == Settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[conductor]\nserver_uri = "x"', "unknown key 'server_uri'; did you mean 'server_url'"),
        ('[conducter]\nserver_url = "x"', r"no \[conductor\] table; did you mean"),
        ('conductor = "x"', r"\[conductor\] must be a table"),
        ("[conductor]\nrequest_timeout = 'x'", "request_timeout must be a number, got str"),
        ("[conductor]\nrequest_timeout = true", "request_timeout must be a number, got bool"),
        ("[conductor]\nauth = 1", "auth must be text, got int"),
        ("[conductor]\noptions = 1", r"\[conductor.options\] must hold one table per plugin"),
        ("[conductor.options]\nacme = 1", r"\[conductor.options\] must hold one table per plugin"),
        ("[conductor", "is not valid TOML"),
    ],
)
def test_a_wrong_file_names_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        _load(tmp_path, text)
    assert "conductor.toml" in str(caught.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "conductor.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="is not valid TOML"):
        Settings.load(file, environ={})


def test_a_file_that_cannot_be_read_is_an_error_also_when_the_environment_names_it(tmp_path: Path) -> None:
    for environ, file in (({"CONDUCTOR_CONFIG": str(tmp_path)}, None), ({}, tmp_path / "missing.toml")):
        with pytest.raises(ConfigurationError, match="cannot read the settings file"):
            Settings.load(file, environ=environ)
