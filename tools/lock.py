"""Write requirements.lock: every third-party package of every distribution, with hashes, for all supported systems.

One file for runtime, extras, tests, tools and build backends, valid for every supported Python on Linux, macOS and
Windows. It names no host: where packages come from is the installer's setting.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tools.distributions import ROOT, Distribution, distributions, requirement_name

LOCK = ROOT / "requirements.lock"
HEADER = """\
# All third-party packages: runtime, extras, tests, tools and build backends, for Python 3.11 and newer on Linux, macOS
# and Windows. Written by `make lock`; installed by `make install` with --require-hashes.
"""
LOWEST_PYTHON = "3.11"


def requirements(everything: list[Distribution]) -> list[str]:
    """The third-party requirements of all distributions, sorted, without the distributions themselves."""
    own = {distribution.name for distribution in everything}
    wanted: set[str] = set()
    for distribution in everything:
        wanted.update(distribution.dependencies, distribution.build_requires, *distribution.extras.values())
    return sorted(entry for entry in wanted if requirement_name(entry) not in own)


def missing(lock_text: str, wanted: list[str]) -> list[str]:
    """The requirements whose package the lock does not name."""
    locked = {requirement_name(line) for line in lock_text.splitlines() if line[:1].isalnum()}
    return [entry for entry in wanted if requirement_name(entry) not in locked]


def resolve(wanted: list[str], *, upgrade: bool) -> str:
    """Resolve with uv; the packages of the present lock keep their versions unless upgraded."""
    command = [str(_uv()), "pip", "compile", "-", "--quiet", "--universal", "--generate-hashes", "--no-header"]
    command += ["--no-annotate", "--no-config", "--python-version", LOWEST_PYTHON, "--group", "pyproject.toml:dev"]
    command += ["--output-file", str(LOCK)]
    command += ["--upgrade"] if upgrade else []
    subprocess.run(command, input="\n".join(wanted), text=True, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return HEADER + "\n".join(line for line in lines if not line.startswith("#")) + "\n"


def _uv() -> Path:
    beside = Path(sysconfig.get_path("scripts")) / "uv"
    found = beside if beside.exists() else shutil.which("uv")
    if found is None:
        sys.exit("uv is missing: run `make install` first")
    return Path(found)


def main() -> None:
    """Write the lock."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    arguments = parser.parse_args()
    LOCK.write_text(resolve(requirements(distributions()), upgrade=arguments.upgrade), encoding="utf-8")


if __name__ == "__main__":
    main()
