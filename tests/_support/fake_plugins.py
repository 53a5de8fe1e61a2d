"""Plugins that are installed nowhere: modules in ``sys.modules``, and distributions in a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from conductor_core import Plugins, Settings
from conductor_core._plugins import Catalog, Offer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from conductor_core import PluginInfo


class FakeEnvironment:
    """An environment whose plugins are made by the test; those in ``sys.modules`` count as importable."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.offers: list[Offer] = []

    def add(self, group: str, name: str, module: str | None = None, **attributes: object) -> ModuleType:
        """Offer a module with these attributes under an entry point."""
        made = ModuleType(module or f"fake_{group.replace('.', '_')}_{name}")
        vars(made).update(attributes)
        self._monkeypatch.setitem(sys.modules, made.__name__, made)
        self.offers.append(Offer(group, name, made.__name__))
        return made

    def add_value(self, group: str, name: str, value: str) -> None:
        """Offer whatever stands behind a value like ``module:attribute``."""
        self.offers.append(Offer(group, name, value))

    def plugins(
        self,
        settings: Settings | None = None,
        *,
        plugins: Iterable[object] = (),
        listeners: Iterable[object] = (),
    ) -> Plugins:
        """Return the facade over this environment."""
        catalog = Catalog(added=tuple(self.offers), installed=False)
        return Plugins(settings or Settings(), plugins=plugins, listeners=listeners, catalog=catalog)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeEnvironment:
    """An empty fake environment: only the built-ins are there."""
    return FakeEnvironment(monkeypatch)


@dataclass(frozen=True)
class Installed:
    """A folder of distributions that a new interpreter finds beside the project's own."""

    folder: Path

    def distribution(self, name: str, version: str, entry_points: str, **modules: str) -> None:
        """Install a distribution: its metadata, and modules with this source."""
        info = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(entry_points)
        for module, source in modules.items():
            (self.folder / f"{module}.py").write_text(source)

    def conductor(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the command line with these words."""
        return self._run("-c", "import sys; from conductor_core.cli import main; sys.exit(main())", *words, **environ)

    def python(self, program: str, **environ: str) -> str:
        """Run a program and return what it printed.

        Raises:
            AssertionError: it failed.
        """
        done = self.run(program, **environ)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def run(self, program: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a program."""
        return self._run("-c", program, **environ)

    def _run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CONDUCTOR_")}
        # stevedore keeps a cache of entry points below this folder.
        environment |= {"PYTHONPATH": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache"), **environ}
        return subprocess.run(
            [sys.executable, *words], capture_output=True, text=True, timeout=60, check=False, env=environment
        )


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    """An empty folder of distributions."""
    folder = tmp_path / "site"
    folder.mkdir()
    return Installed(folder)


def row_of(plugins: Plugins, name: str) -> PluginInfo:
    """Return the one row of the report with this name."""
    (row,) = [row for row in plugins.report() if row.name == name]
    return row
