"""``conductor plugins new``: what it writes passes its own tests, whatever it begins with."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from conductor_core.cli import main
from conductor_core.cli._scaffold import Names, files_of
from conductor_core.cli._scaffold_kinds import GROUPS, KINDS
from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from pathlib import Path

    from tests._support.fake_plugins import Installed


def _made(kind: str, into: Path) -> Path:
    assert main(["plugins", "new", f"acme-{kind}-conductor", "--kind", kind, "--into", str(into)]) == 0
    return into / f"acme-{kind}-conductor"


def _install(installed: Installed, project: Path) -> str:
    """Install a project without building it: its metadata, and its folder on the path."""
    settings = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in settings["entry-points"].items()
    ]
    installed.distribution(settings["name"], settings["version"], "\n".join(lines))
    return str(project / "src")


def test_a_distribution_of_each_kind_passes_its_own_tests(installed: Installed, tmp_path: Path) -> None:
    projects = [_made(kind, tmp_path) for kind in KINDS]
    paths = [_install(installed, project) for project in projects]
    words = [
        "-q",
        "--import-mode=importlib",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:asyncio",
        "-W",
        "error",
        f"--rootdir={tmp_path}",
    ]
    program = (
        f"import sys, pytest; sys.path[:0] = {paths!r}; "
        f"sys.exit(pytest.main({[*words, *(str(project / 'tests') for project in projects)]!r}))"
    )
    done = installed.run(program)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_formatted_and_complete(kind: str, tmp_path: Path) -> None:
    project = _made(kind, tmp_path)
    sources = sorted(project.rglob("*.py"))
    for source in sources:
        text = source.read_text()
        assert ast.get_docstring(ast.parse(text)), f"{source} has no docstring"
        assert "$" not in text
    formatting = [sys.executable, "-m", "ruff", "format", "--check", "--line-length=120", *map(str, sources)]
    done = subprocess.run(formatting, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout
    settings = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    assert list(settings["entry-points"]) == [GROUPS[kind]]
    assert (project / "src" / f"acme_{kind}_conductor" / "py.typed").read_text() == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("my_plugin", "is what examples are called"),
        ("My-Plugin", "is what examples are called"),
        ("conductor-workflows", "is a distribution of this project"),
        ("conductor_core", "is a distribution of this project"),
        ("9lives", "a distribution's name is like acme-conductor"),
        ("import", "a distribution's name is like acme-conductor"),
        ("../acme", "a distribution's name is like acme-conductor"),
    ],
)
def test_some_names_are_refused(name: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plugins", "new", name, "--into", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_exists_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _made("retry", tmp_path)
    assert main(["plugins", "new", "acme-retry-conductor", "--into", str(tmp_path)]) == 2
    assert "exists" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert main(["plugins", "new", "acme-retry-conductor", "--into", str(file)]) == 2
    assert str(file) in (told := capsys.readouterr().err)
    assert "--into" in told


def test_a_name_takes_its_forms() -> None:
    names = Names.of("Acme_Things-conductor")
    assert (names.distribution, names.short) == ("acme-things-conductor", "acme-things")
    assert "src/acme_things_conductor/client.py" in dict(files_of(names, "client"))
    assert names.values("client")["name"] == "acme_things"
    assert names.values("auth")["class"] == "AcmeThings"
    assert Names.of("conductor-acme").short == "acme"
    with pytest.raises(InvalidArgumentError):
        Names.of("")
