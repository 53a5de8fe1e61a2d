"""Whether everything that the distributions export has a type that is known: ``python -m tools.verify_types [NAME...]``.

``make check`` runs it for all of them. It is pyright's ``--verifytypes --ignoreexternal``, on the sources as they stand.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, TypedDict

from tools.distributions import distributions

SIDE_BY_SIDE: Final = 2
SECONDS: Final = 300
MISSING_TEXT: Final = "docstring"  # documentation is counted with the types, and judged elsewhere


class Diagnostic(TypedDict):
    """One thing that is wrong with a symbol."""

    message: str


class Symbol(TypedDict):
    """One exported name, or one that exported names refer to."""

    name: str
    diagnostics: list[Diagnostic]


class Completeness(TypedDict):
    """What pyright says about a package."""

    completenessScore: float
    symbols: list[Symbol]


Problems: TypeAlias = list[str]


@dataclass(frozen=True)
class Verdict:
    """What was found about one package.

    Attributes:
        name: import name.
        score: share of exported names whose type is known, 0 to 1.
        problems: each name whose type is not, with the reason.
    """

    name: str
    score: float
    problems: tuple[str, ...]


def verify(name: str) -> Verdict:
    """Verify one package by its import name."""
    sources = [str(one.source.parent) for one in distributions()]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([*sources, sysconfig.get_path("purelib")])}
    pyright = Path(sysconfig.get_path("scripts")) / "pyright"
    command = [str(pyright), "--pythonpath", sys.executable, "--ignoreexternal", "--outputjson", "--verifytypes", name]
    with tempfile.TemporaryDirectory() as elsewhere:  # the settings of the project are not those of its users
        done = subprocess.run(
            command, cwd=elsewhere, env=environ, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    found: Completeness = json.loads(done.stdout)["typeCompleteness"]
    problems = [
        f"{symbol['name']}: {problem['message'].splitlines()[0]}"
        for symbol in found["symbols"]
        for problem in symbol["diagnostics"]
        if MISSING_TEXT not in problem["message"]
    ]
    return Verdict(name, found["completenessScore"], tuple(problems))


def main() -> None:
    """Verify packages, all unless some are named, and exit with 1 when a type is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="import names; all distributions when none is given")
    names: list[str] = parser.parse_args().names or [one.import_name for one in distributions()]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        verdicts = list(pool.map(verify, names))
    for verdict in verdicts:
        print(f"{verdict.score:7.2%} {verdict.name}", *verdict.problems, sep="\n  ")
    sys.exit(1 if any(verdict.score < 1 for verdict in verdicts) else 0)


if __name__ == "__main__":
    main()
