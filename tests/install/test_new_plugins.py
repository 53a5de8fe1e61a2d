"""What ``conductor plugins new`` writes is built into a wheel, checked, installed and tested in a fresh environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core.cli import main
from tests.install.conftest import Environment
from tools.distributions import distributions
from tools.fresh import build_wheels, make, third_party_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.install.conftest import Environments

BUILT = ("auth", "client", "command", "worker")
CORE = "conductor-core"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], list[Path]]:
    """Projects of some kinds, and their wheels."""
    folder = tmp_path_factory.mktemp("new")
    for kind in BUILT:
        assert main(["plugins", "new", f"new-{kind}-conductor", "--kind", kind, "--into", str(folder)]) == 0
    projects = sorted(path for path in folder.iterdir() if path.is_dir())
    return projects, build_wheels(projects, folder / "wheels")


def test_their_wheels_pass_the_check(made: tuple[list[Path], list[Path]], capsys: pytest.CaptureFixture[str]) -> None:
    _, wheels = made
    assert len(wheels) == len(BUILT)
    assert main(["plugins", "check", *map(str, wheels)]) == 0
    assert capsys.readouterr().out.count("nothing is wrong") == len(BUILT)


def test_installed_they_pass_their_tests_and_are_listed(
    environments: Environments, made: tuple[list[Path], list[Path]], tmp_path: Path
) -> None:
    projects, wheels = made
    needed = third_party_of([item for item in distributions() if item.name == CORE])
    python = make(tmp_path / "environment", wheels=[environments.wheel(CORE), *wheels], third_party=[*needed, "pytest"])
    (tmp_path / "work").mkdir()
    environment = Environment(python, tmp_path / "work")
    tests = [str(project / "tests") for project in projects]
    done = environment.run(python.name, "-m", "pytest", "-q", "--import-mode=importlib", "-W", "error", *tests)
    assert done.returncode == 0, done.stdout + done.stderr
    listed = environment.run("conductor", "plugins").stdout
    assert all(f"new-{kind}-conductor" in listed for kind in BUILT)
