"""A folder of scripts is loaded when it is named, and never otherwise."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import ConfigurationError, Plugins, Settings
from conductor_core._plugins import Catalog
from conductor_core.events import PollStarted
from tests._support.fake_plugins import row_of

if TYPE_CHECKING:
    from pathlib import Path

LISTENER = "from conductor_core import hookimpl\n@hookimpl\ndef conductor_on_poll_started(event): ...\n"
RETRY = """
from dataclasses import dataclass
from conductor_core import RetryPolicy, hookimpl
@dataclass
class Numbers:
    wait: "float"
class Steady(RetryPolicy):
    name = "steady"
    def wait(self, attempt): return Numbers(1.0).wait
@hookimpl
def conductor_register_retry(): return Steady
"""


def _plugins(folder: Path, **values: Any) -> Plugins:
    settings = Settings.load(environ={}, plugins_dir=str(folder), **values)
    return Plugins(settings, catalog=Catalog(installed=False, folder=settings.plugins_dir))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two plugins, one that is broken, and files that are none."""
    (tmp_path / "heard.py").write_text(LISTENER)
    (tmp_path / "steady_retry.py").write_text(RETRY)
    (tmp_path / "broken.py").write_text("import a_module_that_is_not_there\n")
    (tmp_path / "_private.py").write_text("raise SystemExit(9)\n")
    (tmp_path / "notes.txt").write_text("nothing\n")
    return tmp_path


def test_no_folder_is_looked_at_unless_one_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    plugins = Plugins(Settings(), catalog=Catalog(installed=False))
    plugins.load_needed()
    assert "folder" not in {row.source for row in plugins.report()}


def test_its_files_are_plugins_by_their_names(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    plugins = _plugins(folder)
    assert [listener.name for listener in plugins.listeners().of(PollStarted)] == ["plugins:heard"]
    row = row_of(plugins, "plugins:heard")
    assert (row.state, row.source, row.value) == ("active", "folder", str(folder / "heard.py"))
    assert row_of(plugins, "plugins:broken").state == "failed"
    assert "a_module_that_is_not_there" in row_of(plugins, "plugins:broken").reason
    assert "plugins:broken" in caplog.text
    assert not {name for name in sys.modules if name.endswith(("broken", "_private")) and "plugins_dir" in name}


def test_a_driver_in_a_file_is_chosen_by_its_own_name(folder: Path) -> None:
    plugins = _plugins(folder, retry="steady")
    assert plugins.retry(plugins.settings).name == "steady"


@pytest.mark.parametrize(
    "lists", [{"disabled_plugins": ("*",)}, {"disabled_plugins": ("heard",)}, {"load_plugins": ("plugins:broken",)}]
)
def test_the_lists_hold_for_files_too(folder: Path, lists: dict[str, Any]) -> None:
    (folder / "heard.py").write_text("raise SystemExit('imported although disabled')")
    plugins = _plugins(folder, **lists)
    plugins.check_names()
    assert plugins.listeners().of(PollStarted) == ()
    assert row_of(plugins, "plugins:heard").state == "disabled"


def test_a_folder_that_is_none_is_an_error(tmp_path: Path) -> None:
    plugins = _plugins(tmp_path / "absent")
    with pytest.raises(ConfigurationError, match=r"plugins_dir must be a folder of Python files, and .*absent is none"):
        plugins.listeners()


def test_the_environment_names_the_folder(folder: Path) -> None:
    assert Settings.load(environ={"CONDUCTOR_PLUGINS_DIR": str(folder)}).plugins_dir == str(folder)
