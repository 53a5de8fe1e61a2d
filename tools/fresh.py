"""Make a fresh environment that holds chosen wheels and their third-party packages, and nothing else.

Third-party packages are copied, file by file as their record lists them, from the environment that runs this: the lock
put them there with their hashes checked. So it is quick and needs no network. Our own wheels are installed by pip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from tools.distributions import ROOT, Distribution, distributions, requirement_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PIP_SECONDS = 300


def build_wheels(projects: Iterable[Path], folder: Path) -> list[Path]:
    """Build one wheel of each project folder, without network, and return the files."""
    _pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder), *map(str, projects))
    return sorted(folder.glob("*.whl"))


def make(folder: Path, *, wheels: Sequence[Path], third_party: Iterable[str]) -> Path:
    """Make an environment and return its Python.

    Args:
        folder: where; it must not exist.
        wheels: files to install with pip, without their dependencies.
        third_party: requirements that are copied with all they need.
    """
    venv.create(folder, symlinks=os.name != "nt", with_pip=False)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    target = _site_packages(python)
    for name in sorted(_closure(third_party)):
        _copy(name, target)
    if wheels:
        _pip("--python", str(python), "install", "--no-deps", "--no-index", *map(str, wheels))
    return python


def third_party_of(chosen: Iterable[Distribution]) -> list[str]:
    """What these distributions need at run time, apart from our own distributions."""
    own = {distribution.name for distribution in distributions()}
    needed = {entry for distribution in chosen for entry in distribution.dependencies}
    return sorted(entry for entry in needed if requirement_name(entry) not in own)


def _closure(requirements: Iterable[str]) -> set[str]:
    """The names of all packages that the requirements need on this system."""
    found: set[str] = set()
    pending = [Requirement(entry) for entry in requirements]
    while pending:
        requirement = pending.pop()
        name = requirement_name(requirement.name)
        if name in found:
            continue
        found.add(name)
        pending += _needed_by(name, {"", *requirement.extras})
    return found


def _needed_by(name: str, extras: set[str]) -> list[Requirement]:
    needed = map(Requirement, metadata.requires(name) or [])
    return [
        entry for entry in needed if entry.marker is None or any(entry.marker.evaluate({"extra": x}) for x in extras)
    ]


def _copy(name: str, target: Path) -> None:
    """Copy the files of an installed package that lie inside site-packages; commands and their like stay behind."""
    distribution = metadata.distribution(name)
    for file in distribution.files or []:
        if ".." in file.parts or "__pycache__" in file.parts:
            continue
        destination = target / file
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(distribution.locate_file(file)), destination)


def _site_packages(python: Path) -> Path:
    command = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip())


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PIP_SECONDS, check=False)
    if done.returncode:
        message = f"pip {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
        raise RuntimeError(message)
