"""The distributions of this repository, read from their pyproject.toml files.

Everything that must treat all distributions alike (the lock, the generated table, the drift tests) asks here, so that a
new folder below plugins/ needs no edit elsewhere.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias, cast

ROOT = Path(__file__).resolve().parent.parent

Table: TypeAlias = "dict[str, object]"


@dataclass(frozen=True)
class Distribution:
    """One distribution: a folder that holds a pyproject.toml."""

    folder: Path

    @cached_property
    def settings(self) -> Table:
        """The parsed pyproject.toml."""
        return tomllib.loads((self.folder / "pyproject.toml").read_text(encoding="utf-8"))

    @property
    def project(self) -> Table:
        """The table [project]."""
        return table(self.settings, "project")

    @property
    def name(self) -> str:
        """The name to install it by, such as conductor-workflows."""
        return str(self.project["name"])

    @property
    def import_name(self) -> str:
        """The name to import it by, such as conductor_workflows."""
        return self.name.replace("-", "_")

    @property
    def version(self) -> str:
        """The version as written in pyproject.toml."""
        return str(self.project["version"])

    @property
    def description(self) -> str:
        """The one-line summary."""
        return str(self.project["description"])

    @property
    def source(self) -> Path:
        """The folder of the import package."""
        flat = self.folder / self.import_name
        return flat if flat.is_dir() else self.folder / "src" / self.import_name

    @property
    def dependencies(self) -> list[str]:
        """What it needs at run time, without the extras."""
        return _strings(self.project.get("dependencies"))

    @property
    def extras(self) -> dict[str, list[str]]:
        """The optional dependencies by extra."""
        return {name: _strings(value) for name, value in table(self.project, "optional-dependencies").items()}

    @property
    def build_requires(self) -> list[str]:
        """What building it needs."""
        return _strings(table(self.settings, "build-system").get("requires"))

    @property
    def entry_points(self) -> dict[str, dict[str, str]]:
        """Entry points as group -> name -> object reference."""
        groups = table(self.project, "entry-points")
        return {group: {name: str(value) for name, value in table(groups, group).items()} for group in groups}


def distributions() -> list[Distribution]:
    """All distributions, the core first, then the plugins by name of their folder."""
    plugins = sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))
    return [Distribution(ROOT), *map(Distribution, plugins)]


def requirement_name(requirement: str) -> str:
    """The normalised name at the start of a requirement, such as httpx of ``httpx[http2]>=0.28``."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    if match is None:
        message = f"not a requirement: {requirement!r}"
        raise ValueError(message)
    return re.sub(r"[-_.]+", "-", match.group()).lower()


def table(parent: Table, key: str) -> Table:
    """One table inside another, empty when it is absent."""
    value = parent.get(key, {})
    if not isinstance(value, dict):
        message = f"{key} is not a table"
        raise TypeError(message)
    return cast("Table", value)


def _strings(value: object) -> list[str]:
    return [str(entry) for entry in cast("list[object]", value)] if isinstance(value, list) else []
