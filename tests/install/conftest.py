"""Wheels of everything, built once, and fresh environments that hold some of them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests._support.local_server import LocalServer, local_server
from tools.distributions import ROOT, Distribution, distributions
from tools.fresh import build_wheels, make, third_party_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROGRAM_SECONDS = 60
ACME = ROOT / "examples" / "plugins" / "acme_conductor"
OAUTH2 = ROOT / "examples" / "plugins" / "oauth2_conductor"
BROKEN = Path(__file__).parent / "broken_plugin"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that ``-m "not install"`` leaves them out."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.install)


@dataclass(frozen=True)
class Environment:
    """A fresh environment; programs run outside the repository, with nothing of this machine's settings."""

    python: Path
    folder: Path

    def run(self, *command: str, settings: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment, whatever its exit code."""
        program = self.python.with_name(command[0])
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CONDUCTOR_", "PYTHON"))}
        return subprocess.run(
            [program, *command[1:]],
            cwd=self.folder,
            env={**inherited, **(settings or {})},
            capture_output=True,
            text=True,
            timeout=PROGRAM_SECONDS,
            check=False,
        )

    def python_output(self, code: str, settings: Mapping[str, str] | None = None) -> str:
        """Run Python code that must succeed, and return what it printed."""
        done = self.run(self.python.name, "-c", code, settings=settings)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@dataclass(frozen=True)
class Environments:
    """Makes environments from the wheels of this session."""

    wheels: Path
    root: Path

    def make(self, name: str, *names: str) -> Environment:
        """An environment with the wheels of these distributions and their third-party packages."""
        chosen: list[Distribution] = [item for item in distributions() if item.name in names]
        files = [self.wheel(wanted) for wanted in names]
        folder = self.root / name
        python = make(folder / "environment", wheels=files, third_party=third_party_of(chosen))
        (folder / "work").mkdir()
        return Environment(python, folder / "work")

    def wheel(self, name: str) -> Path:
        """The one wheel of a distribution."""
        (found,) = self.wheels.glob(f"{name.replace('-', '_')}-*.whl")
        return found


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Environments:
    """The wheels of all distributions, of the examples from outside and of the broken one."""
    wheels = tmp_path_factory.mktemp("wheels")
    build_wheels([*(item.folder for item in distributions()), ACME, OAUTH2, BROKEN], wheels)
    return Environments(wheels, tmp_path_factory.mktemp("environments"))


@pytest.fixture(scope="session")
def core_alone(environments: Environments) -> Environment:
    """Just conductor-core."""
    return environments.make("core", "conductor-core")


@pytest.fixture(scope="session")
def outsiders(environments: Environments) -> Environment:
    """The core, the clients, the embedded engine, a plugin from outside, and one that cannot be imported."""
    own = [item.name for item in distributions()]
    return environments.make("outsiders", *own, "acme-conductor", "oauth2-conductor", "broken-conductor")


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A server on a free port of 127.0.0.1, since programs of other environments share no memory with the test."""
    with local_server() as running:
        yield running
