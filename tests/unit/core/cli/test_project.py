"""A project says which plugins it needs, and every command but those that repair keeps to it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from conductor_core import ConfigurationError, Settings
from conductor_core.cli import main
from conductor_core.cli._project import with_project

if TYPE_CHECKING:
    from pathlib import Path

REQUIRED = '[project]\nname = "shop"\n\n[tool.conductor]\nrequired-plugins = ["acme-conductor>=2"]\nauth = "acme"\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that requires what is not installed; the working folder is inside it."""
    (tmp_path / "pyproject.toml").write_text(REQUIRED)
    (tmp_path / "src" / "shop").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "src" / "shop")
    return tmp_path


def test_the_nearest_project_counts_and_only_what_it_requires(project: Path) -> None:
    settings = with_project(Settings(required_plugins=("other",)), project / "src" / "shop")
    assert settings.required_plugins == ("other", "acme-conductor>=2")
    assert str(settings.source("required_plugins")) == f"file {project / 'pyproject.toml'}: required-plugins"
    assert settings.auth == "auto"
    (project / "src" / "pyproject.toml").write_text('[project]\nname = "inner"\n')
    assert with_project(Settings(), project / "src" / "shop") == Settings()


def test_a_command_does_not_run_without_what_is_required(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker", "list", "json"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"conductor: acme-conductor>=2 is required (file {project / 'pyproject.toml'}")
    assert line.endswith("and not installed: pip install 'acme-conductor>=2'")


@pytest.mark.usefixtures("project")
def test_commands_that_show_and_repair_do_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert main(["config", "show"]) == 0
    capsys.readouterr()
    assert main(["plugins", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["acme-conductor"]["state"] == "missing"
    assert main(["doctor", "--offline"]) == 1
    assert "acme-conductor is missing" in capsys.readouterr().out


def test_an_unknown_name_in_a_list_stops_a_command_with_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--disable-plugins", "loging", "worker", "list", "json"]) == 2
    assert "names 'loging', which is not installed; did you mean 'logging'?" in capsys.readouterr().err


def test_a_table_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.conductor]\nrequired-plugins = 3\n")
    with pytest.raises(ConfigurationError, match="required_plugins must be a list of names, got int"):
        with_project(Settings(), tmp_path)


def test_flags_choose_drivers_and_a_folder_of_plugins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = "from conductor_core import hookimpl\n@hookimpl\ndef conductor_on_poll_started(event): ...\n"
    (tmp_path / "heard.py").write_text(source)
    words = ["plugins", "--json", "--plugins-dir", str(tmp_path), "--auth", "none", "--retry", "standard"]
    assert main(words) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert (rows["plugins:heard"]["state"], rows["plugins:heard"]["source"]) == ("active", "folder")
    assert main(["--strict-plugins", "config", "show", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["settings"]["strict_plugins"]["value"] == "True"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a folder that a process works in")
def test_a_working_folder_that_is_gone_is_no_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert with_project(Settings()) == Settings()
