"""A project requires plugins by the names of their distributions, with versions."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from conductor_core import ConfigurationError, Settings, __version__
from conductor_core._plugins import Plugins
from conductor_core.errors import PluginNotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from tests._support.fake_plugins import Installed

ENTRY = "[conductor.plugins]\nacme = acme_hooks\n"
HOOKS = "from conductor_core import hookimpl\n@hookimpl\ndef conductor_on_poll_started(event): ...\n"


def _program(*required: str, disabled: str = "") -> str:
    return textwrap.dedent(f"""
        from conductor_core import Conductor, ConductorError, Settings
        try:
            Conductor(Settings(required_plugins={required!r}, disabled_plugins={disabled!r})).close()
            print("fine")
        except ConductorError as error:
            print(type(error).__name__, error)
    """)


@pytest.mark.parametrize(
    ("required", "disabled", "said"),
    [
        ("acme-conductor>=2,<3", "", "fine"),
        ("Acme_Conductor", "", "fine"),
        ("acme-conductor>=3", "", "acme-conductor>=3 is required (argument required_plugins) and 2.5.1 is installed"),
        ("acme-conductor>=3; python_version < '3'", "", "fine"),
        ("acme-conductor", "acme", "and its plugins:acme is disabled by disabled_plugins (argument disabled_plugins)"),
        ("other-conductor~=1.2", "", "and not installed: pip install 'other-conductor~=1.2'"),
    ],
)
def test_what_is_required_must_be_installed_fit_and_be_allowed(
    installed: Installed, required: str, disabled: str, said: str
) -> None:
    installed.distribution("acme-conductor", "2.5.1", ENTRY, acme_hooks=HOOKS)
    printed = installed.python(_program(required, disabled=disabled))
    assert said in printed
    assert (printed == "fine") == (said == "fine")
    assert len(printed.splitlines()) == 1


def test_all_that_is_missing_is_told_at_once() -> None:
    settings = Settings(required_plugins=("one-conductor", "two-conductor>=2"))
    with pytest.raises(PluginNotFoundError, match=r"one-conductor is required.*; two-conductor>=2 is required"):
        Plugins(settings).check_names()


def test_the_core_counts_too() -> None:
    Plugins(Settings(required_plugins=(f"conductor-core=={__version__}",))).check_names()


@pytest.mark.parametrize("text", ["acme conductor", "acme>=", ">=2"])
def test_what_is_no_requirement_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"required_plugins .* must be like acme-conductor>=2,<3, got"):
        Plugins(Settings(required_plugins=(text,))).check_names()


def test_the_report_shows_what_is_missing() -> None:
    plugins = Plugins(Settings(required_plugins=("one-conductor>=1",)))
    plugins.load_needed()
    (row,) = [row for row in plugins.report() if row.name == "one-conductor"]
    assert row.state == "missing"
    assert "pip install 'one-conductor>=1'" in row.reason


def test_a_list_in_a_variable_keeps_the_bounds_of_one_requirement_together() -> None:
    settings = Settings.load(environ={"CONDUCTOR_REQUIRED_PLUGINS": "a>=1, <2,b, c !=3,~=3.1"})
    assert settings.required_plugins == ("a>=1,<2", "b", "c !=3,~=3.1")


def test_settings_may_stand_in_the_projects_own_file(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text('[project]\nname = "x"\n\n[tool.conductor]\nrequired-plugins = ["a>=1"]\nload_plugins = []\n')
    settings = Settings.load(file, environ={})
    assert (settings.required_plugins, settings.load_plugins) == (("a>=1",), ())
    file.write_text('[tool.conductor]\nrequired-plugin = ["a"]\n')
    with pytest.raises(ConfigurationError, match="unknown key 'required_plugin'; did you mean 'required_plugins'"):
        Settings.load(file, environ={})
    file.write_text("[tool]\nconductor = 3\n")
    with pytest.raises(ConfigurationError, match=r"\[tool.conductor\] must be a table"):
        Settings.load(file, environ={})
    file.write_text('[project]\nname = "x"\n')
    assert Settings.load(file, environ={}) == Settings()
